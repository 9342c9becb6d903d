import { expect, test } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { job, joinRoom } from '../support/spoken-process.js';

test('a job that no worker takes is named, and those of its queue are not waited for until one is taken', async () => {
  await using room = await startGreenroom();
  const app = await joinRoom(room, 1);
  const put = async (id: string): Promise<void> => {
    app.say({ put: job(id) });
    await room.clock.advance({ by: '1h' });
  };
  const asked = app.isAsked();
  app.say({ put: job('a') });
  await asked;
  await room.clock.advance({ by: '1h' });
  await put('b');
  const { entries } = await room.timeline({ kind: 'note' });
  expect(entries).toEqual([
    expect.objectContaining({
      topic: 'probe',
      text: expect.stringMatching(/^The job leave \(a\) has waited in the queue late for 10 s, and no worker .*/),
    }),
  ]);
  app.leave();
}, 30_000);
