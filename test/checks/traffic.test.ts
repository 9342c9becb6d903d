import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { countsOf } from '../../src/checks/coverage/read.js';
import { checkTraffic, type TrafficOptions } from '../../src/checks/traffic/check.js';
import { TRAFFIC_RULES, type TrafficRule } from '../../src/checks/traffic/rules.js';
import type { Finding } from '../../src/checks/finding.js';
import { toHar, type JournalCall } from '../../src/contracts/har.js';
import { har, temporaryFolder, type Recorded } from '../support/har.js';
import { agentRequest, attendee, botRequest, control, cronofy, test as base } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';
import { playAStory } from '../support/story.js';
import { readTapes } from '../tapes/tape.js';

const test = base.extend<{ folder: ReturnType<typeof temporaryFolder> }>({
  folder: async ({}, use) => {
    const folder = temporaryFolder();
    await use(folder);
    folder.end();
  },
});

const ATTENDEE = 'https://app.attendee.dev/api/v1';
const CRONOFY = 'https://api.cronofy.com/v1';
const TOKEN = { Authorization: 'Token abcdefghijklmnopqrstuvwxyz123456' };
const BEARER = { Authorization: 'Bearer CRN_abcdefghijklmnop' };
const bot = {
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
const agent = { sub: `agt_${'0'.repeat(24)}`, state: 'created', resources: [] };

const createBot = (body: object, more: Partial<Recorded> = {}): Recorded => ({
  method: 'POST',
  url: `${ATTENDEE}/bots`,
  headers: TOKEN,
  body: { ...botRequest(undefined), ...body },
  status: 201,
  answer: bot,
  ...more,
});
const schedule = (body: object, more: Partial<Recorded> = {}): Recorded => ({
  method: 'POST',
  url: `${CRONOFY}/meeting_agents`,
  headers: BEARER,
  body: { ...agentRequest(), ...body },
  answer: { meeting_agent: agent },
  ...more,
});
const read = (path: string, more: Partial<Recorded> = {}): Recorded => ({
  url: `${ATTENDEE}${path}`,
  headers: TOKEN,
  answer: path.startsWith('/bots/') ? bot : { next: null, previous: null, results: [] },
  ...more,
});

const CLEAN: readonly Recorded[] = [
  createBot({}),
  createBot({ metadata: { any: 'key' }, recording_settings: { format: 'mp3' } }),
  schedule({}),
  schedule({ scheduling_key: 'k', join_time: '2026-05-06T15:30:00Z' }, { status: 202, answer: undefined }),
  read('/bots?states=ended&states=fatal_error&join_at_after=2026-01-01T00:00:00%2B01:00'),
  read(`/bots/${bot.id}`),
  { url: 'https://example.com/token?token=abc', answer: {} },
];

/** One recording that each rule must find, and nothing else of its severity or worse. */
const PLANTED: Readonly<Record<TrafficRule, Recorded | undefined>> = {
  'unknown-operation': read('/bot', { status: 404, answer: { detail: 'Not found.' } }),
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

/** Ids of the form that each name of a tape stands for. */
const fillPlaceholders = (text: string): string =>
  text
    .replace(/\{\{(any:)?uuid\d*\}\}/g, '00000000-0000-4000-8000-000000000000')
    .replace(/\{\{any:url\}\}|\{\{base\}\}/g, 'https://app.attendee.dev')
    .replace(/\{\{([a-z]+)(\d+)\}\}/g, (_, kind: string, number: string) => `${kind}_${number.padStart(16, 'x')}`);

const options: TrafficOptions = { vendors: VENDOR_LIST, baseUrls: [], refused: false };
const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

describe('Checking traffic', () => {
  for (const { name, severity } of TRAFFIC_RULES) {
    test(`finds a planted ${name}`, async ({ folder }) => {
      const planted = PLANTED[name];
      const file = folder.write('app.har', har(planted ? [...CLEAN, planted] : []));
      const { findings } = await checkTraffic([file], options);
      const found = findings.filter(({ rule }) => rule === name);
      expect(found).toEqual([expect.objectContaining({ severity, advice: expect.any(String) })]);
      expect(found[0]!.where).toMatchObject(planted ? { file, exchange: CLEAN.length + 1 } : { file });
      // A secret in a parameter is also a parameter that the vendor does not know.
      const others = rulesOf(findings).filter((rule) => rule !== name && rule !== 'unknown-query');
      expect(others).toEqual([]);
    });
  }

  test('says where, what was expected, what was there, and what was meant', async ({ folder }) => {
    const entries = [PLANTED['request-body']!, PLANTED['misspelt-field']!, PLANTED['unknown-operation']!];
    const { findings } = await checkTraffic([folder.write('app.har', har(entries))], options);
    expect(findings).toMatchObject([
      { where: { operation: 'createBot', pointer: '/bot_name' }, was: 'true', basis: 'documented' },
      { message: expect.stringContaining('"subscriptions" is near'), where: { pointer: '/subscription' } },
      { expected: 'perhaps GET /api/v1/bots', was: 'GET /api/v1/bot' },
    ]);
  });

  test('finds the operation behind a path without its prefix, or with it twice', async ({ folder }) => {
    const paths = ['/bots/bot_1/leave', '/api/v1/api/v1/bots', '/api/v1/bots/', '/api/v1/bots/bot_1/transcripts'];
    const entries = paths.map((path) => ({ url: `https://app.attendee.dev${path}`, status: 404, answer: {} }));
    const { findings } = await checkTraffic([folder.write('app.har', har(entries))], options);
    expect(findings.map(({ expected }) => expected)).toEqual([
      'perhaps POST /api/v1/bots/{id}/leave',
      'perhaps GET /api/v1/bots',
      'perhaps GET /api/v1/bots',
      'perhaps GET /api/v1/bots/{id}/transcript',
    ]);
  });

  test('what rests on an assumption is a note', async ({ folder }) => {
    const entries = [schedule({ scheduling_key: 'k' }, { status: 202, answer: { accepted: true } })];
    const { findings } = await checkTraffic([folder.write('app.har', har(entries))], options);
    expect(findings).toMatchObject([{ rule: 'response-not-empty', severity: 'note', basis: 'assumed' }]);
  });

  test('no secret is repeated', async ({ folder }) => {
    const entries = [
      PLANTED['secret-in-url']!,
      read('/bots', { url: 'https://me:very-secret@app.attendee.dev/api/v1/bots' }),
      {
        method: 'POST',
        url: `${ATTENDEE}/calendars`,
        headers: TOKEN,
        body: { platform: 'google', client_id: 'c', client_secret: ['very-secret'] },
        status: 503,
        answer: 'no',
      },
    ];
    const report = await checkTraffic([folder.write('app.har', har(entries))], { ...options, refused: true });
    expect(rulesOf(report.findings)).toEqual(
      expect.arrayContaining(['secret-in-url', 'request-body', 'undocumented-status']),
    );
    expect(JSON.stringify(report)).not.toContain('very-secret');
  });

  test.for<[string, Recorded]>([
    ['JSON that was cut', createBot({}, { body: '{"bot_name":"x","webhook_secret":"very-secret","meeting_u' })],
    ['an object where a text belongs', createBot({ bot_name: { password: 'very-secret' } })],
    ['a list where a text belongs', createBot({ bot_name: [{ api_key: 'very-secret' }] })],
    ['an answer that was cut', createBot({}, { answer: '{"id":"x","access_token":"very-secret","ev' })],
    ['an answer that is a form', createBot({}, { answer: 'state=x&access_token=very-secret' })],
    ['an answer with an object more', createBot({}, { answer: { ...bot, state: { client_secret: 'very-secret' } } })],
    [
      'a code of an authorization',
      schedule({}, { answer: { meeting_agent: { ...agent, state: { code: 'very-secret' } } } }),
    ],
  ])('no secret of %s is repeated, wherever in it the secret stands', async ([, entry], { folder }) => {
    const { findings } = await checkTraffic([folder.write('app.har', har([entry]))], options);
    expect(findings.filter(({ severity }) => severity === 'error')).not.toEqual([]);
    expect(JSON.stringify(findings)).toContain('[redacted]');
    expect(JSON.stringify(findings)).not.toContain('very-secret');
  });

  test('a rule that finds much takes no room from others, nor do notes from errors', async ({ folder }) => {
    const stray = Array.from({ length: 6000 }, (_, i) => createBot({}, { answer: { ...bot, [`new_${i}`]: 1 } }));
    const file = folder.write('app.har', har([...stray, createBot({ bot_name: true })]));
    const { findings, summary } = await checkTraffic([file], options);
    expect(summary).toContain('5000 further findings that are not shown');
    expect(findings.filter(({ rule }) => rule === 'request-body')).toHaveLength(1);
    expect(findings.length).toBeLessThan(1100);
  });

  test('what the vendor refused is judged when it is asked for', async ({ folder }) => {
    const refused = createBot({ bot_name: true }, { status: 400, answer: { bot_name: ['Not a valid string.'] } });
    const file = folder.write('app.har', har([refused]));
    expect((await checkTraffic([file], options)).findings).toEqual([]);
    expect((await checkTraffic([file], { ...options, refused: true })).findings).toMatchObject([
      { rule: 'request-body', where: { pointer: '/bot_name' } },
    ]);
  });

  test('the same fault in many exchanges is one finding with a count', async ({ folder }) => {
    const file = folder.write('app.har', har(Array.from({ length: 30 }, () => createBot({ bot_name: true }))));
    expect((await checkTraffic([file], options)).findings).toMatchObject([{ times: 30, where: { exchange: 1 } }]);
  });
});

describe('A check that has read nothing does not pass', () => {
  const FOREIGN = [
    '',
    'null',
    '[]',
    '{"a":1}',
    '{"log":{}}',
    '{"requests":[]}',
    '{"log":{"entries":[{"request":{}}]}}',
  ];
  for (const text of FOREIGN) {
    test(`of ${text || 'an empty file'}`, async ({ folder }) => {
      const file = folder.write('app.har', text);
      const { findings } = await checkTraffic([file], options);
      expect(findings).toMatchObject([{ rule: 'nothing-to-check', severity: 'error', where: { file } }]);
      expect(findings[0]!.advice).toMatch(/^Give a HAR file/);
      expect(findings[0]!.advice).not.toContain('--base-url');
      await expect(countsOf([file], VENDOR_LIST, [])).rejects.toThrow(
        /^Failed to read .*: expected calls, webhooks or lines/,
      );
    });
  }

  test('calls of others alone are an error that says how to name hosts', async ({ folder }) => {
    const ask = async (url: string) =>
      (await checkTraffic([folder.write('app.har', har([{ url, answer: {} }]))], options)).findings;
    expect(await ask('https://bots.example/api/v1/bots')).toMatchObject([
      {
        rule: 'nothing-to-check',
        severity: 'error',
        advice: expect.stringContaining('--base-url attendee=https://…'),
      },
    ]);
    const local = 'http://127.0.0.1:4000';
    expect((await ask(`${local}/api/v1/bots`))[0]!.advice).toContain(
      `--base-url cronofy=${local} --base-url attendee=${local}.`,
    );
  });
});

describe('A host that stands for a vendor', () => {
  test('may be named with what the paths of the vendor begin with', async ({ folder }) => {
    const called = (path: string) => ({ ...createBot({ bot_name: true }), url: `http://bots.example${path}` });
    const file = folder.write('app.har', har([called('/api/v1/bots'), called('/api/v1/botz')]));
    const { findings } = await checkTraffic([file], { ...options, baseUrls: ['attendee=http://bots.example/api/v1'] });
    expect(findings).toMatchObject([
      { rule: 'request-body', where: { operation: 'createBot', exchange: 1 } },
      { rule: 'unknown-operation', was: 'POST /api/v1/botz' },
    ]);
  });
});

describe('A body that a recording does not hold', () => {
  interface Kept {
    readonly bodySize?: number;
    readonly postData?: object;
    readonly content?: object;
    readonly status?: number;
  }
  /** A call with a fault in its body and in its answer, as another recorder writes it. */
  const kept = ({ content, status = 201, ...request }: Kept): string => {
    const log = JSON.parse(har([createBot({ bot_name: true }, { status, answer: { ...bot, state: 'asleep' } })])).log;
    Object.assign(log.entries[0].request, request);
    if (content) log.entries[0].response.content = content;
    return JSON.stringify({ log });
  };
  const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
  const BODY = JSON.stringify({ ...botRequest(undefined), bot_name: true });
  const ANSWER = JSON.stringify({ ...bot, state: 'asleep' });
  const BOTH = ['request-body', 'response-body'];

  test.for<[string, Kept, number]>([
    ['since it lies in a file', { postData: { text: '', _file: 'a.json' }, content: { size: -1, _file: 'b.json' } }, 2],
    ['since it lies in a file, with sizes', { bodySize: 106, postData: { text: '' }, content: { size: 283 } }, 2],
    ['since it was left out, without a size', { bodySize: -1, postData: { text: '' }, content: { size: -1 } }, 2],
    ['of a call that was given up', { status: 0, bodySize: 0, postData: { text: '' } }, 1],
    ['and of which the status is -1', { status: -1, bodySize: 0, postData: { text: '' }, content: { size: -1 } }, 1],
  ])('is not judged as an empty one, %s', async ([, how, missing], { folder }) => {
    const { findings, summary } = await checkTraffic([folder.write('app.har', kept(how))], options);
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(summary).toContain(`${missing} ${missing === 1 ? 'body' : 'bodies'} not recorded, and not judged.`);
  });

  test('is none where nothing was sent, and where an answer has none', async ({ folder }) => {
    const empty = { bodySize: 0, postData: { text: '' } };
    for (const how of [
      { ...empty, content: { size: 0 } },
      { ...empty, content: { size: 0, text: '' } },
    ]) {
      const { findings, summary } = await checkTraffic([folder.write('app.har', kept(how))], options);
      expect(findings).toMatchObject([
        { rule: 'request-body', was: 'missing' },
        { message: expect.stringContaining('has no body') },
      ]);
      expect(summary).toMatch(/0 with others\.$/);
    }
    const gone = har([{ ...read(`/bots/${bot.id}`), method: 'DELETE', status: 204, answer: undefined }]);
    const { summary } = await checkTraffic([folder.write('gone.har', gone.replace('"size":0', '"size":-1'))], options);
    expect(summary).toMatch(/0 with others\.$/);
  });

  test('is read where it lies beside the recording under the name of its content', async ({ folder }) => {
    const [sent, received] = [BODY, ANSWER].map((text) => `${sha1(text)}.json`);
    folder.write(sent!, BODY);
    folder.write(received!, ANSWER);
    const how = { bodySize: -1, postData: { text: '', _file: sent }, content: { size: -1, _file: received } };
    const { findings, summary } = await checkTraffic([folder.write('app.har', kept(how))], options);
    expect(rulesOf(findings)).toEqual(BOTH);
    expect(summary).toMatch(/0 with others\.$/);
  });

  test('is read from no other file, wherever a recording says that it lies', async ({ folder }) => {
    const inside = folder.write('notes.json', '{"very":"private"}');
    const named = `${sha1('{"what":"it was"}')}.json`;
    folder.write(named, '{"very":"private"}');
    for (const _file of ['notes.json', inside, `../${basename(dirname(inside))}/notes.json`, named, '.', '', 5]) {
      const how = { bodySize: -1, postData: { text: '', _file }, content: { size: -1, _file } };
      const report = await checkTraffic([folder.write('app.har', kept(how))], { ...options, refused: true });
      expect([report.findings, report.summary]).toEqual([[], expect.stringContaining('2 bodies not recorded')]);
    }
  });

  test('may be packed in base64, on both sides', async ({ folder }) => {
    const packed = (text: string) => ({ size: text.length, text: btoa(text), encoding: 'base64' });
    const file = folder.write('app.har', kept({ postData: packed(BODY), content: packed(ANSWER) }));
    expect(rulesOf((await checkTraffic([file], options)).findings)).toEqual(BOTH);
  });

  test('lies in an archive that has to be unpacked', async ({ folder }) => {
    const { code, stderr } = await runHere(['check', 'traffic', folder.write('app.har.zip', 'PK\u0003\u0004…')]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^Failed to read .*app\.har\.zip: .*zip archive\. Unpack it/),
    ]);
  });
});

