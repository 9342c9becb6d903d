import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import type { TrafficOptions } from '../../src/checks/traffic/check.js';
import type { TrafficRule } from '../../src/checks/traffic/rules.js';
import type { Finding } from '../../src/checks/finding.js';
import { temporaryFolder, type Recorded } from './har.js';
import { agentRequest, botRequest, test as base } from './room.js';

/** With a folder for recordings. */
export const test = base.extend<{ folder: ReturnType<typeof temporaryFolder> }>({
  folder: async ({}, use) => {
    const folder = temporaryFolder();
    await use(folder);
    folder.end();
  },
});

export const ATTENDEE = 'https://app.attendee.dev/api/v1';
export const CRONOFY = 'https://api.cronofy.com/v1';
/** A host that stands for Attendee where a test says so. */
export const STAND_IN = 'https://bots.example';
export const TOKEN = { Authorization: 'Token abcdefghijklmnopqrstuvwxyz123456' };
export const BEARER = { Authorization: 'Bearer CRN_abcdefghijklmnop' };
export const bot = {
  id: 'bot_abcdefgh12345678',
  metadata: null,
  meeting_url: 'https://meet.google.com/abc-defg-hij',
  state: 'joining',
  events: [],
  transcription_state: 'not_started',
  recording_state: 'not_started',
  join_at: null,
  deduplication_key: null,
};
export const agent = { sub: `agt_${'0'.repeat(24)}`, state: 'created', resources: [] };

export const createBot = (body: object, more: Partial<Recorded> = {}): Recorded => ({
  method: 'POST',
  url: `${ATTENDEE}/bots`,
  headers: TOKEN,
  body: { ...botRequest(undefined), ...body },
  status: 201,
  answer: bot,
  ...more,
});
export const schedule = (body: object, more: Partial<Recorded> = {}): Recorded => ({
  method: 'POST',
  url: `${CRONOFY}/meeting_agents`,
  headers: BEARER,
  body: { ...agentRequest(), ...body },
  answer: { meeting_agent: agent },
  ...more,
});
export const read = (path: string, more: Partial<Recorded> = {}): Recorded => ({
  url: `${ATTENDEE}${path}`,
  headers: TOKEN,
  answer: path.startsWith('/bots/') ? bot : { next: null, previous: null, results: [] },
  ...more,
});

export const CLEAN: readonly Recorded[] = [
  createBot({}),
  createBot({ metadata: { any: 'key' }, recording_settings: { format: 'mp3' } }),
  schedule({}),
  schedule({ scheduling_key: 'k', join_time: '2026-05-06T15:30:00Z' }, { status: 202, answer: undefined }),
  read('/bots?states=ended&states=fatal_error&join_at_after=2026-01-01T00:00:00%2B01:00'),
  read(`/bots/${bot.id}`),
  { url: 'https://example.com/token?token=abc', answer: {} },
];

/** One recording that each rule must find, and nothing else of its severity or worse. */
export const PLANTED: Readonly<Record<TrafficRule, Recorded | undefined>> = {
  'unknown-operation': read('/bot', { status: 404, answer: { detail: 'Not found.' } }),
  'prefix-missing': createBot({}, { url: `${STAND_IN}/bots` }),
  'wrong-method': { ...createBot({}), method: 'PUT', status: 405, answer: { detail: 'Method "PUT" not allowed.' } },
  'request-body': createBot({ bot_name: true }),
  'request-not-json': createBot({}, { body: '{"meeting_url": ' }),
  'too-deep': createBot({}, { body: `{"meeting_url":${'['.repeat(5000)}${']'.repeat(5000)}}` }),
  'misspelt-field': schedule({ subscription: [] }),
  'unknown-field': schedule({ colour_of_the_sky: 'blue' }),
  'invalid-query': read('/bots?join_at_after=2026-01-01T00:00:00+01:00'),
  'unknown-query': read('/bots?state=ended'),
  'deprecated-use': schedule({}, { answer: agent }),
  'undocumented-use': createBot({ kubernetes_settings: { bot_pod_spec_type: 'X' } }),
  'missing-auth': read('/bots', { headers: {}, status: 401, answer: { detail: 'Missing Authorization header' } }),
  'wrong-auth-scheme': read('/bots', { headers: BEARER, status: 401, answer: { detail: 'Invalid' } }),
  'placeholder-auth': schedule({}, { headers: { Authorization: 'Bearer undefined' } }),
  'secret-in-url': read('/bots?api_key=very-secret'),
  'plain-http': read('/bots', { url: 'http://app.attendee.dev/api/v1/bots' }),
  'undocumented-status': read('/bots', { status: 418, answer: 'teapot' }),
  'response-body': read(`/bots/${bot.id}`, { answer: { ...bot, state: 'asleep' } }),
  'unknown-response-field': read(`/bots/${bot.id}`, { answer: { ...bot, mood: 'good' } }),
  'response-not-empty': { ...read(`/bots/${bot.id}`), method: 'DELETE', answer: {} },
  'empty-answer': {
    ...read(`/bots/${bot.id}`),
    method: 'DELETE',
    headers: { ...TOKEN, Accept: 'application/json' },
    answer: undefined,
  },
  unanswered: read('/bots', { status: 0 }),
  'nothing-to-check': undefined,
};

export const options: TrafficOptions = { vendors: VENDOR_LIST, baseUrls: [], refused: false };
export const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);
