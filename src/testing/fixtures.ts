import type { Greenroom } from '../client/greenroom.js';
import type { ListenOptions } from '../client/options.js';
import { GreenroomError } from '../errors.js';
import { connectGreenroom, startForTests } from '../start.js';

/** The function by which a fixture hands its value to the test, and waits until it is over. */
export type Use<T> = (value: T) => Promise<void>;

/** The options of a worker's server, or where a server is that all workers share. */
export type WorkerServerOptions = ListenOptions | { readonly url: string; readonly token?: string };

/** The fixture of a runner that gives all tests of a worker one server. Closing one that others share does nothing. */
export const serverFixture = (options: WorkerServerOptions) =>
  [
    // Runners read the first parameter's pattern to learn which other fixtures are wanted: none.
    // oxlint-disable-next-line no-empty-pattern
    async ({}: object, use: Use<Greenroom>): Promise<void> => {
      await using server = await startWorkerServer(options);
      await use(server);
    },
    { scope: 'worker' },
  ] as [fixture: (context: object, use: Use<Greenroom>) => Promise<void>, options: { scope: 'worker' }];

async function startWorkerServer(options: WorkerServerOptions): Promise<Greenroom> {
  if (!('url' in options)) return startForTests(options);
  const { url, ...rest } = options;
  return connectGreenroom(url, rest);
}

/**
 * Has a runner that is given the function in the place of the fixtures hear USAGE when it looks for some: it would find none, and
 * the test no room.
 */
export function refuseUncalled(fixtures: () => { readonly room: unknown }): void {
  const get = (): never => {
    throw new GreenroomError(
      'USAGE',
      'Failed to extend the test: roomFixtures is a function that gives the fixtures. Write: base.extend(roomFixtures()).',
    );
  };
  Object.defineProperty(fixtures, 'room', { enumerable: true, get });
}