test('A body of many levels is named, and the others are judged', async ({ folder }) => {
  const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  const all = [createBot({}, { body: deep }), read('/bots', { answer: deep }), createBot({ bot_name: true })];
  const file = folder.write('app.har', har(all));
  expect((await checkTraffic([file], options)).findings).toMatchObject([
    { rule: 'too-deep', severity: 'error', where: { file, exchange: 1 } },
    { rule: 'too-deep', severity: 'error', where: { file, exchange: 2 } },
    { rule: 'request-body', where: { exchange: 3 } },
  ]);
});

describe('Calls that a vendor has and greenroom does not serve', () => {
  const INVITE = { smart_invite_id: 'one', recipient: { email: 'guest@example.com' } };
  const unserved: Recorded[] = [
    {
      method: 'POST',
      url: `${CRONOFY}/smart_invites`,
      headers: BEARER,
      body: INVITE,
      answer: INVITE,
    },
    { method: 'DELETE', url: `${CRONOFY}/available_periods`, headers: BEARER, status: 202 },
  ];

  test('are counted with the others and judged by nobody', async ({ folder }) => {
    const file = folder.write('app.har', har([...unserved, schedule({})]));
    const { code, stdout } = await runHere(['check', 'traffic', file, '--fail-on', 'warning']);
    expect((await checkTraffic([file], options)).findings).toEqual([]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('2 with others (POST /v1/smart_invites, DELETE /v1/available_periods: the vendor has it'),
    ]);
  });

  test('alone pass, with a note that nothing was judged', async ({ folder }) => {
    const file = folder.write('app.har', har(unserved));
    expect((await runHere(['check', 'traffic', file])).code).toBe(0);
    expect((await checkTraffic([file], options)).findings).toMatchObject([
      { rule: 'nothing-to-check', severity: 'note', message: expect.stringContaining('no contract of the calls') },
    ]);
  });
});

