import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { diagnose, type SignedSample } from '../../src/checks/signature/diagnose.js';
import { CANONICAL, parsePython, WIRE, writePython, type PyStyle } from '../../src/contracts/json/python-json.js';
import { pythonRepr } from '../../src/contracts/json/python-repr.js';
import { VENDOR_LIST, VENDORS, type VendorName } from '../../src/contracts/vendors.js';
import { signAttendee } from '../../src/contracts/attendee/signing.js';
import { signCronofy } from '../../src/contracts/cronofy/signing.js';
import { refusalOf, signatureOf } from '../../src/contracts/signing.js';
import { standardWebhooks } from '../../src/vendor.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';

const CLIENT_SECRET = 'CRN_doctor-of-signatures';
const WEBHOOK_SECRET = Buffer.from('thirty-two bytes of a secret key').toString('base64');
const KEY = Buffer.from(WEBHOOK_SECRET, 'base64');
/** As Attendee sends it: spaces, escapes, nested keys, a float, keys like numbers. */
const WIRE_BODY =
  '{"idempotency_key": "k", "bot_metadata": {"2": "b", "10": "a"}, "trigger": "bot.state_change", "data": {"text": "Pr\\u00fcfung", "credits": 1.0, "aa": {"z": 1, "b": 2}}}';
/** As Cronofy sends it: compact. */
const COMPACT_BODY = '{"notification":{"type":"event_subscription"},"event":{"summary":"Prüfung","minutes":5}}';

const hmac = (material: string | Buffer, key: string | Buffer): Buffer =>
  createHmac('sha256', key).update(material).digest();
const canonical = (body: string): string => writePython(parsePython(body), CANONICAL);

type Exhibit = Omit<SignedSample, 'vendor'> & { readonly provider: VendorName };

const examine = ({ provider, ...sample }: Exhibit) => diagnose({ vendor: VENDORS[provider], ...sample }, VENDOR_LIST);

function namesOf(exhibit: Partial<Omit<SignedSample, 'vendor'>> & { provider: VendorName; header: string }): string[] {
  const [text, secret] = exhibit.provider === 'cronofy' ? [COMPACT_BODY, CLIENT_SECRET] : [WIRE_BODY, WEBHOOK_SECRET];
  const { deviations } = examine({ body: Buffer.from(text), secrets: [secret], ...exhibit });
  return deviations.map(({ name }) => name);
}

describe('All is well', () => {
  test('with a signature that fits', () => {
    const cronofy = { provider: 'cronofy', header: signCronofy(COMPACT_BODY, CLIENT_SECRET) } as const;
    const attendee = { provider: 'attendee', header: signAttendee(WIRE_BODY, WEBHOOK_SECRET) } as const;
    expect(examine({ ...cronofy, body: Buffer.from(COMPACT_BODY), secrets: [CLIENT_SECRET] })).toEqual({
      ok: true,
      deviations: [],
      notes: [],
    });
    expect(examine({ ...attendee, body: Buffer.from(WIRE_BODY), secrets: [WEBHOOK_SECRET] }).ok).toBe(true);
  });

  test('but the header holds several: comparing it whole would fail', () => {
    const header = signCronofy(COMPACT_BODY, ['another', CLIENT_SECRET]);
    const { ok, notes } = examine({
      provider: 'cronofy',
      header,
      body: Buffer.from(COMPACT_BODY),
      secrets: [CLIENT_SECRET],
    });
    expect([ok, notes]).toEqual([true, [expect.objectContaining({ name: 'whole-header-compared' })]]);
    expect(notes[0]!.title).toContain('number 2');
  });

  test('but the secrets stand in another order', () => {
    const header = signCronofy(COMPACT_BODY, ['new', 'old']);
    const { ok, notes } = examine({
      provider: 'cronofy',
      header,
      body: Buffer.from(COMPACT_BODY),
      secrets: ['old', 'new'],
    });
    expect([ok, notes.map(({ name }) => name)]).toEqual([true, ['whole-header-compared', 'secret-order']]);
  });
});

