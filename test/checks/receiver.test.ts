import { command } from '../../src/cli/checks/receiver.js';
import { RECEIVER_RULES } from '../../src/checks/receiver/rules.js';
import { checkWebhook } from '../../src/contracts/check.js';
import type { Webhook } from '../../src/contracts/contract.js';
import { attendeeContract, cronofyContract, type VendorName } from '../../src/contracts/index.js';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../support/server.js';
import { check, markOf, messages, named, SECRETS } from './judge-receiver.js';
import * as attendee from './wrong-receivers/attendee.js';
import { serve, type App } from './wrong-receivers/app.js';
import * as cronofy from './wrong-receivers/cronofy.js';

describe.concurrent('A right receiver gets full marks', () => {
  test.each(['cronofy', 'attendee'] as const)('from the command, for every type and state of %s', async (provider) => {
    const { url, close } = await serve({ cronofy: cronofy.right, attendee: attendee.right }[provider]);
    const report = await command.check([url], { provider, secret: SECRETS[provider] });
    await close();
    expect(report.findings).toEqual([]);
    for (const { name, passed, of } of report.marks!) expect([name, passed]).toEqual([name, of]);
    expect(report.marks!.find(({ name }) => name === 'valid-accepted')!.of).toBe(messages[provider].length);
  });

  test('the messages are of every type, and as the contract says', () => {
    for (const contract of [cronofyContract, attendeeContract]) {
      const types = new Set(messages[contract.provider].map(({ type }) => type));
      const webhooks: readonly Webhook[] = contract.webhooks;
      const missing = webhooks.filter(({ type, apart }) => !apart && !types.has(type));
      expect(missing.map(({ type }) => type)).toEqual([]);
      for (const { type, text } of messages[contract.provider]) expect(checkWebhook(contract, type, text)).toEqual([]);
    }
    const states = new Set(messages.attendee.map(({ state }) => state));
    expect([...states]).toEqual(
      expect.arrayContaining(['staged', 'waiting_room', 'ended', 'fatal_error', 'data_deleted']),
    );
  });
});

