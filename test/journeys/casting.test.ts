import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { eventRequest, writeEvent } from '../support/cronofy.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, MEET_URL, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { startProcess } from '../support/server.js';

const STORY = { description: 'A meeting of two minutes.', ends: { at: '2m' } };

/** What the journal says of castings. */
async function castings(room: Greenroom, workspace?: string): Promise<string[]> {
  const { json } = await control(room, 'GET', '/timeline?kind=note', undefined, workspace);
  const notes = (json as { entries: { topic: string; summary: string }[] }).entries;
  return notes.filter(({ topic }) => topic === 'casting').map(({ summary }) => summary);
}

const cast = (room: Greenroom, rule: object) => control(room, 'POST', '/casting', rule);

describe('A scenario is chosen by', () => {
  const bot = (room: Greenroom, more: object, headers: Record<string, string> = {}) =>
    call('POST', `${room.url}/api/v1/bots`, botRequest(undefined, undefined, more), {
      authorization: `Token ${room.attendee.api_key}`,
      ...headers,
    });

  test('the first of the six ways that says something, and the journal says which', async ({ room }) => {
    await cast(room, { scenario: 'nobody-speaks', match: { provider: 'attendee' } });
    const header = { 'greenroom-scenario': 'manual' };
    const url = { meeting_url: `${MEET_URL}?greenroom=happy-path` };
    const name = { bot_name: 'mock:everybody-leaves' };
    const metadata = { metadata: { greenroom_scenario: 'host-never-comes' } };
    await bot(room, { ...url, ...name, ...metadata }, header);
    await bot(room, { ...url, ...name, ...metadata });
    await bot(room, { ...name, ...metadata });
    await bot(room, metadata);
    await bot(room, {});
    await control(room, 'DELETE', '/casting');
    await bot(room, {});
    expect((await castings(room)).filter((line) => line.startsWith('plays'))).toEqual([
      'plays manual (header Greenroom-Scenario)',
      'plays happy-path (greenroom= in the meeting URL)',
      "plays everybody-leaves (the agent's name)",
      'plays host-never-comes (metadata.greenroom_scenario)',
      'plays nobody-speaks (rule cast_1)',
      "plays happy-path (the workspace's default)",
    ]);
  });

  test.for([
    ['a meeting URL as it was sent', { meeting_url: `${MEET_URL}?authuser=0` }],
    ['a meeting URL as the vendor keeps it', { meeting_url: MEET_URL }],
    ['a regular expression', { meeting_url: '/ABC-/i' }],
    ['a bot name', { bot_name: 'Notes' }],
    ['metadata', { metadata: { tenant: '/^a/' } }],
    ['all of it together', { provider: 'attendee', bot_name: '/^N/', metadata: { tenant: 'acme' } }],
  ] as const)('a rule for %s', async ([, match], { room }) => {
    await cast(room, { scenario: 'manual', match });
    const more = { meeting_url: `${MEET_URL}?authuser=0`, metadata: { tenant: 'acme' } };
    await bot(room, more);
    await bot(room, { ...more, bot_name: 'Other', meeting_url: 'https://meet.google.com/xyz', metadata: { b: 'c' } });
    expect(await castings(room)).toEqual(['plays manual (rule cast_1)', "plays happy-path (the workspace's default)"]);
  });

  test('a rule for a scheduling key and one for an event', async ({ room }) => {
    await cast(room, { scenario: 'nobody-speaks', match: { scheduling_key: 'weekly' } });
    await cast(room, { scenario: 'everybody-leaves', match: { event_id: 'planning' } });
    const later = { scheduling_key: 'weekly', join_time: '2026-01-01T10:00:00Z' };
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, later));
    await writeEvent(room, eventRequest());
    expect(await castings(room)).toEqual(['plays nobody-speaks (rule cast_1)', 'plays everybody-leaves (rule cast_2)']);
  });

  test('the rules that a workspace is made with, which a reset keeps', async ({ room }) => {
    const casting = [{ scenario: 'manual', match: { bot_name: 'Notes' } }];
    const { json: made } = await control(room, 'POST', '/workspaces', { casting });
    await control(room, 'DELETE', '/casting', undefined, made.id);
    await control(room, 'POST', '/reset', undefined, made.id);
    await attendee({ ...room, attendee: made.attendee }, 'POST', '/api/v1/bots', botRequest(undefined));
    expect(await castings(room, made.id)).toEqual(['plays manual (rule cast_1)']);
    const wrong = await control(room, 'POST', '/workspaces', { casting: [{ scenario: 'manul', match: {} }] });
    expect([wrong.status, wrong.json.nearest]).toEqual([422, 'manual']);
  });

  test('the rules of a config file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    const config = join(folder, 'greenroom.config.json');
    await writeFile(config, JSON.stringify({ casting: [{ scenario: 'manual', match: { provider: 'attendee' } }] }));
    const server = await startProcess('--config', config);
    await attendee(server, 'POST', '/api/v1/bots', botRequest(undefined));
    expect((await control(server, 'GET', '/casting')).json.casting).toEqual([
      { id: 'cast_1', scenario: 'manual', match: { provider: 'attendee' }, used: 1 },
    ]);
    await server.stop();
    await writeFile(config, JSON.stringify({ casting: [{ scenario: 'manual', match: { bot: 'x' } }] }));
    const { code, stderr } = await runHere(['--port', '0', '--config', config]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('at /casting/0/match/bot, expected no such field')]);
    await rm(folder, { recursive: true });
  });

  test('a rule as many times as it says; then the next', async ({ room }) => {
    await cast(room, { scenario: 'nobody-speaks', match: {}, times: 2 });
    await cast(room, { scenario: 'manual', match: {} });
    for (let i = 0; i < 3; i++) await bot(room, {});
    expect((await castings(room)).filter((line) => line.startsWith('plays'))).toEqual([
      'plays nobody-speaks (rule cast_1)',
      'plays nobody-speaks (rule cast_1)',
      'plays manual (rule cast_2)',
    ]);
    expect((await control(room, 'GET', '/casting')).json.casting).toEqual([
      { id: 'cast_1', scenario: 'nobody-speaks', match: {}, times: 2, used: 2 },
      { id: 'cast_2', scenario: 'manual', match: {}, used: 1 },
    ]);
  });

  test('a regular expression that other engines never end with', async ({ room }) => {
    await cast(room, { scenario: 'manual', match: { bot_name: '/^(a+)+$/' } });
    await bot(room, { bot_name: `${'a'.repeat(60)}!` });
    await bot(room, { bot_name: 'a'.repeat(60) });
    expect(await castings(room)).toEqual(["plays happy-path (the workspace's default)", 'plays manual (rule cast_1)']);
  });

  test.for([
    ['/^NOTES$/i', 'Notes', true],
    ['/^NOTES$/', 'Notes', false],
    ['/^b$/m', 'a\nb', true],
    ['/a.b/s', 'a\nb', true],
    ['/a.b/', 'a\nb', false],
    ['/^(?<day>Mo|Tu)\\b \\d{2}\\/\\d{2}$/', 'Tu 12/31', true],
    ['/caf\\u00e9 \\p{L}+/u', 'caf\u00e9 \u00e9t\u00e9', true],
    ['/[^]\\\\k/', 'a\\k', true],
    ['plain', 'plain', true],
    ['/', '/', true],
    ['a/b/', 'a/b/', true],
  ] as const)(
    'the expression %j means of %j what it means in JavaScript: %s',
    async ([pattern, name, fits], { room }) => {
      await cast(room, { scenario: 'manual', match: { bot_name: pattern } });
      await bot(room, { bot_name: name });
      expect(await castings(room)).toEqual([
        fits ? 'plays manual (rule cast_1)' : "plays happy-path (the workspace's default)",
      ]);
    },
  );

  test.for(['/(?=a)b/', '/(?<!a)b/', '/(a)\\1/', '/(?<x>a)\\k<x>/', '/a{5000}/', '/(/'])(
    'no rule with the expression %s, and the refusal says why',
    async (pattern, { room }) => {
      const { status, json } = await cast(room, { scenario: 'manual', match: { metadata: { tenant: pattern } } });
      const expected = 'a regular expression between slashes, without lookarounds and references to groups';
      expect([status, json]).toEqual([
        422,
        expect.objectContaining({ code: 'INVALID_BODY', pointer: '/match/metadata/tenant', expected, was: pattern }),
      ]);
      expect(json.detail).toContain(`at /match/metadata/tenant, expected ${expected}, was "`);
      expect((await control(room, 'GET', '/casting')).json.casting).toEqual([]);
    },
  );

  test('no rule of an unknown scenario, none that cannot be read, and none that was removed', async ({ room }) => {
    const refusals = [
      await cast(room, { scenario: 'happy-pth', match: {} }),
      await cast(room, { scenario: 'manual', match: { bot_name: '/(/' } }),
      await cast(room, { scenario: 'manual', match: { bot_nam: 'x' } }),
      await cast(room, { scenario: 'manual' }),
    ];
    expect(refusals.map(({ status, json }) => [status, json.code, json.pointer ?? json.nearest])).toEqual([
      [422, 'UNKNOWN_SCENARIO', 'happy-path'],
      [422, 'INVALID_BODY', '/match/bot_name'],
      [422, 'INVALID_BODY', '/match/bot_nam'],
      [422, 'INVALID_BODY', '/match'],
    ]);
    const { id } = (await cast(room, { scenario: 'manual', match: {} })).json;
    expect((await control(room, 'GET', `/casting/${id}`)).json.scenario).toBe('manual');
    expect((await control(room, 'DELETE', `/casting/${id}`)).status).toBe(204);
    expect((await control(room, 'DELETE', `/casting/${id}`)).status).toBe(404);
    await bot(room, {});
    expect(await castings(room)).toEqual(["plays happy-path (the workspace's default)"]);
  });
});

