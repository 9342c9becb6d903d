import { createHash } from 'node:crypto';
import { separatorOf, type Deviation, type MessageHeaders, type SigningSteps } from '../../contracts/signing.js';
import { GreenroomError } from '../../errors.js';
import { BODY_CHANGES, KEY_CHANGES, MATERIAL_CHANGES } from '../signature/deviations.js';
import { labelOf, type Message } from './messages.js';
import { RequestFactory, type ProbeContext } from './request-factory.js';
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
  /** The state is read before and after this one, and must not change. */
  readonly watched?: boolean;
}

const LARGE = 256 * 1024;
const PIECES = 5;

/** All probes in the order in which they are made: every type and state first, then the attacks. Throws USAGE without a message. */
export function makeProbes(given: ProbeContext): Probe[] {
  if (given.messages.length === 0) throw withoutWebhooks(given);
  const context = { ...given, messages: renewableFirst(given) };
  const factory = new RequestFactory(context);
  return [
    ...deliveries(context, factory),
    ...forgeries(context, factory),
    ...(context.vendor.signing.rotates ? rotations(context, factory) : []),
    ...bodies(context, factory),
    ...repetitions(context, factory),
    ...accidents(context, factory),
  ];
}

const withoutWebhooks = ({ vendor: { title } }: ProbeContext): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to check the receiver: expected webhooks of ${title}, was none. Let a call of its profile's sample.every ask for them.`,
  );

/** The attacks are made with the first message, which must be one that can be told from its repetitions. */
function renewableFirst({ vendor, messages, run }: ProbeContext): readonly Message[] {
  const isFixed = ({ text }: Message): boolean => vendor.messages.renew(text, run, 1) === text;
  return [...messages.filter((message) => !isFixed(message)), ...messages.filter(isFixed)];
}

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