describe.concurrent('Each fault of a wrong receiver is found by its name', () => {
  const WRONG: readonly (readonly [provider: VendorName, name: string, app: App, found: readonly string[]])[] = [
    ['cronofy', 'compares the whole header under rotation', cronofy.comparesTheWholeHeader, ['rotation']],
    [
      'cronofy',
      'verifies what JSON.stringify wrote again',
      cronofy.verifiesWhatItWroteAgain,
      ['whitespace-body', 'escaped-body', 'float-body'],
    ],
    [
      'cronofy',
      'throws for signatures of another length',
      cronofy.throwsForOtherLengths,
      ['signature-missing', 'signature-empty', 'signature-malformed'],
    ],
    ['cronofy', 'believes everything', cronofy.believesEverything, ['needs-no-secret']],
    ['cronofy', 'believes what is not signed', cronofy.believesWhatIsNotSigned, ['signature-missing']],
    ['cronofy', 'has no secret', cronofy.hasNoSecret, ['valid-accepted', 'secret-empty', 'signature-unset-secret']],
    ['cronofy', 'decodes the secret', cronofy.decodesTheSecret, ['valid-accepted', 'secret-decoded']],
    ['cronofy', 'reads the body as Latin-1', cronofy.readsTheBodyAsLatin1, ['unicode-body']],
    ['cronofy', 'compares the beginning', cronofy.comparesTheBeginning, ['signature-empty', 'signature-malformed']],
    ['cronofy', 'fails for types that are new', cronofy.failsForNewTypes, ['unknown-type']],
    ['cronofy', 'refuses duplicates', cronofy.refusesDuplicates(), ['duplicate-accepted']],
    ['cronofy', 'reads one piece of the body', cronofy.readsOnePiece, ['slow-delivery']],
    [
      'attendee',
      "sorts as the vendor's JavaScript does",
      attendee.sortsAsJavaScript,
      ['float-body', 'integer-like-keys', 'astral-keys'],
    ],
    [
      'attendee',
      'sorts the top level only',
      attendee.sortsTheTopLevelOnly,
      ['valid-accepted', 'sorted-top-level-only'],
    ],
    ['attendee', 'verifies the raw body', attendee.verifiesTheRawBody, ['valid-accepted', 'raw-instead-of-canonical']],
    [
      'cronofy',
      'verifies the base64 that its gateway gives it',
      cronofy.verifiesBase64,
      ['valid-accepted', 'signed-in-base64'],
    ],
    [
      'attendee',
      'verifies the raw body in base64',
      attendee.verifiesRawBase64,
      ['valid-accepted', 'signed-in-base64 + raw-instead-of-canonical'],
    ],
    [
      'attendee',
      'does not decode the secret',
      attendee.doesNotDecodeTheSecret,
      ['valid-accepted', 'secret-not-decoded'],
    ],
    ['attendee', 'escapes what is not ASCII', attendee.escapesWhatIsNotAscii, ['unicode-body']],
    ['attendee', 'keeps the spaces', attendee.keepsSpaces, ['valid-accepted', 'canonical-with-spaces']],
    ['attendee', 'answers 200 to forgeries', attendee.answers200ToForgeries, ['needs-no-secret']],
    [
      'attendee',
      'fails for what is not JSON',
      attendee.failsForWhatIsNotJson,
      ['truncated-body', 'invalid-json', 'empty-body'],
    ],
  ];
  test.for(WRONG)('%s: %s', async ([provider, , app, found]) => {
    expect(named(await check(provider, app))).toEqual(expect.arrayContaining([...found]));
  });

  test.each(['cronofy', 'attendee'] as const)(
    'has another secret than the check: one finding (%s)',
    async (provider) => {
      const { findings } = await check(provider, ({ method }) => (method === 'POST' ? 401 : 405));
      expect(findings).toMatchObject([
        {
          rule: 'valid-accepted',
          message: expect.stringContaining('is --secret the one that the app uses?'),
          was: '401',
        },
      ]);
    },
  );

  test('works twice for a duplicate, which only --state-url shows', async () => {
    const app = cronofy.countsDuplicates();
    let state = 0;
    const counting: App = (webhook) => {
      const status = app(webhook);
      if (webhook.method === 'POST' && status === 200) state++;
      return status;
    };
    expect(named(await check('cronofy', counting))).toEqual([]);
    const readState = () => Promise.resolve(String(state));
    expect(named(await check('cronofy', counting, { readState }))).toContain('duplicate-processed-twice');
  });

  test.each([
    ['cronofy', cronofy.believesEverything],
    ['attendee', attendee.answers200ToForgeries],
  ] as const)('needs no secret: one finding, and no mark for a forgery (%s)', async (provider, app) => {
    const report = await check(provider, app);
    expect(report.findings).toMatchObject([
      { rule: 'needs-no-secret', message: expect.stringContaining('even the one without a signature'), was: '200' },
    ]);
    for (const rule of ['signature-missing', 'signature-wrong', 'signature-of-other-body', 'truncated-body'])
      expect(markOf(report, rule)).toMatchObject({ passed: 0 });
  });
});

describe.concurrent('A mistake in the verification of Attendee has one name, and the remedy for it', () => {
  const WRONG: readonly (readonly [name: string, app: App])[] = [
    ['raw-instead-of-canonical', attendee.verifiesTheRawBody],
    ['raw-instead-of-canonical', attendee.dumpsThePayload],
    ['canonical-with-spaces + canonical-with-escapes', attendee.dumpsItSorted],
    ['canonical-with-escapes', attendee.escapesWhatIsNotAscii],
    ['not-sorted', attendee.dumpsItCompact],
    ['html-escaped', attendee.escapesAsGo],
    ['separators-escaped', attendee.escapesAsGoWithoutHtml],
    ['slashes-escaped + canonical-with-escapes', attendee.escapesAsPhp],
    ['canonical-with-spaces + canonical-with-escapes + secret-not-decoded', attendee.dumpsItSortedAndDecodesNothing],
    ['python-text-signed', attendee.signsItsText],
    ['empty-body-signed', attendee.signsNothing],
    ['hex-instead-of-base64', attendee.writesHexadecimal],
    ['raw-instead-of-canonical + secret-not-decoded + hex-instead-of-base64', attendee.writesHexadecimalOfTheRawBody],
    ['prefixed + hex-instead-of-base64', attendee.writesAPrefix],
  ];
  test.each(WRONG)('%s (%#)', async (name, app) => {
    const { findings } = await check('attendee', app);
    const found = findings.filter(({ rule }) => rule === 'verifies-otherwise');
    expect(found.map(({ message }) => message.split(':', 1)[0])).toEqual([name]);
    expect(findings.map(({ advice }) => advice).join()).not.toMatch(/raw bytes|raw body/);
  });

  test('what is no known mistake is called so, and not sent to look for another text', async () => {
    const { findings } = await check('attendee', attendee.neverEqual);
    expect(findings).toMatchObject([
      { rule: 'valid-accepted', message: expect.stringContaining('no known mistake explains it: is --secret the one') },
    ]);
    expect(findings[0]!.advice).toContain('bytes compared with a str');
  });
});

