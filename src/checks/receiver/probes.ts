import { createHash, createHmac } from 'node:crypto';
import type { VendorName } from '../../contracts/contract.js';
import { BODY_CHANGES, KEY_CHANGES, MATERIAL_CHANGES, type Deviation } from '../signature/deviations.js';
import { digestOf, SCHEMES } from '../signature/scheme.js';
import { labelOf, signatureOf, WIRES, type Message } from './messages.js';
import type { ReceiverRuleName } from './rules.js';
import type { ProbeRequest } from './send.js';

/** One request and what a right receiver makes of it. */
export interface Probe {
  readonly rule: ReceiverRuleName;
  /** What is sent, in words that hold no secret. */
  readonly label: string;
  /** `accept`: 2xx in time. `refuse`: a 4xx. `survive`: anything below 500. `prepare`: nothing is judged. */
  readonly expect: 'accept' | 'refuse' | 'survive' | 'prepare';
  readonly shot: ProbeRequest;
  /** The state is read before and after this one, and must not change. */
  readonly watched?: boolean;
}

/** What the probes of one run have in common. */
export interface ProbeContext {
  readonly provider: VendorName;
  readonly secret: string;
  /** Twelve hexadecimal digits that no other run has. */
  readonly run: string;
  /** What the caller wants to be there besides: the key of a tunnel, say. */
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
}

const LARGE = 256 * 1024;
const PIECES = 5;

/** Makes shots: every one a message that the receiver has not seen. */
class Gunsmith {
  readonly #range: ProbeContext;
  #number = 0;

  constructor(range: ProbeContext) {
    this.#range = range;
  }

