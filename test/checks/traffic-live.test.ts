import { describe, expect } from 'vitest';
import { checkTraffic } from '../../src/checks/traffic/check.js';
import { har } from '../support/har.js';
import { agentRequest, botRequest, call, control } from '../support/room.js';
import { options, test } from '../support/traffic.js';

/** A call as somebody makes it who is mistaken, and the rules that it breaks. */
interface Odd {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rules: readonly string[];
}

const BOTS = '/api/v1/bots';
const AGENTS = '/v1/meeting_agents';
const bot = (more: object) => ({ ...botRequest(undefined), ...more });

const ODD: Readonly<Record<string, Odd>> = {
  'a call that is fine': { method: 'POST', path: BOTS, body: bot({}), rules: [] },
  'a method that a path does not take': { method: 'PUT', path: BOTS, body: {}, rules: ['wrong-method'] },
  'the same without the prefix': { method: 'PUT', path: '/bots', body: {}, rules: ['prefix-missing', 'wrong-method'] },
  'a path without the prefix': { path: '/bots', rules: ['prefix-missing'] },
  'a path that is unknown': { path: '/api/v1/botz', rules: ['unknown-operation'] },
  'a path of Cronofy that is unknown': { method: 'DELETE', path: '/v1/agents', rules: ['unknown-operation'] },
  'a call that only the vendor serves': { method: 'POST', path: '/v1/smart_invites', body: {}, rules: [] },
  'questions about a path': { method: 'OPTIONS', path: BOTS, rules: [] },
  'a misspelt parameter': { path: `${BOTS}?curser=5`, rules: ['unknown-query'] },
  'a parameter that nothing is like': { path: `${BOTS}?colour_of_the_sky=blue`, rules: ['unknown-query'] },
  'a value of a parameter that is refused': {
    path: `${BOTS}?join_at_after=2026-01-01T00:00:00+01:00`,
    rules: [],
  },
  'a key in the URL': { path: `${BOTS}?api_key=very-secret`, rules: ['secret-in-url', 'unknown-query'] },
  'a field that is refused': { method: 'POST', path: BOTS, body: bot({ colour_of_the_sky: 'blue' }), rules: [] },
  'a misspelt field that is refused': {
    method: 'POST',
    path: BOTS,
    body: bot({ join_att: 'x' }),
    rules: ['misspelt-field'],
  },
  'a misspelt field that is taken': {
    method: 'POST',
    path: AGENTS,
    body: { ...agentRequest(), dispaly_name: 'Notes' },
    rules: ['misspelt-field'],
  },
  'an unknown field that is taken': {
    method: 'POST',
    path: AGENTS,
    body: { ...agentRequest(), colour_of_the_sky: 'blue' },
    rules: ['unknown-field'],
  },
  'a wrong type that is refused': { method: 'POST', path: BOTS, body: bot({ metadata: 5 }), rules: [] },
  'no JSON': { method: 'POST', path: BOTS, body: '{bad', rules: [] },
  'no credential': { path: BOTS, headers: {}, rules: ['missing-auth'] },
  'an empty credential': { path: BOTS, headers: { authorization: '' }, rules: ['missing-auth'] },
  'another scheme': { path: BOTS, headers: { authorization: 'Bearer abcdefghijklmnop' }, rules: ['wrong-auth-scheme'] },
};

describe('Greenroom says of a call at once what check traffic says of its recording:', () => {
  for (const [name, { method = 'GET', path, body, headers, rules }] of Object.entries(ODD)) {
    test(name, async ({ room, folder }) => {
      const { attendee, cronofy } = room;
      const usual = path.startsWith('/v1/') ? `Bearer ${cronofy.access_token}` : `Token ${attendee.api_key}`;
      await call(method, room.url + path, body, headers ?? { authorization: usual });
      const entries = (await room.timeline({ kind: 'violation' })).entries;
      const live = entries.map(({ rule, severity, where, pointer, expected, was }) => ({
        rule,
        severity,
        where,
        pointer,
        expected,
        was,
      }));
      expect(live.map(({ rule }) => rule)).toEqual(rules);
      const file = folder.write('journal.json', (await control(room, 'GET', '/requests')).text);
      const { findings } = await checkTraffic([file], options);
      const recorded = findings
        .filter(({ severity, rule }) => severity !== 'note' && rule !== 'nothing-to-check')
        .map(({ rule, severity, where, expected, was }) => ({
          rule,
          severity,
          where: where.operation,
          pointer: where.pointer ?? '',
          expected,
          was,
        }));
      expect(recorded).toEqual(live);
      for (const { summary } of entries) expect(summary).toMatch(/^(error|warning): \S+( \S+)* expected \S/);
    });
  }
});

/** Calls that no operation takes: path, scheme of Authorization, and the vendor that is meant. */
const STRAY = [
  ['/api/v2/bots', 'Token', 'attendee', 'GET /api/v1/bots'],
  ['/api/v2/bots', 'Bearer', 'attendee', undefined],
  ['/api/v2/bots', undefined, 'attendee', 'GET /api/v1/bots'],
  ['/health//', undefined, 'attendee', 'GET /health/'],
  ['/v2/meeting_agents', 'Bearer', 'cronofy', 'POST /v1/meeting_agents'],
  ['/v2/things', 'Token', 'attendee', undefined],
  ['/v2/things', 'Bearer', 'cronofy', undefined],
  ['/v2/things', undefined, 'cronofy', undefined],
  ['/v1/botz', 'Token', 'cronofy', undefined],
  ['/v1/bots', 'Token', 'cronofy', 'GET /api/v1/bots'],
  ['/api/v1/bots/one/two/three', 'Bearer', 'attendee', undefined],
] as const;

describe('The timeline and the recording of a client say alike whose a call is that no operation takes:', () => {
  for (const [path, scheme, vendor, nearest] of STRAY) {
    test(`${path} with ${scheme ?? 'no Authorization'}`, async ({ room, folder }) => {
      const url = room.url + path;
      const headers = scheme === undefined ? {} : { authorization: `${scheme} ${room.attendee.api_key}` };
      const { status } = await call('GET', url, undefined, headers);
      expect(status).toBe(404);
      const { requests } = (await control(room, 'GET', '/requests')).json as { requests: { provider: string }[] };
      expect(requests.map(({ provider }) => provider)).toEqual([vendor]);

      const baseUrls = [`cronofy=${room.url}`, `attendee=${room.url}`];
      const file = folder.write('client.har', har([{ url, headers, status }]));
      const { findings } = await checkTraffic([file], { ...options, baseUrls });
      const [violation] = (await room.timeline({ kind: 'violation' })).entries;
      expect(findings).toMatchObject([
        { rule: 'unknown-operation', where: { provider: vendor }, expected: violation!.expected },
      ]);
      if (nearest !== undefined) expect(violation!.expected).toBe(`perhaps ${nearest}`);
    });
  }
});
