import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { botApp, greenroom, shareFolder, STORY, storyFile } from './command-line.js';

shareFolder();

const QUEUE = fileURLToPath(new URL('apps/queue.mjs', import.meta.url));

/** The words by which an app is reached that answers its user first, and asks the vendor when it has answered. */
async function queueApp(): Promise<string[]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const act = storyFile('act-queue.json', {
    schedule: { url: `${url}/meetings`, body: { url: '{{meeting_url}}', at: '{{join_at}}' } },
    reschedule: { url: `${url}/meetings/{{id}}/move`, body: { at: '{{join_at}}' } },
    cancel: { url: `${url}/meetings/{{id}}/cancel`, body: {} },
  });
  const state = `${url}/meetings/{id}`;
  return [`${url}/hooks/attendee`, '--act', act, '--state', state, '--', process.execPath, QUEUE];
}

const HAPPY = { ...STORY, provider: 'attendee' };
const HAPPY_ALONE = { ...HAPPY, deviations: [] };
const MOVED = { ...HAPPY, deviations: [{ at: { instant: '-9m' }, do: { reschedule: '15m' } }] };
const CALLED_OFF = { ...HAPPY, deviations: [{ at: { instant: '-8m' }, do: { cancel: true } }] };

test.each([{ flags: [] }, { flags: ['--no-probe'] }, { flags: ['--lockstep'] }])(
  'An app that answers its user before it asks for the agent is explored, and is not blamed: $flags',
  async ({ flags }) => {
    const [hooks, ...words] = await queueApp();
    const few = ['--executions', '12', '--without', 'lost', '--scenario', 'happy-path'];
    const explored = await greenroom(['explore', hooks!, ...few, ...flags, ...words]);
    expect(explored.code, explored.out + explored.told).toBe(0);
    for (const story of [MOVED, CALLED_OFF]) {
      const replayed = await greenroom(['replay', storyFile('acts.json', story), hooks!, ...flags, ...words]);
      expect(replayed.code, replayed.out + replayed.told).toBe(0);
    }
  },
);

test.each([
  [
    'moved-here',
    MOVED,
    /does not go to a meeting at the time to which its user has moved it[^]*expected an agent at that time, was one 15m before it[^]*Probable mistake: A meeting that is moved is moved here/,
  ],
  [
    'zone',
    HAPPY_ALONE,
    /goes to its meeting at another time than its user has said[^]*was one 5h after it[^]*Probable mistake: The time of a meeting is read, or written, in a zone/,
  ],
] as const)(
  'An app whose agent comes at another time than its user has said is found: %s',
  async (bug, story, told) => {
    const words = await queueApp();
    const file = storyFile('time.json', story);
    expect(await greenroom(['replay', file, ...words], { bug })).toMatchObject({
      code: 1,
      out: expect.stringMatching(told),
    });
    expect(await greenroom(['replay', file, ...words])).toMatchObject({ code: 0 });
  },
);

test('An app whose agents come twenty minutes early on purpose is not blamed, and is when it forgets to move one', async () => {
  // In lockstep the first execution begins at a full hour.
  const words = ['--lockstep', ...(await queueApp()), '20'];
  const plain = storyFile('early.json', HAPPY_ALONE);
  expect(await greenroom(['replay', plain, ...words])).toMatchObject({ code: 0 });
  const moved = storyFile('early-moved.json', {
    ...HAPPY,
    deviations: [{ at: { instant: '-28m' }, do: { reschedule: '15m' } }],
  });
  expect(await greenroom(['replay', moved, ...words])).toMatchObject({ code: 0 });
  expect(await greenroom(['replay', moved, ...words], { bug: 'moved-here' })).toMatchObject({ code: 1 });
});

const ONE = ['--executions', '3', '--scenario', 'happy-path'];

test.each([{ flags: [] }, { flags: ['--no-probe'] }])(
  'An app that asks for the agent some seconds after it has answered its user is explored in its own time: $flags',
  async ({ flags }) => {
    const { code, out, told } = await greenroom(['explore', ...ONE, ...flags, ...(await botApp())], { bug: 'later' });
    expect([code, out], told).toEqual([0, expect.stringContaining('Nothing was found in 3 executions')]);
  },
);

test('An app that asks later than anybody waits in its own time is told so, and to follow the clock', async () => {
  const words = [...ONE, ...(await botApp())];
  const { code, told } = await greenroom(['explore', ...words], { bug: 'much-later' });
  expect([code, told]).toEqual([
    2,
    expect.stringMatching(/^No call of the app has come to greenroom yet, and it waits still: 5 s .* With --lockstep/m),
  ]);
  expect(await greenroom(['explore', '--lockstep', ...words], { bug: 'much-later' })).toMatchObject({ code: 0 });
});