describe('Clean recordings give no finding', () => {
  test('a HAR file of both vendors, as it is, packed, and as lines', async ({ folder }) => {
    const text = har(CLEAN);
    const lines = (JSON.parse(text).log.entries as unknown[]).map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const files = [
      folder.write('a.har', text),
      folder.write('a.har.gz', gzipSync(text)),
      folder.write('a.jsonl', lines),
    ];
    const { findings, summary } = await checkTraffic(files, options);
    expect(findings).toEqual([]);
    expect(summary).toBe('6 exchanges with Cronofy, 12 with Attendee, 3 with others.');
  });

  test('the journal of a busy time', async ({ room, receiver, folder }) => {
    await playAStory(room, receiver);
    const journal = (await control(room, 'GET', '/requests')).text;
    const lines = (JSON.parse(journal).requests as unknown[]).map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const files = [folder.write('journal.json', journal), folder.write('journal.jsonl', lines)];
    const { findings, summary } = await checkTraffic(files, options);
    expect(findings).toEqual([]);
    expect(summary).toMatch(/^8 exchanges with Cronofy, 4 with Attendee/);
  });

  test('a journal with faults that a suite has planted', async ({ room, folder }) => {
    for (const effect of [{ status: 418, body: { broken: true } }, { truncate: 5 }])
      await control(room, 'POST', '/faults', { on: 'request', match: { operation: 'listBots' }, times: 1, do: effect });
    for (let i = 0; i < 2; i++) await attendee(room, 'GET', '/api/v1/bots').catch(() => undefined);
    const journal = (await control(room, 'GET', '/requests')).text;
    expect(journal).toContain('418');
    expect((await checkTraffic([folder.write('journal.json', journal)], options)).findings).toEqual([]);
  });

  test('the HAR that greenroom makes of its journal, faults included', async ({ room, receiver, folder }) => {
    await playAStory(room, receiver);
    const fault = { on: 'request', match: { operation: 'listBots' }, times: 1, do: { status: 418, body: {} } };
    await control(room, 'POST', '/faults', fault);
    await attendee(room, 'GET', '/api/v1/bots');
    const { requests } = (await control(room, 'GET', '/requests')).json as { requests: JournalCall[] };
    const file = folder.write('own.har', JSON.stringify(toHar(requests.toReversed(), '1.0.0')));
    const { findings, summary } = await checkTraffic([file], options);
    expect(findings).toEqual([]);
    expect(summary).toMatch(/^4 exchanges with Cronofy, 3 with Attendee, 0 with others/);
  });

  test('greenroom itself, recorded as HAR', async ({ room, folder }) => {
    const answers = [
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined)),
      await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest()),
    ];
    const [made, sent] = answers.map(({ json }) => json);
    const entries = [
      createBot({}, { url: `${room.url}/api/v1/bots`, answer: made }),
      schedule({}, { url: `${room.url}/v1/meeting_agents`, answer: sent }),
      { url: `${room.url}/_greenroom/health`, answer: { status: 'ok' } },
    ];
    const baseUrls = [`cronofy=${room.url}`, `attendee=${room.url}/`];
    const { findings, summary } = await checkTraffic([folder.write('own.har', har(entries))], { ...options, baseUrls });
    expect(findings).toEqual([]);
    expect(summary).toBe('1 exchanges with Cronofy, 1 with Attendee, 1 with others.');
  });

  test('what the real Attendee server was asked and answered, without the faults that the tapes are about', async ({
    folder,
  }) => {
    const exchanges = readTapes().flatMap(({ steps }) => steps.filter((step) => 'request' in step));
    const filled = JSON.parse(fillPlaceholders(JSON.stringify(exchanges))) as typeof exchanges;
    const entries = filled
      .filter(({ response: { status } }) => status < 400)
      .map(({ request: { method, path, query, headers, body }, response }) => ({
        method,
        url: `https://app.attendee.dev${path}${query === '' ? '' : `?${query}`}`,
        headers,
        ...(body === '' ? {} : { body }),
        status: response.status,
        ...(response.body === '' ? {} : { answer: response.body }),
      }));
    expect(entries.length).toBeGreaterThan(1000);
    const { findings } = await checkTraffic([folder.write('tapes.har', har(entries))], options);
    // Some tapes try what the vendor ignores, or has never published.
    const tried = ['unknown-query', 'unknown-field', 'undocumented-use'];
    expect(findings.filter(({ rule }) => !tried.includes(rule))).toEqual([]);
  });
});