function forgeries({ messages, vendor, secret }: ProbeContext, factory: RequestFactory): Probe[] {
  const [message] = messages;
  const { prefix = '' } = vendor.signing;
  const digestOf = (text: string): string => factory.signature(text).slice(prefix.length);
  const forge = (rule: ReceiverRuleName, label: string, sign: (text: string) => string | null): Probe => {
    const text = factory.renew(message!.text);
    return { rule, label, expect: 'refuse', request: factory.sign(text, sign(text)) };
  };
  const other = factory.renew(message!.text);
  return [
    forge('signature-missing', 'no signature header', () => null),
    forge('signature-empty', 'an empty signature', () => ''),
    forge('signature-wrong', '32 other bytes in base64', (text) =>
      factory.written(strangeDigest(text).toString('base64')),
    ),
    forge('signature-wrong', 'the right one with its first letter changed', (text) =>
      factory.written(turnFirst(digestOf(text))),
    ),
    forge('signature-malformed', 'the first half of the right one', (text) =>
      factory.written(digestOf(text).slice(0, HALF)),
    ),
    // Whoever has the right one is no forger: it may be believed, but must not make the receiver fail.
    {
      ...forge('signature-malformed', 'the right one with more behind it', (text) => `${factory.signature(text)}AAAA`),
      expect: 'survive',
    },
    forge('signature-malformed', 'one letter', () => 'A'),
    forge('signature-malformed', 'what is no base64', () => '*** not base64 ***'),
    forge('signature-malformed', 'the digest of something else in hexadecimal', (text) =>
      factory.written(strangeDigest(text).toString('hex')),
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
  ];
}

const turnFirst = (digest: string): string => (digest.startsWith('A') ? 'B' : 'A') + digest.slice(1);

/** A secret of the same form that this receiver never had. */
const retired = (secret: string): string => createHash('sha256').update(secret).digest('base64');

function rotations({ messages, secret, vendor: { signing } }: ProbeContext, factory: RequestFactory): Probe[] {
  const rotate = (
    rule: ReceiverRuleName,
    label: string,
    expect: Probe['expect'],
    order: (right: string, old: string) => string[],
  ): Probe => {
    const text = factory.renew(messages[0]!.text);
    const header = order(factory.signature(text), factory.signature(text, retired(secret))).join(separatorOf(signing));
    return { rule, label, expect, request: factory.sign(text, header) };
  };
  return [
    rotate('rotation', 'the right signature first of two', 'accept', (right, old) => [right, old]),
    rotate('rotation', 'the right signature second of two', 'accept', (right, old) => [old, right]),
    rotate('rotation-all-wrong', 'two wrong signatures', 'refuse', (right, old) => [old, turnFirst(right)]),
  ];
}

function bodies({ vendor, messages }: ProbeContext, factory: RequestFactory): Probe[] {
  const { variants, unknownField, unknownType } = vendor.messages;
  const [message] = messages;
  const all = [
    ...variants(message!.text),
    { rule: 'unknown-field', label: 'with a field that is new', text: unknownField(message!.text) } as const,
    { rule: 'unknown-type', label: 'of a type that is new', text: unknownType(message!.text) } as const,
  ];
  return all.map(({ rule, label, text }) => ({
    rule,
    label: `a message ${label}`,
    expect: 'accept',
    request: factory.sign(factory.renew(text)),
  }));
}

function repetitions({ messages }: ProbeContext, factory: RequestFactory): Probe[] {
  const first = messages[0]!;
  const last = messages.find(({ isLast }) => isLast) ?? messages[1] ?? first;
  const again = factory.sign(factory.renew(first.text));
  const [early, late] = [factory.sign(factory.renew(first.text)), factory.sign(factory.renew(last.text))];
  return [
    { rule: 'duplicate-accepted', label: 'a message for the first time', expect: 'accept', request: again },
    {
      rule: 'duplicate-accepted',
      label: 'the same message once more',
      expect: 'accept',
      request: again,
      watched: true,
    },
    { rule: 'reordered-accepted', label: `${labelOf(last)} before ${labelOf(first)}`, expect: 'accept', request: late },
    { rule: 'reordered-accepted', label: `${labelOf(first)} after ${labelOf(last)}`, expect: 'accept', request: early },
    {
      rule: 'duplicate-accepted',
      label: 'the first message again, after the others',
      expect: 'accept',
      request: again,
      watched: true,
    },
  ];
}

/** Everything that networks, proxies and strangers do. */
function accidents(context: ProbeContext, factory: RequestFactory): Probe[] {
  const [message] = context.messages;
  const text = (): string => factory.renew(message!.text);
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

function oddDeliveries({ vendor, messages }: ProbeContext, factory: RequestFactory, text: () => string): Probe[] {
  const unknown = vendor.messages.unknownField(messages[0]!.text);
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

/** A message signed with one mistake: a receiver that believes it makes the same. */
export interface Mistake {
  readonly deviation: Deviation;
  readonly request: ProbeRequest;
}

/** One message for every known mistake of a signer. */
export function makeMistakes(context: ProbeContext): Mistake[] {
  const { signing } = context.vendor;
  const factory = new RequestFactory({ ...context, run: context.run.replace(/^./, 'f') });
  const [message] = renewableFirst(context);
  const { mistakes } = signing;
  const changes: { readonly deviation: Deviation; readonly steps: Partial<SigningSteps> }[] = [
    ...[...MATERIAL_CHANGES, ...mistakes.material].map((change) => ({
      deviation: change,
      steps: { material: change.apply },
    })),
    ...[...KEY_CHANGES, ...mistakes.key].map((change) => ({ deviation: change, steps: { key: change.apply } })),
    ...BODY_CHANGES.map((change) => ({
      deviation: change,
      steps: {
        material: (body: Buffer, headers: MessageHeaders) => {
          const changed = change.apply(body);
          return changed && signing.material(changed, headers);
        },
      },
    })),
  ];
  return changes.flatMap(({ deviation, steps }) => {
    const text = factory.renew(message!.text);
    const signature = factory.otherwise(text, steps);
    if (signature === undefined || signature === factory.signature(text)) return [];
    return [{ deviation, request: factory.sign(text, signature) }];
  });
}
