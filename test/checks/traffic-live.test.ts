import { describe, expect } from 'vitest';
import { checkTraffic } from '../../src/checks/traffic/check.js';
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
  'the same without the prefix': { method: 'PUT', path: '/bots', body: {}, rules: ['wrong-method'] },
  'a path without the prefix': { path: '/bots', rules: [] },
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
