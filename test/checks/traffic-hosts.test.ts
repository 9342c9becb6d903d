import { describe, expect } from 'vitest';
import { countsOf } from '../../src/checks/coverage/read.js';
import { checkTraffic } from '../../src/checks/traffic/check.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { har, type Recorded } from '../support/har.js';
import { runHere } from '../support/run-here.js';
import { BEARER, createBot, CRONOFY, options, schedule, test } from '../support/traffic.js';

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
