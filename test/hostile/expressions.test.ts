import { describe, expect } from 'vitest';
import { test as service } from '../support/service.js';
import { agentRequest, control, cronofy, test } from '../support/room.js';

/** What stands between the slashes, its flags, and what is said of it. */
const LARGE: readonly (readonly [name: string, source: string, flags: string, said: string])[] = [
  ['counted groups, one after the other', '(a?){1000}'.repeat(30), '', 'has 120000 parts'],
  ['counted groups in counted groups', '((a{10}){20}){30}', '', 'has 7260 parts'],
  ['a count that is open above', '(?:ab){400,}', '', 'has 2000 parts'],
  ['a count of classes', '(?:[a-z][^\\]]){300}', '', 'has 1200 parts'],
  ['a count behind an escape', '\\{{900}\\u{200}', '', 'has 1100 parts'],
  ['names of letters', '\\p{L}{200}', 'u', 'has 2000 parts'],
  ['ranges in any case', '[!-\uffff]'.repeat(20), 'i', 'has 1020 parts'],
  ['a thousand letters and one', 'a'.repeat(1001), '', 'has 1001 characters'],
  ['more than any number counts', `${'('.repeat(90)}a${'){1000}'.repeat(90)}`, '', 'parts when its repetitions'],
];

describe('An expression of a casting rule', () => {
  test.for(LARGE)('with %s is refused, and the refusal says the limit', async ([, source, flags, said], { room }) => {
    const pattern = `/${source}/${flags}`;
    for (const [pointer, path, body] of [
      ['/match/bot_name', '/casting', { scenario: 'manual', match: { bot_name: pattern } }],
      ['/match/metadata/a', '/workspaces', { casting: [{ scenario: 'manual', match: { metadata: { a: pattern } } }] }],
    ] as const) {
      const { status, json } = await control(room, 'POST', path, body);
      expect([status, json.code, json.pointer]).toEqual([422, 'INVALID_BODY', pointer]);
      expect(json.detail).toContain(said);
      expect(json.detail).toMatch(/, and 1000 are the most\)\.$/);
      expect(json.detail.length).toBeLessThan(500);
    }
    expect((await control(room, 'GET', '/casting')).json.casting).toEqual([]);
  });

  test.for([
    ['/a{1000}/', 'a'.repeat(1000), true],
    ['/a{1000}/', 'a'.repeat(999), false],
    ['/^(?:[\\w.]{1,60}, ?){3}(x|yz)$/i', 'Anna.B, Carl, Dora,YZ', true],
    ['/^\\u{1F600}{2}$/u', '\u{1F600}\u{1F600}', true],
    ['/a{,5}b{}/', 'a{,5}b{}', true],
    ['/^a+$/', 'a'.repeat(2000), true],
    ['/^a+$/', 'a'.repeat(2001), false],
  ] as const)('that is within the limits is matched: %j', async ([pattern, scheduling_key, fits], { room }) => {
    const rule = { scenario: 'manual', match: { scheduling_key: pattern } };
    expect((await control(room, 'POST', '/casting', rule)).status).toBe(201);
    const agent = agentRequest(undefined, { scheduling_key, join_time: '2026-01-01T10:00:00Z' });
    expect((await cronofy(room, 'POST', '/v1/meeting_agents', agent)).status).toBe(202);
    expect((await control(room, 'GET', '/casting')).json.casting[0].used).toBe(fits ? 1 : 0);
  });

  test('that is too large comes into no world by a snapshot', async ({ room }) => {
    await control(room, 'POST', '/casting', { scenario: 'manual', match: { bot_name: '/a/' } });
    const { text } = await control(room, 'GET', '/snapshot');
    const { status, json } = await control(room, 'PUT', '/snapshot', text.replace('"/a/"', '"/(a{100}){100}/"'));
    expect([status, json.pointer]).toEqual([422, '/play/casting/0/match/bot_name']);
  });

  service(
    'may be as large as that, but those of a stranger together no more than five of them',
    async ({ service }) => {
      const { control } = await service.tenant();
      const add = (i: number) =>
        control('POST', '/casting', { scenario: 'manual', match: { bot_name: `/${i}b{996}/` } });
      for (let i = 0; i < 5; i++) expect((await add(i)).status).toBe(201);
      const { status, json } = await add(5);
      expect([status, json.code]).toEqual([507, 'LIMIT_REACHED']);
      expect(json.detail).toBe(
        'Failed to add the rule: the expressions of all casting rules would have 5982 parts with repetitions written out, and those of a workspace of a service have at most 5000: delete some.',
      );
      const plain = { scenario: 'manual', match: { bot_name: 'b'.repeat(996) } };
      expect((await control('POST', '/casting', plain)).status).toBe(201);
      expect((await control('DELETE', '/casting/cast_1')).status).toBe(204);
      expect((await add(5)).status).toBe(201);
      const snapshot = (await control('GET', '/snapshot')).text.replace('"/1b{996}/"', '"/1b{996}c{100}/"');
      expect((await control('PUT', '/snapshot', snapshot)).status).toBe(422);
    },
  );
});
