import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { greenroom, inFolder, PLANNER, runTest, shareFolder, STORY, storyFile } from './command-line.js';

shareFolder();

test('An agent for a meeting that its user has deleted is found with --calendar, and replayed', async () => {
  const port = await freePort();
  const words = [`http://127.0.0.1:${port}/hooks/cronofy`, '--calendar', '--', process.execPath, PLANNER];
  const few = ['--executions', '5', '--scenario', 'happy-path', '--write-test', 'node'];
  const found = await greenroom(['explore', ...few, '--reporter', 'sarif', ...words], { bug: 'once' });
  expect(found.code, found.told).toBe(1);
  const [{ results, tool }] = JSON.parse(found.out).runs;
  expect(results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['converges', 'converges']);
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toContain('converges');
  const { uri } = results[0].locations[0].physicalLocation.artifactLocation;
  expect(JSON.parse(readFileSync(inFolder(uri), 'utf8')).deviations).toEqual([
    { at: { instant: '-1h' }, do: { user: 'deletes' } },
  ]);
  const again = await greenroom(['replay', uri, ...words], { bug: 'once' });
  expect([again.code, again.out]).toEqual([1, expect.stringContaining('expected no agent, was 1 agent')]);
  expect(await greenroom(['replay', uri, ...words])).toMatchObject({ code: 0 });
  const hash = path.basename(uri, '.json');
  expect([runTest(hash, 'once'), runTest(hash, '')]).toEqual([1, 0]);
  const day = storyFile('day.json', {
    ...STORY,
    day: 'clock-change',
    deviations: [{ at: { instant: '-1h' }, do: { user: 'moves', to: '+1d' } }],
  });
  expect(await greenroom(['replay', day, ...words], { bug: 'once' })).toMatchObject({ code: 1 });
  expect(await greenroom(['replay', day, ...words])).toMatchObject({ code: 0 });
});

test('What goes wrong with the messages of a channel is played with --calendar as with those of agents', async () => {
  const port = await freePort();
  const words = [`http://127.0.0.1:${port}/hooks/cronofy`, '--calendar', '--', process.execPath, PLANNER];
  const story = (name: string, ...deviations: object[]) => storyFile(name, { ...STORY, deviations });
  const change = { delivery: { type: 'change' } };
  const deletes = { at: { instant: '-1h' }, do: { user: 'deletes' } };
  const refused = { at: { delivery: { type: 'change', number: 2 } }, do: { answers: [503] } };
  for (const [file, bug, told] of [
    [
      story('field.json', { at: change, do: { corrupt: 'extra_field' } }),
      'strict',
      'The app does not call scheduleMeetingAgent',
    ],
    // It has heard of the deletion in time, at the second attempt.
    [story('refused.json', deletes, refused), 'once', 'expected no agent, was 1 agent'],
  ] as const) {
    const broken = await greenroom(['replay', file, ...words], { bug });
    expect([bug, broken.code, broken.out], broken.told).toEqual([bug, 1, expect.stringContaining(told)]);
    expect(await greenroom(['replay', file, ...words]), bug).toMatchObject({ code: 0 });
  }
  for (const effect of [{ duplicate: 1 }, { delay: '1m' }, { signature: 'wrong' }])
    expect(await greenroom(['replay', story('right.json', { at: change, do: effect }), ...words])).toMatchObject({
      code: 0,
    });
});

test('A token holds for an app that keeps its own time, though the clock of the vendor runs ahead', async () => {
  const words = [`http://127.0.0.1:${await freePort()}/hooks/cronofy`, '--calendar', '--', process.execPath, PLANNER];
  const deviations = [{ at: { instant: '-1h' }, do: { user: 'moves', to: '+1h' } }];
  const moves = storyFile('moves.json', { ...STORY, deviations });
  expect(await greenroom(['replay', moves, ...words], { bug: 'oauth' })).toMatchObject({ code: 0 });
  // In lockstep both know what time it is, and the app should have refreshed it.
  expect(await greenroom(['replay', moves, '--lockstep', ...words], { bug: 'oauth' })).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /Probable mistake: .* a token that does not hold any more\. .*readEvents is answered 401/,
    ),
  });
});
