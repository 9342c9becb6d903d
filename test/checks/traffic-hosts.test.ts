import { describe, expect } from 'vitest';
import { countsOf } from '../../src/checks/coverage/read.js';
import { checkTraffic } from '../../src/checks/traffic/check.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { har, type Recorded } from '../support/har.js';
import { attendee, botRequest, control } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { ATTENDEE, BEARER, createBot, CRONOFY, options, read, schedule, STAND_IN, test } from '../support/traffic.js';

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

test("a token that is asked for at the host of Cronofy's pages is judged, and a page there is not", async ({
  folder,
}) => {
  const app = 'https://app-de.cronofy.com';
  const body = { client_id: 'one', grant_type: 'refresh_token', refresh_token: 'two', client_secret: 'three' };
  const file = folder.write(
    'app.har',
    har([
      { method: 'POST', url: `${app}/oauth/token`, body, answer: { token_type: 'mac' } },
      { url: `${app}/settings`, answer: {} },
      { url: `${app}/v1/calendars`, answer: {} },
    ]),
  );
  const { findings, summary } = await checkTraffic([file], options);
  expect(summary).toContain('1 exchange with Cronofy, 0 with Attendee, 2 with others');
  expect(new Set(findings.map(({ rule, where }) => `${rule} ${where.provider} ${where.exchange}`))).toEqual(
    new Set(['response-body cronofy 1']),
  );
});

test('a path is read as the server of its vendor reads it', async ({ folder }) => {
  const none = { status: 404, answer: { error: 'Bot not found' } };
  const judged = async (calls: readonly Recorded[]) => {
    const { findings } = await checkTraffic([folder.write('app.har', har(calls))], options);
    return findings.map(({ rule, was }) => [rule, was]);
  };
  const slashes = ['bots%2Fbot_x', '%62ots/bot_x', 'bots%2fbot%5Fx%2Ftranscript'].map((path) => read(`/${path}`, none));
  expect(await judged([...slashes, createBot({ bot_name: true }, { url: `${ATTENDEE}/b%6Fts` })])).toEqual([
    ['request-body', 'true'],
  ]);
  expect(await judged([read('/bots/bot_x%252Fleave', none), read('/bots/a%2Fb', none)])).toEqual([
    ['unknown-operation', 'GET /api/v1/bots/a/b'],
  ]);
  const calendars = { headers: BEARER, status: 404 };
  expect(await judged([{ url: `${CRONOFY}%2Fcalendars`, ...calendars }])).toEqual([
    ['unknown-operation', 'GET /v1%2Fcalendars'],
  ]);
});

describe('A host that stands for a vendor', () => {
  const called = (path: string, more: Partial<Recorded> = {}) =>
    createBot({ bot_name: true }, { url: `${STAND_IN}${path}`, ...more });

  test.for([
    ['', '/api/v1/bots', '/api/v1/botz'],
    ['/api/v1', '/api/v1/bots', '/api/v1/botz'],
    ['/api/v1/', '/api/v1/bots', '/api/v1/botz'],
    ['/attendee', '/attendee/api/v1/bots', '/attendee/api/v1/botz'],
    ['/attendee/api/v1', '/attendee/api/v1/bots', '/attendee/api/v1/botz'],
    ['/team/attendee/api', '/team/attendee/api/v1/bots', '/team/attendee/api/v1/botz'],
  ] as const)(
    'may be named as "%s", with a part of what the paths of the vendor begin with',
    async ([base, bots, botz], { folder }) => {
      const file = folder.write('app.har', har([called(bots), called(botz)]));
      const { findings } = await checkTraffic([file], { ...options, baseUrls: [`attendee=${STAND_IN}${base}`] });
      expect(findings).toMatchObject([
        { rule: 'request-body', where: { operation: 'createBot', exchange: 1 } },
        { rule: 'unknown-operation', was: 'POST /api/v1/botz' },
      ]);
    },
  );

  test('has no calls outside its prefix, and none below a longer word', async ({ folder }) => {
    const file = folder.write(
      'app.har',
      har([called('/attendees/api/v1/bots'), called('/health'), called('/att/api/v1/bots')]),
    );
    const baseUrls = [`attendee=${STAND_IN}/attendee`, `attendee=${STAND_IN}/attendee/api/v1`];
    const { findings, summary } = await checkTraffic([file], { ...options, baseUrls });
    expect(summary).toContain('3 with others');
    expect(findings).toMatchObject([{ rule: 'nothing-to-check' }]);
  });

  test('may add what the paths of the vendor begin with, unless it answers 404', async ({ folder }) => {
    const gone = { status: 404, answer: { detail: 'Not found.' } };
    for (const base of ['', '/attendee']) {
      const file = folder.write('app.har', har([called(`${base}/bots`), called(`${base}/bots`, gone)]));
      const { findings } = await checkTraffic([file], { ...options, baseUrls: [`attendee=${STAND_IN}${base}`] });
      expect(findings).toMatchObject([
        { rule: 'prefix-missing', severity: 'warning', expected: '/api/v1/bots', was: `${base}/bots` },
        { rule: 'request-body', where: { operation: 'createBot', exchange: 1 } },
        { rule: 'unknown-operation', expected: 'perhaps POST /api/v1/bots', where: { exchange: 2 } },
      ]);
    }
  });

  test('is greenroom, which takes paths without their prefix and says so in the same way', async ({ folder, room }) => {
    const { id } = (await attendee(room, 'POST', '/bots', botRequest(undefined))).json as { id: string };
    await attendee(room, 'GET', `/bots/${id}`);
    const file = folder.write('journal.json', (await control(room, 'GET', '/requests')).text);
    expect((await checkTraffic([file], options)).findings).toMatchObject([
      { rule: 'prefix-missing', severity: 'warning' },
      { rule: 'prefix-missing', severity: 'warning' },
    ]);
  });
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
