import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { checkTraffic } from '../../src/checks/traffic/check.js';
import { har, type Recorded } from '../support/har.js';
import { botRequest } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import {
  agent,
  ATTENDEE,
  bot,
  createBot,
  options,
  PLANTED,
  read,
  rulesOf,
  schedule,
  test,
  TOKEN,
} from '../support/traffic.js';

describe('What a report shows', () => {
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
