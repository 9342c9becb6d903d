import { VENDORS } from '../../src/contracts/vendors.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkReceiver, type ReceiverCheck } from '../../src/checks/receiver/check.js';
import type { Message } from '../../src/checks/receiver/messages.js';
import { RECEIVER_RULES } from '../../src/checks/receiver/rules.js';
import { command } from '../../src/cli/checks/receiver.js';
import { vendorMessages } from '../../src/cli/checks/vendor-messages.js';
import { attendeeContract, cronofyContract, type VendorName } from '../../src/contracts/index.js';
import { checkWebhook } from '../../src/contracts/check.js';
import { runCommand } from '../support/server.js';
import { spawnReceiver } from './wrong-receivers/process.js';
import { serve, SILENCE, type App } from './wrong-receivers/app.js';
import * as attendee from './wrong-receivers/attendee.js';
import * as cronofy from './wrong-receivers/cronofy.js';

const messages: Record<VendorName, readonly Message[]> = { cronofy: [], attendee: [] };
beforeAll(async () => {
  for (const provider of ['cronofy', 'attendee'] as const) messages[provider] = await vendorMessages(provider);
});

const SECRETS = { cronofy: cronofy.SECRET, attendee: attendee.SECRET };

/** Checks what listens at a URL with a few messages of its vendor. */
function checkUrl(provider: VendorName, url: string, more: Partial<ReceiverCheck> = {}) {
  const few = messages[provider].filter(({ type }) => /^meeting_agent|^bot\.state_change/.test(type));
  const last = few.find(({ isLast }) => isLast)!;
  return checkReceiver({
    url: new URL(url),
    vendor: VENDORS[provider],
    secret: SECRETS[provider],
    now: 0,
    run: 'abcdefabcdef',
    headers: {},
    messages: [...few.filter((one) => one !== last).slice(0, 3), last],
    timeoutMs: 5000,
    restartMs: 5000,
    ...more,
  });
}

/** Checks an app with a few messages of its vendor. */
async function check(provider: VendorName, app: App, more: Partial<ReceiverCheck> = {}) {
  const { url, close } = await serve(app);
  const report = await checkUrl(provider, url, more);
  await close();
  return report;
}

const markOf = ({ marks }: Awaited<ReturnType<typeof check>>, rule: string) => marks!.find(({ name }) => name === rule);

/** What was found: the rules, and the mistakes of `verifies-otherwise` by their names. */
const named = ({ findings }: Awaited<ReturnType<typeof check>>): string[] =>
  findings.map(({ rule, message }) => (rule === 'verifies-otherwise' ? message.split(':', 1)[0]! : rule));

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
      expect(contract.webhooks.filter(({ type }) => !types.has(type)).map(({ type }) => type)).toEqual([]);
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

describe.concurrent('An endpoint of which little can be judged', () => {
  test('an endpoint that never answers gets one finding, after three messages', async () => {
    let sent = 0;
    const silent: App = () => {
      sent++;
      return SILENCE;
    };
    const { findings, rules, marks, summary } = await check('cronofy', silent, { timeoutMs: 20 });
    expect(findings).toMatchObject([
      {
        rule: 'valid-accepted',
        message: 'The endpoint never answers: 3 right messages were waited for in vain',
        expected: 'a 2xx in time',
        was: 'no answer within 20 ms',
      },
    ]);
    expect([sent, rules.map(({ name }) => name), summary]).toEqual([
      3,
      ['valid-accepted'],
      expect.stringMatching(/^3 probes of cronofy; 0 of 1 marks;/),
    ]);
    for (const { name, of, unjudged } of marks!)
      if (name !== 'verifies-otherwise')
        expect([name, of > 0 || unjudged]).toEqual([name, of > 0 || 'nothing is answered']);
  });

  test('an endpoint that redirects gets one finding, which says where to', async () => {
    const { url, close } = await serve(() => 308, { location: '/webhooks/?token=hidden' });
    const { findings, rules } = await checkUrl('cronofy', url);
    await close();
    expect(findings).toMatchObject([
      {
        rule: 'valid-accepted',
        message: `The endpoint answers 308 to ${url}/, and the vendor does not follow`,
        was: '308',
      },
    ]);
    expect(rules).toHaveLength(1);
  });

  test.each([404, 405, 500])(
    'an endpoint that answers %i to everything gets one finding, and no mark for forgeries',
    async (status) => {
      const report = await check('attendee', () => status);
      expect(report.findings).toMatchObject([
        {
          rule: 'valid-accepted',
          message: expect.stringMatching(`answers ${status} to every message: is the path right`),
        },
      ]);
      expect(markOf(report, 'signature-wrong')).toMatchObject({
        of: 0,
        unjudged: expect.stringContaining(`${status}`),
      });
    },
  );

  test('an endpoint that knows one bot alone gets full marks with that bot, and else one finding', async () => {
    const knowing: App = (webhook) => {
      const status = attendee.right(webhook);
      return status === 200 && !webhook.body.includes('"bot_id": "bot_OfTheApp12345678"') ? 404 : status;
    };
    const unknown = await check('attendee', knowing);
    expect(unknown.findings).toMatchObject([
      { rule: 'valid-accepted', message: expect.stringMatching('answers 404 to every right message: does it know') },
    ]);
    expect(markOf(unknown, 'signature-wrong')).toMatchObject({ passed: 2, of: 2 });
    expect((await check('attendee', knowing, { bot: 'bot_OfTheApp12345678' })).findings).toEqual([]);
  });

  test('an endpoint that leaves forgeries without an answer is judged all the same', async () => {
    const app: App = (webhook) => (cronofy.right(webhook) === 200 ? 200 : SILENCE);
    const report = await check('cronofy', app, { timeoutMs: 500 });
    expect(markOf(report, 'app-stopped')).toMatchObject({ passed: 1, of: 1 });
    expect(markOf(report, 'valid-accepted')).toMatchObject({ passed: 3, of: 3 });
    expect(report.findings.map(({ rule }) => rule)).toContain('signature-missing');
  });

  test('an endpoint that hangs for good after a message gets that message named', async () => {
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
});

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
});

