import { transform } from 'esbuild';
import { expect, test as base } from 'vitest';
import { createGreenroom, type Greenroom } from '../../src/index.js';
import type { Recording } from '../../src/contracts/control/recording.js';
import { View } from '../../src/server/inspector/page/model/filter.js';
import type { Line } from '../../src/server/inspector/page/model/line.js';
import { readSearch } from '../../src/server/inspector/page/model/search.js';
import { testText } from '../../src/server/inspector/page/model/test-text.js';
import { Timeline } from '../../src/server/inspector/page/model/timeline.js';
import { freePort } from '../../src/server/host/free-port.js';
import { agentRequest, botRequest, test } from '../support/room.js';

/** What the page writes for what a room shows, with this search, up to an instant. */
async function written(room: Greenroom, search = '', end?: string): Promise<string> {
  const recording = (await (await room.fetch('/_greenroom/recording')).json()) as Recording;
  const timeline = new Timeline();
  timeline.append(recording.entries as unknown as Line[]);
  const names = new Map(recording.agents.map(({ id, name = id }) => [id, name]));
  const { tests } = readSearch(search, { nameOf: (id) => names.get(id)?.toLowerCase() });
  return testText({
    made: recording.made,
    view: new View(timeline, tests),
    nameOf: (id) => names.get(id) ?? id,
    end: Date.parse(end ?? recording.clock.now) * 1000,
  });
}

/** Runs a test as it was written. */
async function run(text: string): Promise<void> {
  const { code } = await transform(text, { loader: 'ts', format: 'cjs', target: 'node20' });
  let written: (() => Promise<void>) | undefined;
  const modules: Readonly<Record<string, object>> = {
    greenroom: { createGreenroom },
    vitest: { expect, test: (_: string, body: () => Promise<void>) => (written = body) },
  };
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the text of a test is what is tested
  new Function('require', 'module', code)((name: string) => modules[name], { exports: {} });
  await written!();
}

const post = (room: Greenroom, path: string, authorization: string, body: object): Promise<Response> =>
  room.fetch(path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('A life of both vendors is written as a test that passes', async ({ room, receiver }) => {
  receiver.answerWith(401, 500);
  await room.faults.add({ on: 'delivery', match: { state: 'ended' }, do: { duplicate: 1 } });
  await post(room, '/api/v1/bots', `Token ${room.attendee.api_key}`, botRequest('2026-01-01T09:10:00Z', receiver.url));
  await room.clock.advance({ by: '3m' });
  await room.casting.add({ scenario: 'lobby-never-opened', match: { provider: 'attendee' } });
  await post(room, '/api/v1/bots', `Token ${room.attendee.api_key}`, {
    ...botRequest('2026-01-01T09:20:00Z', receiver.url),
    bot_name: "<img src=x onerror='1'>\n`${x}`",
  });
  await post(room, '/v1/meeting_agents', `Bearer ${room.cronofy.client_secret}`, agentRequest(`${receiver.url}/c`));
  await room.clock.next();
  await room.clock.advance({ by: '2h' });

  const text = await written(room);
  expect(text).toContain('answering([401, 500]');
  expect(text).toContain("await room.faults.add({ on: 'delivery', match: { state: 'ended' }, do: { duplicate: 1 } });");
  expect(text).not.toContain(room.attendee.api_key);
  await run(text);
});

base('Where the app was not there, no answer comes in the test either', async () => {
  await using room = await createGreenroom();
  const url = `http://127.0.0.1:${await freePort()}/hooks`;
  await post(room, '/api/v1/bots', `Token ${room.attendee.api_key}`, botRequest('2026-01-01T09:10:00Z', url));
  await room.clock.advance({ by: '10m' });
  const text = await written(room);
  expect(text).toMatch(/answering\(\[null, null/);
  const outcome = '(await room.deliveries.list()).deliveries[0].attempts[0].outcome';
  const asserted = text.replace('\n});', `\n  expect(${outcome}).toBe('dropped');\n});`);
  expect(asserted).not.toBe(text);
  await run(asserted);
  await expect(run(asserted.replaceAll('null,', '500,'))).rejects.toThrow('dropped');
});

test('A part of it is written up to where it ends, about the agents in sight', async ({ room, receiver }) => {
  const bot = botRequest('2026-01-01T09:10:00Z', receiver.url);
  await post(room, '/api/v1/bots', `Token ${room.attendee.api_key}`, { ...bot, bot_name: 'Ada' });
  await post(room, '/api/v1/bots', `Token ${room.attendee.api_key}`, { ...bot, bot_name: 'Bea' });
  await room.clock.advance({ by: '2h' });
  const text = await written(room, 'bot:ada', '2026-01-01T09:11:00Z');
  expect(text).toContain('// Ada');
  expect(text).not.toContain('// Bea');
  expect(text).not.toContain("'ended'");
  await run(text);
});

base('What is written fails where the world goes another way', async () => {
  await using room = await createGreenroom();
  await post(room, '/api/v1/bots', `Token ${room.attendee.api_key}`, botRequest('2026-01-01T09:10:00Z'));
  await room.clock.advance({ by: '2h' });
  const text = await written(room);
  await run(text);
  await expect(run(text.replace("'staged'", "'ended'"))).rejects.toThrow();
});
