import { startGreenroom, type Greenroom, type ListenOptions } from './index.js';

/**
 * A greenroom for one test of Vitest: `test.extend({ greenroom: greenroomFixture() })`. It is started before the test
 * and closed after it.
 */
export function greenroomFixture(options: ListenOptions = {}) {
  // Vitest reads the first parameter's pattern to learn which other fixtures are wanted: none.
  // oxlint-disable-next-line no-empty-pattern
  return async ({}: object, use: (room: Greenroom) => Promise<void>): Promise<void> => {
    const room = await startGreenroom(options);
    try {
      await use(room);
    } finally {
      await room.close();
    }
  };
}