test.concurrent('What an app loses with its process when a duplicate ends it is no work done twice', async () => {
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

describe.concurrent('With --state-url', () => {
  type Life = { status?: string; mails: number };
  const STEPS = ['joining', 'joined_not_recording', 'joined_recording', 'ended'];

  /** An app that keeps the state of bots; `apply` is where apps differ. */
  const stateful = (apply: (life: Life, state: string) => void, isKnown: (bot: string) => boolean = () => true) => {
    const bots: Record<string, Life> = {};
    const seen = new Set<string>();
    const app: App = (webhook) => {
      const status = attendee.right(webhook);
      if (status !== 200 || webhook.method !== 'POST') return status;
      const { bot_id, idempotency_key, data } = JSON.parse(webhook.body.toString());
      if (!isKnown(bot_id) || seen.has(idempotency_key)) return 200;
      if (apply !== sendsAMailEachTime) seen.add(idempotency_key);
      apply((bots[bot_id] ??= { mails: 0 }), data?.new_state ?? '');
      return 200;
    };
    return { app, readState: () => Promise.resolve(JSON.stringify(bots)) };
  };
  const moves = (life: Life, state: string): void => {
    if (STEPS.indexOf(state) > STEPS.indexOf(life.status ?? '')) life.status = state;
  };
  const sendsAMailEachTime = (life: Life, state: string): void => {
    moves(life, state);
    if (state === 'ended') life.mails++;
  };
  const lastWins = (life: Life, state: string): void => {
    life.status = state;
  };

  const checkLife = async ({ app, readState }: ReturnType<typeof stateful>) => {
    const report = await check('attendee', app, { readState });
    return { report, found: named(report) };
  };

  test('an app that moves forward, each message once, gets both marks', async () => {
    const { report, found } = await checkLife(stateful(moves));
    expect(found).toEqual([]);
    expect(markOf(report, 'duplicate-processed-twice')).toMatchObject({ passed: 3, of: 3 });
    expect(markOf(report, 'reordered-processed')).toMatchObject({ passed: 1, of: 1 });
  });

  test('an app that sends two mails for an end that comes twice is found', async () => {
    const { report, found } = await checkLife(stateful(sendsAMailEachTime));
    expect(found).toEqual(['duplicate-processed-twice']);
    expect(report.findings[0]!.message).toMatch(/: bot\.state_change ended once more$/);
  });

  test('an app whose end is undone by a late beginning is found', async () => {
    const { report, found } = await checkLife(stateful(lastWins));
    expect(found).toEqual(['reordered-processed']);
    expect(report.findings[0]!.message).toMatch(/: bot\.state_change joining after bot\.state_change ended$/);
  });

  test('an app that knows no bot of the check gets no mark for what was not judged, unless it is told of one', async () => {
    const known = (): ReturnType<typeof stateful> => stateful(lastWins, (bot) => bot === 'bot_OfTheApp12345678');
    const { report, found } = await checkLife(known());
    expect(found).toEqual([]);
    for (const rule of ['duplicate-processed-twice', 'reordered-processed'])
      expect(markOf(report, rule)).toMatchObject({ of: 0, unjudged: expect.stringContaining('does the app know') });
    expect(report.rules.map(({ name }) => name)).not.toContain('duplicate-processed-twice');
    const { app, readState } = known();
    expect(named(await check('attendee', app, { readState, bot: 'bot_OfTheApp12345678' }))).toContain(
      'reordered-processed',
    );
  });

  test('a state that cannot be read, or changes by itself, judges nothing', async () => {
    let reads = 0;
    for (const [readState, why] of [
      [() => Promise.resolve(undefined), '--state-url does not answer'],
      [() => Promise.resolve(String(reads++)), 'what --state-url shows changes by itself'],
    ] as const)
      expect(markOf(await check('cronofy', cronofy.right, { readState }), 'reordered-processed')).toMatchObject({
        of: 0,
        unjudged: why,
      });
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

  test('ends with 1 and a card for an app that dies of a message', async () => {
    const env = { GREENROOM_CHECK_SECRET: cronofy.SECRET };
    const app = await spawnReceiver('throws.mjs', { env: { SECRET: cronofy.SECRET }, isSupervised: false });
    const dead = await runCommand(['check', 'receiver', app.url, '--provider', 'cronofy'], env);
    await app.close();
    expect([dead.code, dead.stderr]).toEqual([1, '']);
    expect(dead.stdout).toContain('Your app stopped after: no signature header');
    expect(dead.stdout).toMatch(/✓ valid-accepted +6 of 6/);
  }, 60_000);

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
