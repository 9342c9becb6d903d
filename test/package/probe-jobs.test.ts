import { expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { job, joinRoom } from '../support/spoken-process.js';

/** An app that puts a job into a queue, and a worker beside it, while the clock is advanced. */
async function putAndAdvance(room: Greenroom) {
  const [app, worker] = [await joinRoom(room, 1), await joinRoom(room, 2)];
  const happened: string[] = [];
  const asked = worker.isAsked();
  app.say({ put: job('a') });
  await asked;
  const advance = room.clock.advance({ by: '1h' }).then(() => happened.push('advanced'));
  // Time that stands for nothing would have moved by then.
  for (let i = 0; i < 50; i++) await fetch(`${room.url}/_greenroom/health`);
  const leave = (): void => [app, worker].forEach((process) => process.leave());
  return { app, worker, happened, advance, leave };
}

const LEAVINGS = [
  ['a worker has taken it', () => ({ taken: job('a') })],
  ['its queue is emptied', () => ({ emptied: { queue: 'the queue late', at: job('a').at } })],
] as const;

test.for(LEAVINGS)('a job that waits for a worker keeps time until %s', async ([, leaving]) => {
  await using room = await startGreenroom();
  const { worker, happened, advance, leave } = await putAndAdvance(room);
  happened.push('left');
  worker.say(leaving());
  await advance;
  expect(happened).toEqual(['left', 'advanced']);
  leave();
});

test('a job that waits keeps time no longer than there is a process that could take it', async () => {
  await using room = await startGreenroom();
  const { happened, advance, leave } = await putAndAdvance(room);
  happened.push('left');
  leave();
  await advance;
  expect(happened).toEqual(['left', 'advanced']);
});

test('a worker may be heard before the process that has put the job in', async () => {
  await using room = await startGreenroom();
  const [app, worker] = [await joinRoom(room, 1), await joinRoom(room, 2)];
  const [put, taken] = [job('a'), job('a')];
  worker.say({ taken });
  const asked = app.isAsked();
  // The second is waited for, so by then the first is heard.
  app.say({ put });
  app.say({ put: job('b') });
  await asked;
  worker.say({ taken: job('b') });
  await room.clock.advance({ by: '1h' });
  expect(await room.timeline({ kind: 'note' })).toMatchObject({ entries: [] });
  app.leave();
  worker.leave();
});
