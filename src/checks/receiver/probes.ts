import { createHash } from 'node:crypto';
import { separatorOf } from '../../contracts/signing.js';
import { GreenroomError } from '../../errors.js';
import { labelOf, type Message } from './messages.js';
import { firstOf, RequestFactory, type ProbeContext } from './request-factory.js';
import type { ReceiverRuleName } from './rules.js';
import type { ProbeRequest } from './send.js';

/** One request and what a right receiver makes of it. */
export interface Probe {
  readonly rule: ReceiverRuleName;
  /** What is sent, in words that hold no secret. */
  readonly label: string;
  /** `accept`: 2xx in time. `refuse`: a 4xx. `survive`: anything below 500. `prepare`: nothing is judged. */
  readonly expect: 'accept' | 'refuse' | 'survive' | 'prepare';
  readonly request: ProbeRequest;
  /** The state is read before and after this one. */
  readonly watched?: true;
  /** It must leave the state as it is, which one of those that were sent before has made; the rule says so. */
  readonly keeps?: { readonly rule: ReceiverRuleName; readonly made: readonly Probe[] };
}

const LARGE = 256 * 1024;
const PIECES = 5;

/**
 * All probes in the order in which they are made: right messages first, and those last that a weak receiver does not
 * survive. Throws USAGE without a message.
 */
export function makeProbes(context: ProbeContext): Probe[] {
  if (context.messages.length === 0) throw withoutWebhooks(context);
  const factory = new RequestFactory(context);
  return [
    ...repetitions(context, factory),
    ...deliveries(context, factory),
    ...bodies(context, factory),
    ...(context.vendor.signing.rotates ? rotations(context, factory) : []),
    ...forgeries(context, factory),
    ...accidents(context, factory),
  ];
}

const withoutWebhooks = ({ vendor: { title } }: ProbeContext): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to check the receiver: expected webhooks of ${title}, was none. Let a call of its profile's sample.every ask for them.`,
  );

const deliveries = ({ messages }: ProbeContext, factory: RequestFactory): Probe[] =>
  messages.map((message) => ({
    rule: 'valid-accepted',
    label: labelOf(message),
    expect: 'accept',
    request: factory.sign(factory.renew(message.text)),
  }));

/** 32 bytes that no secret makes. */
const strangeDigest = (text: string): Buffer => createHash('sha256').update(`not signed: ${text}`).digest();

const HALF = 22;

function forgeries(context: ProbeContext, factory: RequestFactory): Probe[] {
  const { vendor, secret } = context;
  const message = firstOf(context);
  const { prefix = '' } = vendor.signing;
  const digestOf = (text: string): string => factory.signature(text).slice(prefix.length);
  const forge = (rule: ReceiverRuleName, label: string, sign: (text: string) => string | null): Probe => {
    const text = factory.renew(message.text);
    return { rule, label, expect: 'refuse', request: factory.sign(text, sign(text)) };
  };
  const other = factory.renew(vendor.messages.unknownField(message.text));
  return [
    forge('signature-wrong', '32 other bytes in base64', (text) =>
      factory.written(strangeDigest(text).toString('base64')),
    ),
    forge('signature-wrong', 'the right one with its first letter changed', (text) =>
      factory.written(turnFirst(digestOf(text))),
    ),
    forge('signature-of-other-body', 'the signature of another message', () => factory.signature(other)),
    forge('signature-old-secret', 'a signature by another secret', (text) => factory.signature(text, retired(secret))),
    ...['', 'undefined', 'null'].map((unset) =>
      forge(
        'signature-unset-secret',
        `a signature by ${unset === '' ? 'an empty secret' : `the secret "${unset}"`}`,
        (text) => factory.otherwise(text, { key: () => Buffer.from(unset) }) ?? '',
      ),
    ),
    // Whoever has the right one is no forger: it may be believed, but must not make the receiver fail.
    {
      ...forge('signature-malformed', 'the right one with more behind it', (text) => `${factory.signature(text)}AAAA`),
      expect: 'survive',
    },
    forge('signature-malformed', 'the digest of something else in hexadecimal', (text) =>
      factory.written(strangeDigest(text).toString('hex')),
    ),
    forge('signature-malformed', 'the first half of the right one', (text) =>
      factory.written(digestOf(text).slice(0, HALF)),
    ),
    forge('signature-malformed', 'one letter', () => 'A'),
    forge('signature-malformed', 'what is no base64', () => '*** not base64 ***'),
    forge('signature-empty', 'an empty signature', () => ''),
    forge('signature-missing', 'no signature header', () => null),
  ];
}

const turnFirst = (digest: string): string => (digest.startsWith('A') ? 'B' : 'A') + digest.slice(1);

/** A secret of the same form that this receiver never had. */
const retired = (secret: string): string => createHash('sha256').update(secret).digest('base64');

function rotations(context: ProbeContext, factory: RequestFactory): Probe[] {
  const { secret, vendor } = context;
  const message = firstOf(context);
  const rotate = (
    rule: ReceiverRuleName,
    label: string,
    expect: Probe['expect'],
    order: (right: string, old: string) => string[],
  ): Probe => {
    const text = factory.renew(message.text);
    const header = order(factory.signature(text), factory.signature(text, retired(secret))).join(
      separatorOf(vendor.signing),
    );
    return { rule, label, expect, request: factory.sign(text, header) };
  };
  return [
    rotate('rotation', 'the right signature first of two', 'accept', (right, old) => [right, old]),
    rotate('rotation', 'the right signature second of two', 'accept', (right, old) => [old, right]),
    rotate('rotation-all-wrong', 'two wrong signatures', 'refuse', (right, old) => [old, turnFirst(right)]),
  ];
}