describe.concurrent('An app that fails has refused nothing', () => {
  test('a 500 for a bad body is told as a failure, and not as a body that was believed', async () => {
    const { findings } = await check('attendee', attendee.failsForWhatIsNotJson);
    expect(findings.filter(({ rule }) => rule === 'truncated-body' || rule === 'empty-body')).toMatchObject([
      { message: 'The app failed at: half a body with the signature of the whole', was: '500' },
      { message: 'The app failed at: no body and no signature', was: '500' },
    ]);
    for (const { message, advice } of findings) {
      expect(message).not.toContain('was not refused');
      expect(advice).not.toContain('Verify');
    }
  });

  test('nobody is sent to look for a signature by an app that answers 500', async () => {
    const [{ advice } = { advice: '' }] = (await check('attendee', attendee.fails)).findings;
    expect([advice?.includes('signature'), advice]).toEqual([false, expect.stringContaining('its log has the reason')]);
  });
});

describe.concurrent('The command', () => {
  test('prints a score card with what to fix, no secret, and exits with 1', async () => {
    const { url, close } = await serve(cronofy.comparesTheWholeHeader);
    const { code, stdout } = await runCommand(['check', 'receiver', url, '--provider', 'cronofy'], {
      GREENROOM_CHECK_SECRET: cronofy.SECRET,
    });
    await close();
    expect([code, stdout]).toEqual([1, expect.stringMatching(/✗ rotation +0 of 2/)]);
    expect(stdout).toContain('→ Split the header into its signatures');
    expect(stdout).not.toContain(cronofy.SECRET);
  });

  test('goes to addresses of this machine only, unless a host is allowed', async () => {
    const ask = (url: string, more: object = {}) => command.check([url], { provider: 'cronofy', secret: 'x', ...more });
    await expect(ask('https://app.example.com/hooks')).rejects.toThrow(/--allow-host app\.example\.com/);
    await expect(ask('http://127.0.0.1:9/', { 'state-url': 'https://app.example.com/' })).rejects.toThrow(
      /--allow-host/,
    );
    await expect(ask('http://127.0.0.1:9/')).rejects.toThrow(/Start your app first/);
  });

  test('says what is missing or makes no sense', async () => {
    const ask = (values: object) => command.check(['http://127.0.0.1:9/'], values as never);
    await expect(ask({ provider: 'zoom', secret: 'x' })).rejects.toThrow(/cronofy or attendee, was "zoom"/);
    await expect(ask({ provider: 'cronofy' })).rejects.toThrow(/--secret/);
    await expect(ask({ provider: 'attendee', secret: 'not base64!' })).rejects.toThrow(/base64/);
    await expect(ask({ provider: 'cronofy', secret: 'x', timeout: 'soon' })).rejects.toThrow(/a duration such as 7s/);
    await expect(ask({ provider: 'cronofy', secret: 'x', header: ['no colon'] })).rejects.toThrow(/"Name: value"/);
  });

  test('every rule says what can be judged from outside', () => {
    for (const { judges, advice, title } of RECEIVER_RULES)
      expect([judges, advice, title]).toEqual([
        expect.stringMatching(/\.$/),
        expect.stringMatching(/\.$/),
        expect.stringMatching(/\w$/),
      ]);
  });
});