describe('Standard Webhooks, whose header separates signatures by spaces', () => {
  const signing = standardWebhooks({ userAgent: 'notes/1', timeout: '10s', retryDelays: [] });
  const [old, now] = ['old', 'now'].map(
    (name) => `whsec_${Buffer.from(`${name} secret of thirty-two bytes`).toString('base64')}`,
  );
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '5' };
  const both = signatureOf(signing, COMPACT_BODY, [old!, now!], headers);

  test('a header made with two secrets is believed with either, and with no third', () => {
    expect(both).toMatch(/^v1,\S{44} v1,\S{44}$/);
    const refusal = (secret: string, signature = both) =>
      refusalOf(signing, { body: COMPACT_BODY, signature }, [secret], headers)?.reason;
    expect([refusal(old!), refusal(now!), refusal('whsec_QUJD')]).toEqual([undefined, undefined, 'wrong_signature']);
    expect(refusal(now!, both.replaceAll('v1,', ''))).toBe('malformed_signature');
  });

  test('the doctor reads each of them', () => {
    const vendor = { ...VENDORS.cronofy, signing };
    const sample = { vendor, headers, body: Buffer.from(COMPACT_BODY), secrets: [now!] };
    const { ok, notes } = diagnose({ ...sample, header: both }, VENDOR_LIST);
    expect([ok, notes.map(({ advice }) => advice)]).toEqual([true, [expect.stringContaining('at each " "')]]);
    expect(diagnose({ ...sample, header: both.replaceAll('v1,', '') }, VENDOR_LIST).deviations).toMatchObject([
      { name: 'prefix-missing' },
    ]);
  });
});