describe('greenroom check traffic', () => {
  test('ends with 1 for findings that count, and writes each report to its place', async ({ folder }) => {
    const file = folder.write('app.har', har([PLANTED['misspelt-field']!]));
    const report = folder.write('report.xml', '');
    const shown = await runCommand(['check', 'traffic', file, '--reporter', `junit=${report}`, '--reporter', 'json']);
    expect([shown.code, JSON.parse(shown.stdout).counts]).toEqual([0, { error: 0, warning: 1, note: 0 }]);
    expect((await runHere(['check', 'traffic', file, '--fail-on', 'warning'])).code).toBe(1);
    const unwritten = await runHere(['check', 'traffic', file, '--output', join(report, 'below')]);
    expect([unwritten.code, unwritten.stderr]).toEqual([2, expect.stringMatching(/^Failed to write --output /)]);
    expect((await runHere(['check', 'traffic', file, '--fail-on=warning', '--off', 'misspelt-field'])).code).toBe(0);
  });

  test('ends with 2 for wrong use, with what was meant', async ({ folder }) => {
    const broken = folder.write('broken.har', '{"log":{"entries":[{"request":');
    const wrong: [string[], RegExp][] = [
      [['check', 'trafic'], /Did you mean "traffic"/],
      [['check'], /expected one of traffic, .*, was nothing/],
      [['check', 'traffic'], /expected a file/],
      [['check', 'traffic', 'no.har'], /no\.har/],
      [['check', 'traffic', broken], /ends in the middle/],
      [['check', 'traffic', broken, '--off', 'mispelt-field'], /Did you mean "misspelt-field"/],
      [['check', 'traffic', broken, '--reporter', 'sariff'], /Did you mean "sarif"/],
      [
        ['check', 'traffic', broken, '--reporter', 'json', '--reporter', 'sarif'],
        /two reporters write to standard output/,
      ],
      [['check', 'traffic', broken, '--reporter', 'json='], /expected a file after --reporter json=/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => runHere(args)));
    for (const [i, { code, stderr }] of ends.entries())
      expect([code, stderr]).toEqual([2, expect.stringMatching(wrong[i]![1])]);
  });
});