function bodies(context: ProbeContext, factory: RequestFactory): Probe[] {
  const { variants, unknownField, unknownType } = context.vendor.messages;
  const message = firstOf(context);
  const all = [
    ...variants(message.text),
    { rule: 'unknown-field', label: 'with a field that is new', text: unknownField(message.text) } as const,
    { rule: 'unknown-type', label: 'of a type that is new', text: unknownType(message.text) } as const,
  ];
  return all.map(({ rule, label, text }) => ({
    rule,
    label: `a message ${label}`,
    expect: 'accept',
    request: factory.sign(factory.renew(text)),
  }));
}

/** A life in which everything comes twice, and one whose beginning comes late. */
function repetitions(context: ProbeContext, factory: RequestFactory): Probe[] {
  const first = firstOf(context);
  const last = context.messages.find(({ isLast }) => isLast) ?? context.messages[1] ?? first;
  const probe = (rule: ReceiverRuleName, label: string, request: ProbeRequest, keeps?: Probe['keeps']): Probe => ({
    rule,
    label,
    expect: 'accept',
    request,
    watched: true,
    ...(keeps ? { keeps } : {}),
  });
  const twice = (label: string, of: Probe, ...made: readonly Probe[]): Probe =>
    probe('duplicate-accepted', label, of.request, { rule: 'duplicate-processed-twice', made: [of, ...made] });
  const makeTwice = (message: Message): readonly [Probe, Probe] => {
    const label = labelOf(message);
    const once = probe(
      'duplicate-accepted',
      `${label} for the first time`,
      factory.sign(factory.about(message.text, 1)),
    );
    return [once, twice(`${label} once more`, once)];
  };
  const [begun, begunAgain] = makeTwice(first);
  const [ended, endedAgain] = makeTwice(last);
  const reordered = (label: string, message: Message, keeps?: Probe['keeps']): Probe =>
    probe('reordered-accepted', label, factory.sign(factory.about(message.text, 2)), keeps);
  const before = reordered(`${labelOf(last)} before ${labelOf(first)}`, last);
  const late = reordered(`${labelOf(first)} after ${labelOf(last)}`, first, {
    rule: 'reordered-processed',
    made: [ended, before],
  });
  const replayed = twice(`${labelOf(first)} again, after the others`, begun, ended, before);
  return first === last ? [begun, begunAgain] : [begun, begunAgain, ended, endedAgain, before, late, replayed];
}

/** Everything that networks, proxies and strangers do. */
function accidents(context: ProbeContext, factory: RequestFactory): Probe[] {
  const message = firstOf(context);
  const text = (): string => factory.renew(message.text);
  return [...spoiltBodies(text(), factory), ...oddDeliveries(context, factory, text), ...otherMethods(factory)];
}

function spoiltBodies(whole: string, factory: RequestFactory): Probe[] {
  const half = whole.slice(0, Math.floor(whole.length / 2));
  const survive = (label: string, body: string): Probe => ({
    rule: 'invalid-json',
    label,
    expect: 'survive',
    request: factory.sign(body),
  });
  return [
    {
      rule: 'truncated-body',
      label: 'half a body with the signature of the whole',
      expect: 'refuse',
      request: factory.sign(half, factory.signature(whole)),
    },
    survive('a signed body that is not JSON', '{"not": json'),
    survive('a signed JSON text that is no object', '"text"'),
    survive('a signed null', 'null'),
    { rule: 'empty-body', label: 'no body and no signature', expect: 'refuse', request: factory.sign('', null) },
  ];
}

function oddDeliveries(context: ProbeContext, factory: RequestFactory, text: () => string): Probe[] {
  const unknown = context.vendor.messages.unknownField(firstOf(context).text);
  const large = (): string => factory.renew(unknown).replace('the vendor', 'x'.repeat(LARGE));
  const typed = (label: string, type: string): Probe => ({
    rule: 'wrong-content-type',
    label,
    expect: 'survive',
    request: withType(factory.sign(text()), type),
  });
  return [
    typed('a valid message as text/plain', 'text/plain'),
    typed('a valid message as a form', 'application/x-www-form-urlencoded'),
    { rule: 'large-body', label: 'a valid message of 256 KiB', expect: 'survive', request: factory.sign(large()) },
    {
      rule: 'slow-delivery',
      label: 'a valid message in pieces',
      expect: 'accept',
      request: factory.sign(text(), undefined, { pieces: PIECES }),
    },
    {
      rule: 'half-delivery',
      label: 'half a message',
      expect: 'prepare',
      request: factory.sign(text(), undefined, { breaks: true }),
    },
    {
      rule: 'half-delivery',
      label: 'a valid message after half a message',
      expect: 'accept',
      request: factory.sign(text()),
    },
  ];
}

function otherMethods(factory: RequestFactory): Probe[] {
  const { headers } = factory.sign('');
  return (['GET', 'HEAD'] as const).map((method) => ({
    rule: 'other-methods',
    label: method,
    expect: 'survive',
    request: { method, headers, body: Buffer.alloc(0) },
  }));
}

/** The same request with another content type, however the vendor writes the header. */
function withType(request: ProbeRequest, type: string): ProbeRequest {
  const name = Object.keys(request.headers).find((one) => one.toLowerCase() === 'content-type') ?? 'Content-Type';
  return { ...request, headers: { ...request.headers, [name]: type } };
}