  /** A new message of the same kind. */
  renew(text: string): string {
    const { provider, run } = this.#range;
    return WIRES[provider].renew(text, run, ++this.#number);
  }

  sign(text: string, secret = this.#range.secret): string {
    return signatureOf(this.#range.provider, text, secret);
  }

  /** A shot with the right signature unless another one, or none (`null`), is given. */
  load(text: string, signature: string | null = this.sign(text), more: Partial<ProbeRequest> = {}): ProbeRequest {
    const { provider, headers } = this.#range;
    const signed = signature === null ? {} : { [SCHEMES[provider].header]: signature };
    return { headers: { ...WIRES[provider].headers, ...headers, ...signed }, body: Buffer.from(text), ...more };
  }
}

/** All probes in the order in which they are made: every type and state first, then the attacks. */
export function makeProbes(given: ProbeContext): Probe[] {
  const range = { ...given, messages: renewableFirst(given) };
  const smith = new Gunsmith(range);
  return [
    ...deliveries(range, smith),
    ...forgeries(range, smith),
    ...(range.provider === 'cronofy' ? rotations(range, smith) : []),
    ...bodies(range, smith),
    ...repetitions(range, smith),
    ...accidents(range, smith),
  ];
}

/** The attacks are made with the first message, which must be one that can be told from its repetitions. */
function renewableFirst({ provider, messages, run }: ProbeContext): readonly Message[] {
  const isFixed = ({ text }: Message): boolean => WIRES[provider].renew(text, run, 1) === text;
  return [...messages.filter((message) => !isFixed(message)), ...messages.filter(isFixed)];
}

const deliveries = ({ messages }: ProbeContext, smith: Gunsmith): Probe[] =>
  messages.map((message) => ({
    rule: 'valid-accepted',
    label: labelOf(message),
    expect: 'accept',
    shot: smith.load(smith.renew(message.text)),
  }));

/** 32 bytes that nobody's secret makes. */
const strangeDigest = (text: string): Buffer => createHash('sha256').update(`not signed: ${text}`).digest();

function forgeries({ messages, secret }: ProbeContext, smith: Gunsmith): Probe[] {
  const [message] = messages;
  const forge = (rule: ReceiverRuleName, label: string, sign: (text: string) => string | null): Probe => {
    const text = smith.renew(message!.text);
    return { rule, label, expect: 'refuse', shot: smith.load(text, sign(text)) };
  };
  const other = smith.renew(message!.text);
  return [
    forge('signature-missing', 'no signature header', () => null),
    forge('signature-empty', 'an empty signature', () => ''),
    forge('signature-wrong', '32 other bytes in base64', (text) => strangeDigest(text).toString('base64')),
    forge('signature-wrong', 'the right one with its first letter changed', (text) => turnFirst(smith.sign(text))),
    forge('signature-malformed', 'the first half of the right one', (text) => smith.sign(text).slice(0, 22)),
    // Whoever has the right one is no forger: it may be believed, but must not make the receiver fail.
    {
      ...forge('signature-malformed', 'the right one with more behind it', (text) => `${smith.sign(text)}AAAA`),
      expect: 'survive',
    },
    forge('signature-malformed', 'one letter', () => 'A'),
    forge('signature-malformed', 'what is no base64', () => '*** not base64 ***'),
    forge('signature-malformed', 'the digest of something else in hexadecimal', (text) =>
      strangeDigest(text).toString('hex'),
    ),
    forge('signature-of-other-body', 'the signature of another message', () => smith.sign(other)),
    forge('signature-old-secret', 'a signature by another secret', (text) => smith.sign(text, retired(secret))),
    ...['', 'undefined', 'null'].map((unset) =>
      forge(
        'signature-unset-secret',
        `a signature by ${unset === '' ? 'an empty secret' : `the secret "${unset}"`}`,
        (text) => createHmac('sha256', unset).update(text).digest('base64'),
      ),
    ),
  ];
}

const turnFirst = (signature: string): string => (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);

/** A secret of the same form that this receiver never had. */
const retired = (secret: string): string => createHash('sha256').update(secret).digest('base64');

function rotations({ messages, secret }: ProbeContext, smith: Gunsmith): Probe[] {
  const rotate = (
    rule: ReceiverRuleName,
    label: string,
    expect: Probe['expect'],
    order: (right: string, old: string) => string[],
  ): Probe => {
    const text = smith.renew(messages[0]!.text);
    const header = order(smith.sign(text), smith.sign(text, retired(secret))).join(',');
    return { rule, label, expect, shot: smith.load(text, header) };
  };
  return [
    rotate('rotation', 'the right signature first of two', 'accept', (right, old) => [right, old]),
    rotate('rotation', 'the right signature second of two', 'accept', (right, old) => [old, right]),
    rotate('rotation-all-wrong', 'two wrong signatures', 'refuse', (right, old) => [old, turnFirst(right)]),
  ];
}

function bodies({ provider, messages }: ProbeContext, smith: Gunsmith): Probe[] {
  const { variants, unknownField, unknownType } = WIRES[provider];
  const [message] = messages;
  const all = [
    ...variants(message!),
    ['unknown-field', 'with a field that is new', unknownField(message!.text)] as const,
    ['unknown-type', 'of a type that is new', unknownType(message!.text)] as const,
  ];
  return all.map(([rule, label, text]) => ({
    rule,
    label: `a message ${label}`,
    expect: 'accept',
    shot: smith.load(smith.renew(text)),
  }));
}

function repetitions({ messages }: ProbeContext, smith: Gunsmith): Probe[] {
  const [first, last] = [
    messages[0]!,
    messages.find(({ state }) => state === 'complete' || state === 'ended') ?? messages[1]!,
  ];
  const again = smith.load(smith.renew(first.text));
  const [early, late] = [smith.load(smith.renew(first.text)), smith.load(smith.renew(last.text))];
  return [
    { rule: 'duplicate-accepted', label: 'a message for the first time', expect: 'accept', shot: again },
    { rule: 'duplicate-accepted', label: 'the same message once more', expect: 'accept', shot: again, watched: true },
    { rule: 'reordered-accepted', label: `${labelOf(last)} before ${labelOf(first)}`, expect: 'accept', shot: late },
    { rule: 'reordered-accepted', label: `${labelOf(first)} after ${labelOf(last)}`, expect: 'accept', shot: early },
    {
      rule: 'duplicate-accepted',
      label: 'the first message again, after the others',
      expect: 'accept',
      shot: again,
      watched: true,
    },
  ];
}

/** What networks, proxies and strangers do. */
function accidents({ provider, messages }: ProbeContext, smith: Gunsmith): Probe[] {
  const [message] = messages;
  const text = (): string => smith.renew(message!.text);
  const whole = text();
  const [slow, half, next] = [text(), text(), text()];
  const large = smith.renew(WIRES[provider].unknownField(message!.text)).replace('the vendor', 'x'.repeat(LARGE));
  const { headers } = smith.load('');
  return [
    {
      rule: 'truncated-body',
      label: 'half a body with the signature of the whole',
      expect: 'refuse',
      shot: smith.load(whole.slice(0, Math.floor(whole.length / 2)), smith.sign(whole)),
    },
    {
      rule: 'invalid-json',
      label: 'a signed body that is not JSON',
      expect: 'survive',
      shot: smith.load('{"not": json'),
    },
    {
      rule: 'invalid-json',
      label: 'a signed JSON text that is no object',
      expect: 'survive',
      shot: smith.load('"text"'),
    },
    { rule: 'invalid-json', label: 'a signed null', expect: 'survive', shot: smith.load('null') },
    { rule: 'empty-body', label: 'no body and no signature', expect: 'refuse', shot: smith.load('', null) },
    {
      rule: 'wrong-content-type',
      label: 'a valid message as text/plain',
      expect: 'survive',
      shot: withHeader(smith.load(text()), 'Content-Type', 'text/plain'),
    },
    {
      rule: 'wrong-content-type',
      label: 'a valid message as a form',
      expect: 'survive',
      shot: withHeader(smith.load(text()), 'Content-Type', 'application/x-www-form-urlencoded'),
    },
    { rule: 'large-body', label: 'a valid message of 256 KiB', expect: 'survive', shot: smith.load(large) },
    {
      rule: 'slow-delivery',
      label: 'a valid message in pieces',
      expect: 'accept',
      shot: smith.load(slow, undefined, { pieces: PIECES }),
    },
    {
      rule: 'half-delivery',
      label: 'half a message',
      expect: 'prepare',
      shot: smith.load(half, undefined, { breaks: true }),
    },
    { rule: 'half-delivery', label: 'a valid message after half a message', expect: 'accept', shot: smith.load(next) },
    ...(['GET', 'HEAD'] as const).map((method): Probe => ({
      rule: 'other-methods',
      label: method,
      expect: 'survive',
      shot: { method, headers, body: Buffer.alloc(0) },
    })),
  ];
}

const withHeader = (shot: ProbeRequest, name: string, value: string): ProbeRequest => ({
  ...shot,
  headers: { ...shot.headers, [name]: value },
});

/** A message signed with one mistake: a receiver that believes it makes the same. */
export interface Mistake {
  readonly deviation: Deviation;
  readonly shot: ProbeRequest;
}

/** One message for every known mistake of a signer. */
export function makeMistakes(range: ProbeContext): Mistake[] {
  const { provider, secret } = range;
  const scheme = SCHEMES[provider];
  const smith = new Gunsmith({ ...range, run: range.run.replace(/^./, 'f') });
  const [message] = renewableFirst(range);
  const own = <C extends { readonly vendors?: readonly VendorName[] }>({ vendors }: C): boolean =>
    vendors === undefined || vendors.includes(provider);
  const changes = [
    ...MATERIAL_CHANGES.filter(own).map((deviation) => ({ deviation, steps: { material: deviation.apply } })),
    ...KEY_CHANGES.filter(own).map((deviation) => ({ deviation, steps: { key: deviation.apply } })),
    ...BODY_CHANGES.filter(own).map((deviation) => ({
      deviation,
      steps: { material: (body: Buffer) => applyThen(deviation.apply(body), scheme.material) },
    })),
  ];
  return changes.flatMap(({ deviation, steps }) => {
    const text = smith.renew(message!.text);
    const digest = digestOf(scheme, Buffer.from(text), secret, steps)?.toString('base64');
    return digest === undefined || digest === smith.sign(text) ? [] : [{ deviation, shot: smith.load(text, digest) }];
  });
}

const applyThen = (bytes: Buffer | undefined, then: (bytes: Buffer) => Buffer | undefined): Buffer | undefined =>
  bytes === undefined ? undefined : then(bytes);