describe('What a signer did wrong', () => {
  const base64 = (digest: Buffer): string => digest.toString('base64');
  const CASES: readonly (readonly [name: string, provider: 'cronofy' | 'attendee', header: string])[] = [
    ['raw-instead-of-canonical', 'attendee', base64(hmac(WIRE_BODY, KEY))],
    ['canonical-instead-of-raw', 'cronofy', base64(hmac(canonical(COMPACT_BODY), CLIENT_SECRET))],
    ['secret-not-decoded', 'attendee', base64(hmac(canonical(WIRE_BODY), WEBHOOK_SECRET))],
    ['secret-decoded', 'cronofy', base64(hmac(COMPACT_BODY, Buffer.from(CLIENT_SECRET, 'base64')))],
    ['secret-without-prefix', 'cronofy', base64(hmac(COMPACT_BODY, CLIENT_SECRET.slice(4)))],
    ['secret-with-space', 'cronofy', base64(hmac(COMPACT_BODY, `${CLIENT_SECRET}\n`))],
    ['secret-empty', 'cronofy', base64(hmac(COMPACT_BODY, ''))],
    ['secret-undefined', 'cronofy', base64(hmac(COMPACT_BODY, 'undefined'))],
    ['hex-instead-of-base64', 'cronofy', hmac(COMPACT_BODY, CLIENT_SECRET).toString('hex')],
    ['padding-cut', 'cronofy', base64(hmac(COMPACT_BODY, CLIENT_SECRET)).replace('=', '')],
    ['base64-of-hex', 'cronofy', Buffer.from(hmac(COMPACT_BODY, CLIENT_SECRET).toString('hex')).toString('base64')],
    ['prefixed', 'cronofy', `sha256=${base64(hmac(COMPACT_BODY, CLIENT_SECRET))}`],
    ['sha1-instead-of-sha256', 'cronofy', createHmac('sha1', CLIENT_SECRET).update(COMPACT_BODY).digest('base64')],
    ['re-serialised-compact', 'attendee', base64(hmac(JSON.stringify(JSON.parse(WIRE_BODY)), KEY))],
    [
      're-serialised-indented',
      'cronofy',
      base64(hmac(JSON.stringify(JSON.parse(COMPACT_BODY), null, 2), CLIENT_SECRET)),
    ],
    ['re-serialised-python', 'cronofy', base64(hmac(writePython(parsePython(COMPACT_BODY), WIRE), CLIENT_SECRET))],
    [
      'canonical-with-escapes',
      'attendee',
      base64(hmac(writePython(parsePython(WIRE_BODY), { ...CANONICAL, ascii: true }), KEY)),
    ],
    [
      'canonical-with-spaces',
      'attendee',
      base64(hmac(writePython(parsePython(WIRE_BODY), { ...CANONICAL, item: ', ', pair: ': ' }), KEY)),
    ],
    [
      'scheme-of-the-other-vendor',
      'cronofy',
      base64(hmac(canonical(COMPACT_BODY), Buffer.from(CLIENT_SECRET, 'base64'))),
    ],
    ['signed-in-base64', 'cronofy', base64(hmac(Buffer.from(COMPACT_BODY).toString('base64'), CLIENT_SECRET))],
    ['signature-missing', 'attendee', ' '],
    ['other-secret-or-body', 'attendee', signAttendee(WIRE_BODY, 'QUJD')],
  ];
  test.each(CASES)('%s (%s)', (name, provider, header) => {
    expect(namesOf({ provider, header })).toEqual([name]);
  });

  /** A name and numbers by which every way of json.dumps comes out otherwise, as an editor may have saved the message. */
  const ZOE = '{"trigger": "bot.state_change", "data": {"zoom": 1.0, "name": "Zoë ✓", "cost": 1e22}}';
  const dumps = (style: Partial<PyStyle>): string => writePython(parsePython(ZOE), { ...WIRE, ...style });
  const compact = { item: ',', pair: ':' };
  const sort = CANONICAL.sort;
  const DUMPS: readonly (readonly [call: string, text: string, names: readonly string[]])[] = [
    ['json.dumps(p)', dumps({}), ['re-serialised-python']],
    ['json.dumps(p, sort_keys=True)', dumps({ sort }), ['canonical-with-spaces', 'canonical-with-escapes']],
    ['… ensure_ascii=False, sort_keys=True', dumps({ sort, ascii: false }), ['canonical-with-spaces']],
    ['… separators=(",", ":"), sort_keys=True', dumps({ sort, ...compact }), ['canonical-with-escapes']],
    ['… separators=(",", ":"), ensure_ascii=False', dumps({ ascii: false, ...compact }), ['not-sorted']],
    ['… separators=(",", ":")', dumps(compact), ['not-sorted', 'canonical-with-escapes']],
    ['str(p)', pythonRepr(parsePython(ZOE)), ['python-text-signed']],
    ['a body that was read before', '', ['empty-body-signed']],
    ['request.POST', '<QueryDict: {}>', ['form-signed']],
    ['f"{None}.{body}"', `None.${ZOE}`, ['time-before-body']],
  ];
  test.each(DUMPS)(
    '%s is no canonical JSON: what differs is named, and the remedy is no raw body (attendee)',
    (_, text, names) => {
      const ask = (key: string | Buffer) =>
        examine({
          provider: 'attendee',
          header: base64(hmac(text, key)),
          body: Buffer.from(ZOE),
          secrets: [WEBHOOK_SECRET],
        }).deviations;
      expect(ask(KEY).map(({ name }) => name)).toEqual(names);
      expect(ask(WEBHOOK_SECRET).map(({ name }) => name)).toEqual([...names, 'secret-not-decoded']);
      expect(
        ask(KEY)
          .map(({ advice }) => advice)
          .join(),
      ).not.toMatch(/raw bytes/);
      expect(
        ask(KEY)
          .map(({ advice }) => advice)
          .join(),
      ).toMatch(/sort_keys=True|separators=|ensure_ascii=/);
    },
  );

  /** What Go 1.26, PHP 8.2, Rails 6.1, Gson 2.10 and .NET write of it when they have read it, with keys in order where their map is sorted. */
  const FOREIGN = String.raw`{"trigger": "bot.state_change", "data": {"text": "a/b <c> & d's = \u2028 \u00e9", "cost": 1.0, "none": {}}, "bot_id": "bot_1"}`;
  const foreign = (text: string, more = '"cost":1.0,"none":{},'): string =>
    String.raw`{"bot_id":"bot_1","data":{${more}"text":"${text}"},"trigger":"bot.state_change"}`;
  const LANGUAGES: readonly (readonly [writer: string, text: string, names: readonly string[]])[] = [
    [
      'json.Marshal of Go',
      foreign(String.raw`a/b \u003cc\u003e \u0026 d's = \u2028 é`, '"cost":1,"none":{},'),
      ['numbers-as-doubles', 'html-escaped'],
    ],
    ['the same, of a json.Number', foreign(String.raw`a/b \u003cc\u003e \u0026 d's = \u2028 é`), ['html-escaped']],
    [
      'an Encoder of Go with SetEscapeHTML(false)',
      foreign(String.raw`a/b <c> & d's = \u2028 é`),
      ['separators-escaped'],
    ],
    [
      'the same with its line end',
      `${foreign(String.raw`a/b <c> & d's = \u2028 é`)}\n`,
      ['separators-escaped', 'line-end-written'],
    ],
    [
      'json_encode of PHP, of an array',
      foreign(String.raw`a\/b <c> & d's = \u2028 \u00e9`, '"cost":1,"none":[],'),
      ['numbers-as-doubles', 'empty-object-as-list', 'slashes-escaped', 'canonical-with-escapes'],
    ],
    [
      'json_encode of PHP, JSON_UNESCAPED_UNICODE and JSON_PRESERVE_ZERO_FRACTION',
      foreign(String.raw`a\/b <c> & d's = \u2028 é`),
      ['slashes-escaped', 'separators-escaped'],
    ],
    [
      'to_json of Rails, with the keys of the top sorted',
      String.raw`{"bot_id":"bot_1","data":{"text":"a/b \u003cc\u003e \u0026 d's = \u2028 é","cost":1.0,"none":{}},"trigger":"bot.state_change"}`,
      ['sorted-top-level-only', 'html-escaped'],
    ],
    ['Gson', foreign(String.raw`a/b \u003cc\u003e \u0026 d\u0027s \u003d \u2028 é`), ['escaped-as-gson']],
    ['System.Text.Json', foreign(String.raw`a/b \u003Cc\u003E \u0026 d\u0027s = \u2028 \u00E9`), ['escaped-as-dotnet']],
  ];
  test.each(LANGUAGES)('%s is no canonical JSON: what differs is named (attendee)', (_, text, names) => {
    const body = Buffer.from(FOREIGN);
    const ask = (header: string) => namesOf({ provider: 'attendee', header, body });
    expect(ask(base64(hmac(text, KEY)))).toEqual(names);
    expect(ask(base64(hmac(text, WEBHOOK_SECRET)))).toEqual([...names, 'secret-not-decoded']);
  });

  test.each([
    [
      'what lies beyond the basic plane',
      String.raw`Zo\u00eb \ud83d\ude00`,
      String.raw`Zoë \uD83D\uDE00`,
      ['surrogates-escaped'],
    ],
    [
      'control characters in capital letters',
      String.raw`a\n\u001f \\u001f`,
      String.raw`a\n\u001F \\u001f`,
      ['escapes-in-capitals'],
    ],
    [
      'both',
      String.raw`\u001b\ud83d\ude00`,
      String.raw`\u001B\uD83D\uDE00`,
      ['surrogates-escaped', 'escapes-in-capitals'],
    ],
  ])('Jackson escapes %s, which is named', (_, sent, written, names) => {
    const body = Buffer.from(`{"text": "${sent}"}`);
    const header = base64(hmac(`{"text":"${written}"}`, KEY));
    expect(namesOf({ provider: 'attendee', header, body })).toEqual(names);
  });

  test('a vendor that signs the bytes wants them, whichever language has written them again (cronofy)', () => {
    const body = Buffer.from('{"notification":{"type":"x"},"event":{"url":"https://a.test/?b&c","text":"é"}}');
    const texts = [
      String.raw`{"event":{"text":"é","url":"https://a.test/?b\u0026c"},"notification":{"type":"x"}}`,
      String.raw`{"notification":{"type":"x"},"event":{"url":"https:\/\/a.test\/?b&c","text":"\u00e9"}}`,
    ];
    const said = texts.map((text) => {
      const header = base64(hmac(text, CLIENT_SECRET));
      return examine({ provider: 'cronofy', header, body, secrets: [CLIENT_SECRET] }).deviations;
    });
    expect(said).toMatchObject([
      [{ name: 're-serialised', title: expect.stringContaining('json.Marshal of Go') }],
      [{ name: 're-serialised', advice: expect.stringContaining('file_get_contents("php://input")') }],
    ]);
  });

  test('a vendor that signs the bytes wants them, however json.dumps was called (cronofy)', () => {
    for (const style of [{}, { sort }, { ascii: false }, { sort, ...compact }]) {
      const header = base64(hmac(writePython(parsePython(COMPACT_BODY), { ...WIRE, ...style }), CLIENT_SECRET));
      const sample = {
        provider: 'cronofy',
        header,
        body: Buffer.from(COMPACT_BODY),
        secrets: [CLIENT_SECRET],
      } as const;
      expect(examine(sample).deviations).toMatchObject([
        { name: 're-serialised-python', advice: expect.stringMatching(/^Take the raw bytes .*request\.get_data\(\)/) },
      ]);
    }
  });

  test('the raw body with the secret as it is shown, as anybody would do it who has not read how, is two mistakes', () => {
    const { ok, deviations, notes } = examine({
      provider: 'attendee',
      header: base64(hmac(WIRE_BODY, WEBHOOK_SECRET)),
      body: Buffer.from(WIRE_BODY),
      secrets: [WEBHOOK_SECRET],
    });
    expect([ok, deviations.map(({ name }) => name)]).toEqual([
      false,
      ['raw-instead-of-canonical', 'secret-not-decoded'],
    ]);
    expect(notes).toMatchObject([{ name: 'scheme-of-the-other-vendor', title: 'Cronofy makes the same signature' }]);
  });

  test('the secret that was given is not the one that the vendor has', () => {
    const header = signCronofy(COMPACT_BODY, CLIENT_SECRET);
    const given = [` ${CLIENT_SECRET}`, `${CLIENT_SECRET}\n`, CLIENT_SECRET.slice(4)];
    expect(given.map((secret) => namesOf({ provider: 'cronofy', header, secrets: [secret] }))).toEqual([
      ['secret-untrimmed'],
      ['secret-untrimmed'],
      ['secret-lacks-prefix'],
    ]);
    const signed = signAttendee(WIRE_BODY, WEBHOOK_SECRET);
    expect(namesOf({ provider: 'attendee', header: signed, secrets: ['no base64!'] })).toEqual(['secret-not-base64']);
  });

  test('base64url, and without padding', () => {
    const body = bodyWithUnsafeSignature();
    const signature = signCronofy(body, CLIENT_SECRET);
    const safe = signature.replaceAll('+', '-').replaceAll('/', '_');
    expect(namesOf({ provider: 'cronofy', header: safe, body: Buffer.from(body) })).toEqual(['base64url']);
    expect(namesOf({ provider: 'cronofy', header: safe.replace('=', ''), body: Buffer.from(body) })).toEqual([
      'base64url-unpadded',
    ]);
  });

  test('sorted as JavaScript sorts, or at the top level only', () => {
    const value = JSON.parse(WIRE_BODY) as { data: { aa: object } } & Record<string, unknown>;
    const top = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(namesOf({ provider: 'attendee', header: base64(hmac(JSON.stringify(top), KEY)) })).toEqual([
      'sorted-top-level-only',
    ]);
    const all = { ...top, data: { aa: { b: 2, z: 1 }, credits: 1, text: 'Prüfung' } };
    expect(namesOf({ provider: 'attendee', header: base64(hmac(JSON.stringify(all), KEY)) })).toEqual([
      'sorted-as-javascript',
    ]);
  });
});