describe('Scenarios of a workspace', () => {
  test('are put, read, listed, replaced and deleted, and stay in it', async ({ room }) => {
    const other = (await control(room, 'POST', '/workspaces', {})).json.id;
    const put = await control(room, 'PUT', '/scenarios/short', STORY);
    expect([put.status, put.json]).toEqual([201, expect.objectContaining({ name: 'short', ...STORY })]);
    expect((await control(room, 'PUT', '/scenarios/short', { ...STORY, description: 'Anew.' })).status).toBe(200);
    const { json } = await control(room, 'GET', '/scenarios/short');
    expect(json).toMatchObject({ name: 'short', source: 'workspace', description: 'Anew.', ends: { at: '2m' } });
    const listed = async (workspace?: string) =>
      (await control(room, 'GET', '/scenarios', undefined, workspace)).json.scenarios.map(
        ({ name }: { name: string }) => name,
      );
    expect(await listed()).toContain('short');
    expect(await listed(other)).not.toContain('short');
    expect((await control(room, 'DELETE', '/scenarios/short')).status).toBe(204);
    expect((await control(room, 'DELETE', '/scenarios/short')).status).toBe(404);
    expect((await control(room, 'GET', '/scenarios/short')).status).toBe(404);
    expect((await control(room, 'DELETE', '/scenarios/happy-path')).status).toBe(409);
  });

  test('can be the default, stand in for a file, and go with a reset', async ({ room }) => {
    await control(room, 'PUT', '/scenarios/happy-path', STORY);
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    await room.clock.until({ subject: bot.id, state: 'post_processing' });
    expect(await room.clock.now()).toBe('2026-01-01T09:02:00Z');
    await control(room, 'PUT', '/scenarios/short', STORY);
    expect((await control(room, 'PATCH', '/workspaces/default', { scenario: 'short' })).status).toBe(200);
    expect((await control(room, 'DELETE', '/scenarios/short')).json.code).toBe('CONFLICT');
    await room.reset();
    expect((await control(room, 'GET', '/scenarios/short')).status).toBe(404);
    expect((await control(room, 'GET', '/scenarios/happy-path')).json).toMatchObject({ source: 'greenroom' });
  });

  test('go on as they were for those who play them already', async ({ room }) => {
    await control(room, 'PUT', '/scenarios/short', STORY);
    const metadata = { greenroom_scenario: 'short' };
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { metadata }));
    await room.clock.advance({ by: '30s' });
    await control(room, 'PUT', '/scenarios/short', { ...STORY, ends: { at: '1h' } });
    await control(room, 'DELETE', '/scenarios/short');
    await room.clock.until({ subject: bot.id, state: 'post_processing' });
    expect(await room.clock.now()).toBe('2026-01-01T09:02:00Z');
  });

  test('and casting rules are part of a snapshot', async ({ room }) => {
    await control(room, 'PUT', '/scenarios/short', STORY);
    await cast(room, { scenario: 'short', match: {}, times: 1 });
    const snapshot = (await control(room, 'GET', '/snapshot')).json;
    await room.reset();
    expect((await control(room, 'PUT', '/snapshot', snapshot)).status).toBe(204);
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    await room.clock.until({ subject: bot.id, state: 'post_processing' });
    expect(await room.clock.now()).toBe('2026-01-01T09:02:00Z');
  });

  test.for([
    [{ ...STORY, lobyb: {} }, '/lobyb', 'a known field', '"lobyb"', 'lobby'],
    [
      { ...STORY, ends: { at: 'late' } },
      '/ends/at',
      expect.stringMatching(/^a duration such as "90s"/),
      '"late"',
      undefined,
    ],
    [{ description: 5 }, '/description', 'string of at least 1 character', '5', undefined],
    [{}, '/description', 'string of at least 1 character', 'missing', undefined],
    ['"x"', '/', 'object with "description"', '"x"', undefined],
  ] as const)('are refused whole if they are wrong: %j', async ([file, pointer, expected, was, nearest], { room }) => {
    const { status, json } = await control(room, 'PUT', '/scenarios/mine', file);
    expect([status, json]).toEqual([
      422,
      expect.objectContaining({ code: 'INVALID_SCENARIO', file: 'mine', pointer, expected, was }),
    ]);
    expect(json.nearest).toBe(nearest);
    expect((await control(room, 'GET', '/scenarios/mine')).status).toBe(404);
  });
});

test('what of a story the vendor does not tell is noted once, with the reason', async ({ room }) => {
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'recording-denied' });
  for (const _ of [1, 2]) await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest());
  await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
  expect((await castings(room)).filter((line) => line.startsWith('Of the story'))).toEqual([
    expect.stringMatching(/^Of the story recording-denied, Cronofy does not tell \/recording\/denied \(no callback/),
  ]);
});
