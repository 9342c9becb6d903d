import { describe, expect, test } from 'vitest';
import { runCommand } from '../support/server.js';
import { check, checkUrl, markOf } from './judge-receiver.js';
import { SILENCE, type App } from './wrong-receivers/app.js';
import * as attendee from './wrong-receivers/attendee.js';
import * as cronofy from './wrong-receivers/cronofy.js';
import { serveAnew } from './wrong-receivers/anew.js';
import { spawnReceiver } from './wrong-receivers/process.js';

describe.concurrent('A receiver that dies of a message', () => {
  const isSupervised = [false, true] as const;

  test.each(isSupervised)(
    'it keeps its other marks, and the message is the first finding (supervised: %s)',
    async (isSupervised) => {
      const app = await spawnReceiver('throws.mjs', { env: { SECRET: cronofy.SECRET }, isSupervised });
      const report = await checkUrl('cronofy', app.url, { restartMs: isSupervised ? 20_000 : 200 });
      await app.close();
      expect(report.findings[0]).toMatchObject({
        rule: 'app-stopped',
        severity: 'error',
        message: expect.stringMatching(/^Your app stopped after: no signature header/),
        was: expect.stringContaining('nobody who listens'),
      });
      expect(markOf(report, 'valid-accepted')).toMatchObject({ passed: 3, of: 3 });
      expect(markOf(report, 'rotation')).toMatchObject({ passed: 2, of: 2 });
      expect(markOf(report, 'signature-missing')).toMatchObject({ passed: 0, of: 1 });
      expect(markOf(report, 'other-methods')).toMatchObject(
        isSupervised ? { passed: 2, of: 2 } : { of: 0, unjudged: 'your app stopped' },
      );
      // The first message without a signature, and the empty one.
      expect(app.starts()).toBe(isSupervised ? 3 : 1);
    },
  );

  test('what it loses with its process when a duplicate ends it is no work done twice', async () => {
    const env = { SECRET: cronofy.SECRET, UNIQUE: 'yes' };
    const app = await spawnReceiver('throws.mjs', { env, isSupervised: true });
    const readState = () =>
      fetch(app.url).then(
        (response) => response.text(),
        () => undefined,
      );
    const report = await checkUrl('cronofy', app.url, { restartMs: 20_000, readState });
    await app.close();
    expect(report.findings[0]!.message).toMatch(/^Your app stopped after: meeting_agent_activated created once more;/);
    expect(markOf(report, 'duplicate-processed-twice')).toMatchObject({ of: 0, unjudged: 'your app stopped' });
  });

  test('is seen to, though its supervisor has it back at once', async () => {
    const app = await serveAnew((body) => body === 'null');
    const report = await checkUrl('cronofy', app.url);
    await app.close();
    expect(report.findings[0]).toMatchObject({
      rule: 'app-stopped',
      message: expect.stringMatching(/^Your app stopped after: a signed null/),
      was: expect.stringContaining('nobody who listens'),
    });
  });

  test('the command ends with 1 and a card', async () => {
    const env = { GREENROOM_CHECK_SECRET: cronofy.SECRET };
    const app = await spawnReceiver('throws.mjs', { env: { SECRET: cronofy.SECRET }, isSupervised: false });
    const dead = await runCommand(['check', 'receiver', app.url, '--provider', 'cronofy'], env);
    await app.close();
    expect([dead.code, dead.stderr]).toEqual([1, '']);
    expect(dead.stdout).toContain('Your app stopped after: no signature header');
    expect(dead.stdout).toMatch(/✓ valid-accepted +6 of 6/);
  }, 60_000);
});

describe.concurrent('A receiver that keeps silent', () => {
  test('and leaves forgeries without an answer is judged all the same', async () => {
    const app: App = (webhook) => (cronofy.right(webhook) === 200 ? 200 : SILENCE);
    const report = await check('cronofy', app, { timeoutMs: 500 });
    expect(markOf(report, 'app-stopped')).toMatchObject({ passed: 1, of: 1 });
    expect(markOf(report, 'valid-accepted')).toMatchObject({ passed: 3, of: 3 });
    expect(report.findings.map(({ rule }) => rule)).toContain('signature-missing');
  });

  test('and hangs for good after a message gets that message named', async () => {
    let isStuck = false;
    const app: App = (webhook) => {
      isStuck ||= webhook.body.toString() === 'null';
      return isStuck ? SILENCE : cronofy.right(webhook);
    };
    const report = await check('cronofy', app, { timeoutMs: 500 });
    expect(report.findings).toMatchObject([
      { rule: 'app-stopped', message: 'Your app stopped after: a signed null', was: 'no answer to anything' },
    ]);
    expect(markOf(report, 'half-delivery')).toMatchObject({ of: 0, unjudged: 'your app stopped' });
  });

  test('and hangs for good before it is known what it verifies is not said to have another secret', async () => {
    let isStuck = false;
    const app: App = (webhook) => {
      isStuck ||= webhook.body.toString() === 'null';
      return isStuck ? SILENCE : attendee.verifiesTheRawBody(webhook);
    };
    const report = await check('attendee', app, { timeoutMs: 500 });
    expect(markOf(report, 'verifies-otherwise')).toMatchObject({ of: 0, unjudged: 'your app stopped' });
    expect(report.findings.map(({ message }) => message).join('\n')).not.toContain('--secret');
  });
});