describe('What became of a body', () => {
  const header = signCronofy(COMPACT_BODY, CLIENT_SECRET);
  const CASES: readonly (readonly [name: string, body: Buffer])[] = [
    ['trailing-newline', Buffer.from(`${COMPACT_BODY}\n`)],
    ['spaces-around', Buffer.from(` ${COMPACT_BODY}  `)],
    ['byte-order-mark', Buffer.from(`\ufeff${COMPACT_BODY}`)],
    ['read-as-latin1', Buffer.from(Buffer.from(COMPACT_BODY).toString('latin1'))],
    ['written-as-latin1', Buffer.from(COMPACT_BODY, 'latin1')],
    ['encoded-twice', Buffer.from(JSON.stringify(COMPACT_BODY))],
    ['re-serialised-compact', Buffer.from(JSON.stringify(JSON.parse(COMPACT_BODY), null, 2))],
    ['body-truncated', Buffer.from(COMPACT_BODY.slice(0, 40))],
    ['body-in-base64', Buffer.from(`${Buffer.from(COMPACT_BODY).toString('base64')}\n`)],
    ['body-in-gzip', gzipSync(COMPACT_BODY)],
    ['body-in-gzip', Buffer.from(gzipSync(COMPACT_BODY).toString('base64'))],
  ];
  test.each(CASES)('%s', (name, body) => {
    expect(namesOf({ provider: 'cronofy', header, body })).toEqual([name]);
  });

  test('base64 and gzip are tried with every other mistake, and named where nothing explains the signature', () => {
    const body = Buffer.from(Buffer.from(WIRE_BODY).toString('base64'));
    const ask = (header: string) => namesOf({ provider: 'attendee', header, body });
    expect(ask(hmac(WIRE_BODY, KEY).toString('base64'))).toEqual(['body-in-base64', 'raw-instead-of-canonical']);
    expect(ask(signAttendee(WIRE_BODY, 'QUJD'))).toEqual(['body-in-base64', 'other-secret-or-body']);
    const packed = { provider: 'cronofy', body: gzipSync(COMPACT_BODY) } as const;
    expect(namesOf({ ...packed, header: hmac(COMPACT_BODY, CLIENT_SECRET).toString('hex') })).toEqual([
      'body-in-gzip',
      'hex-instead-of-base64',
    ]);
  });

  test('newline-lost and line-ends', () => {
    const sent = '{\n "a": 1\n}\n';
    const signature = signCronofy(sent, CLIENT_SECRET);
    const ask = (body: string) => namesOf({ provider: 'cronofy', header: signature, body: Buffer.from(body) });
    expect([ask(sent.trimEnd()), ask(sent.replaceAll('\n', '\r\n'))]).toEqual([['newline-lost'], ['line-ends']]);
  });

  test('truncated is told with the bytes that are missing, if Content-Length is known', () => {
    const body = Buffer.from('"a whole JSON text"');
    const { deviations } = examine({ provider: 'cronofy', header, body, secrets: [CLIENT_SECRET], length: 90 });
    expect(deviations).toMatchObject([
      { name: 'body-truncated', title: expect.stringContaining('90 bytes, it has 19') },
    ]);
  });

  test('two mistakes at once are told together', () => {
    expect(
      namesOf({
        provider: 'cronofy',
        header: hmac(COMPACT_BODY, CLIENT_SECRET).toString('hex'),
        body: Buffer.from(`${COMPACT_BODY}\n`),
      }),
    ).toEqual(['trailing-newline', 'hex-instead-of-base64']);
  });
});

