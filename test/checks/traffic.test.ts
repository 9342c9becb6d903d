import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { checkTraffic } from '../../src/checks/traffic/check.js';
import { TRAFFIC_RULES } from '../../src/checks/traffic/rules.js';
import { toHar, type JournalCall } from '../../src/contracts/har.js';
import { har } from '../support/har.js';
import { agentRequest, attendee, botRequest, control, cronofy } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';
import { playAStory } from '../support/story.js';
import { bot, CLEAN, createBot, options, PLANTED, rulesOf, schedule, STAND_IN, test } from '../support/traffic.js';
import { readTapes } from '../tapes/tape.js';

/** Ids of the form that each name of a tape stands for. */
const fillPlaceholders = (text: string): string =>
  text
    .replace(/\{\{(any:)?uuid\d*\}\}/g, '00000000-0000-4000-8000-000000000000')
    .replace(/\{\{any:url\}\}|\{\{base\}\}/g, 'https://app.attendee.dev')
    .replace(/\{\{([a-z]+)(\d+)\}\}/g, (_, kind: string, number: string) => `${kind}_${number.padStart(16, 'x')}`);

describe('Checking traffic', () => {
  for (const { name, severity } of TRAFFIC_RULES) {
    test(`finds a planted ${name}`, async ({ folder }) => {
      const planted = PLANTED[name];
      const file = folder.write('app.har', har(planted ? [...CLEAN, planted] : []));
      const { findings } = await checkTraffic([file], { ...options, baseUrls: [`attendee=${STAND_IN}`] });
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

  test('takes no entry for a call whose path is none, and no name of an entry for a mark of greenroom', async ({
    folder,
  }) => {
    const call = { provider: 'attendee', method: 'GET', query: '', request: { headers: {}, body: '' } };
    const paths = [':x', '@elsewhere.example/api/v1/bots', 'api/v1/bots', '/api/v1/nothing'];
    const requests = paths.map((path) => ({ ...call, path }));
    const journal = await checkTraffic([folder.write('journal.json', JSON.stringify({ requests }))], options);
    expect(journal.summary).toContain('1 with Attendee, 0 with others, 3 entries that are no exchange');
    const named = folder.write('named.har', JSON.stringify({ log: { entries: { first: 1 } } }));
    expect(rulesOf((await checkTraffic([named], options)).findings)).toEqual(['nothing-to-check']);
  });

  test('what rests on an assumption is a note', async ({ folder }) => {
    const entries = [schedule({ scheduling_key: 'k' }, { status: 202, answer: { accepted: true } })];
    const { findings } = await checkTraffic([folder.write('app.har', har(entries))], options);
    expect(findings).toMatchObject([{ rule: 'response-not-empty', severity: 'note', basis: 'assumed' }]);
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

  test('a HAR file in UTF-16, as Windows PowerShell writes what it is given', async ({ folder }) => {
    const wide = Buffer.from(`\uFEFF${har([...CLEAN, createBot({ bot_name: '😀' })])}`, 'utf16le');
    const files = [
      folder.write('little.har', wide),
      folder.write('little.har.gz', gzipSync(wide)),
      folder.write('big.har', Buffer.from(wide).swap16()),
    ];
    const { findings, summary } = await checkTraffic(files, options);
    expect(findings).toEqual([]);
    expect(summary).toBe('6 exchanges with Cronofy, 15 with Attendee, 3 with others.');
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
    expect(summary).toBe('1 exchange with Cronofy, 1 with Attendee, 1 with others.');
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