describe('greenroom doctor signature', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'body.json');

  test('takes the vendor from the header, says the mistake and what to do, and exits with 1', async () => {
    writeFileSync(file, WIRE_BODY);
    const header = `X-Webhook-Signature: ${hmac(WIRE_BODY, KEY).toString('base64')}`;
    const { code, stdout } = await runCommand([
      'doctor',
      'signature',
      '--secret',
      WEBHOOK_SECRET,
      '--header',
      header,
      '--body',
      file,
    ]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('raw-instead-of-canonical')]);
    expect(stdout).toContain('→ Attendee signs sorted, compact JSON');
    expect(stdout).not.toContain(WEBHOOK_SECRET);
  });

  test('says that all is well, and exits with 0', async () => {
    writeFileSync(file, COMPACT_BODY);
    const header = signCronofy(COMPACT_BODY, CLIENT_SECRET);
    const command = [
      'doctor',
      'signature',
      '--provider',
      'cronofy',
      '--secret',
      CLIENT_SECRET,
      '--header',
      header,
      '--body',
      file,
    ];
    expect(await runHere(command)).toMatchObject({ code: 0, stdout: expect.stringContaining('All is well') });
    expect(JSON.parse((await runHere([...command, '--json'])).stdout)).toEqual({
      provider: 'cronofy',
      ok: true,
      deviations: [],
      notes: [],
    });
  });

  test('wants everything that it needs', async () => {
    const [nothing, extra, what, secret, body] = await Promise.all([
      runHere(['doctor']),
      runHere(['doctor', 'signature', 'of', 'mine']),
      runHere(['doctor', 'signatur']),
      runHere(['doctor', 'signature', '--provider', 'cronofy', '--body', file]),
      runHere(['doctor', 'signature', '--provider', 'cronofy', '--secret', 'x']),
    ]);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('was nothing')]);
    expect([extra.code, extra.stderr]).toEqual([2, expect.stringContaining('was also "of mine"')]);
    expect([what.code, what.stderr]).toEqual([2, expect.stringContaining('Did you mean "signature"?')]);
    expect([secret.code, secret.stderr]).toEqual([2, expect.stringContaining('environment variable')]);
    expect([body.code, body.stderr]).toEqual([2, expect.stringContaining('--body')]);
  });
});

/** A body whose signature has a character that the URL-safe alphabet writes otherwise. */
function bodyWithUnsafeSignature(): string {
  for (let n = 0; ; n++) if (/[+/]/.test(signCronofy(`{"n":${n}}`, CLIENT_SECRET))) return `{"n":${n}}`;
}
