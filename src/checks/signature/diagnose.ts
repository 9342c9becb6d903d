import {
  digestOf,
  separatorOf,
  type Change,
  type Deviation,
  type MessageHeaders,
  type Signing,
  type SigningSteps,
} from '../../contracts/signing.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { BODY_CHANGES, ENCODING_CHANGES, KEY_CHANGES, MATERIAL_CHANGES, WRAPPINGS } from './deviations.js';

export interface SignedSample {
  readonly vendor: VendorProfile;
  /** The other headers of the message, by lower-case name. */
  readonly headers?: MessageHeaders | undefined;
  /** The value of the signature header. */
  readonly header: string;
  readonly body: Buffer;
  /** One secret, or several while they are changed. */
  readonly secrets: readonly string[];
  /** What the Content-Length header said, if it is known. */
  readonly length?: number | undefined;
}

export interface Diagnosis {
  /** A signature of the header is that of the body, with one of the secrets. */
  readonly ok: boolean;
  /** What was done otherwise than the vendor does; the fewest that explain the header. Empty if nothing does. */
  readonly deviations: readonly Deviation[];
  /** What to mind although the signature is right, or what else its mistakes together may be. */
  readonly notes: readonly Deviation[];
}

/**
 * Says which mistake explains that a signature is not that of a body, by making each of them, or that all is well.
 * `vendors` are those whose way of signing can have been taken instead.
 */
export function diagnose(sample: SignedSample, vendors: readonly VendorProfile[]): Diagnosis {
  const { body, secrets, headers } = sample;
  const { signing } = sample.vendor;
  const signatures = readSignatures(sample.header, signing);
  if (signatures.length === 0) return found([missing(vendors)]);
  const right = secrets.map((secret) => {
    const digest = digestOf(signing, body, secret, headers)?.toString('base64');
    return signatures.findIndex((one) => one.digest === digest && one.deviation === undefined);
  });
  if (right.some((place) => place >= 0)) {
    const notes = [
      ...(signatures.length > 1 ? [severalSignatures(right, signatures.length, separatorOf(signing))] : []),
      ...(right.filter((place) => place >= 0).some((place, i, all) => i > 0 && place < all[i - 1]!) ? [ORDER] : []),
    ];
    return { ok: true, deviations: [], notes };
  }
  const explained = secrets.map((secret) => explain({ sample, vendors, secret }, signatures));
  const [fewest] = explained.filter((one) => one !== undefined).sort((a, b) => costOf(a) - costOf(b));
  if (!fewest || fewest.some(({ name }) => name === OTHER_SCHEME)) return found(fewest ?? unexplained(sample));
  return { ...found(fewest), notes: alsoOf(sample, vendors, signatures) };
}

/** The ways of other vendors that make the same signature: several mistakes together may be one of these. */
const alsoOf = (
  { vendor, body, secrets, headers }: SignedSample,
  vendors: readonly VendorProfile[],
  signatures: readonly Signature[],
): Deviation[] =>
  vendors
    .filter(({ name }) => name !== vendor.name)
    .filter(({ signing }) =>
      secrets.some((secret) => {
        const digest = digestOf(signing, body, secret, headers)?.toString('base64');
        return signatures.some((one) => one.digest === digest);
      }),
    )
    .map((other) => ({ ...otherScheme(vendor, other), title: `${other.title} makes the same signature` }));

const OTHER_SCHEME = 'scheme-of-the-other-vendor';

const found = (deviations: readonly Deviation[]): Diagnosis => ({ ok: false, deviations, notes: [] });

type Step<From, To = From> = readonly [deviation: Deviation | undefined, made: (value: From) => To | undefined];

/** The vendor's own way first, then every other. */
const waysOf = <From, To>(
  own: (value: From) => To | undefined,
  ...changes: readonly (readonly Change<From, To>[])[]
): Step<From, To>[] => [[undefined, own], ...changes.flat().map((change): Step<From, To> => [change, change.apply])];

const ALGORITHMS: readonly (readonly [Deviation | undefined, NonNullable<SigningSteps['algorithm']>])[] = [
  [undefined, 'sha256'],
  ...(['sha1', 'sha512'] as const).map(
    (algorithm) =>
      [
        {
          name: `${algorithm}-instead-of-sha256`,
          title: `The digest is ${algorithm.toUpperCase()}`,
          advice: 'The vendor uses HMAC-SHA256.',
        },
        algorithm,
      ] as const,
  ),
];

/**
 * To parse and write again hides what was really changed: white space, say. The way of another vendor is two steps at
 * once: where one of them explains all, it has a name of its own. Where both are needed, the way of the other vendor is the
 * likelier mistake, unless that vendor signs as all do who know of no vendor: the raw body, with the secret as it stands.
 */
const COSTS: Readonly<Record<string, number>> = { [OTHER_SCHEME]: 2 };
const costOf = (deviations: readonly Deviation[]): number =>
  deviations.reduce((cost, { name }) => cost + (COSTS[name] ?? (name.startsWith('re-serialised') ? 1.5 : 1)), 0);

/** A signature that is to be explained, with everything that it can have been made from. */
interface Question {
  readonly sample: SignedSample;
  readonly vendors: readonly VendorProfile[];
  readonly secret: string;
}

/** A way of making digests, with the deviations that are in it. */
interface Way {
  readonly deviations: readonly (Deviation | undefined)[];
  readonly steps: SigningSteps;
}

/** Every way of making a digest of the body, but for the algorithm, the likelier first. */
function waysOfSigning({ sample: { vendor, body, headers = {} }, vendors, secret }: Question): readonly Way[] {
  const { material: own, key, mistakes } = vendor.signing;
  const materials = waysOf((bytes: Buffer) => own(bytes, headers), mistakes.material, MATERIAL_CHANGES);
  const keys = waysOf(key, mistakes.key, KEY_CHANGES);
  const others = vendors.filter(({ name }) => name !== vendor.name);
  const isPlain = ({ signing }: VendorProfile): boolean =>
    signing.material(body, headers)?.equals(body) === true && signing.key(secret).equals(Buffer.from(secret));
  const asOthers = (which: readonly VendorProfile[]): Way[] =>
    which.map((other) => ({ deviations: [otherScheme(vendor, other)], steps: other.signing }));
  return [
    ...asOthers(others.filter((other) => !isPlain(other))),
    ...materials.flatMap(([matter, material]) =>
      keys.map(([keyed, key]) => ({ deviations: [matter, keyed], steps: { material, key } })),
    ),
    ...asOthers(others.filter(isPlain)),
  ];
}

/** Every digest that a body can have been signed with. */
function* digestsOf(question: Question): Generator<{
  readonly deviations: readonly (Deviation | undefined)[];
  readonly digest: Buffer;
}> {
  const { sample, secret } = question;
  const { body, headers = {} } = sample;
  const ways = waysOfSigning(question);
  for (const [change, changed] of waysOf((bytes: Buffer) => bytes, BODY_CHANGES)) {
    const bytes = changed(body);
    if (bytes === undefined) continue;
    for (const { deviations, steps } of ways) {
      for (const [hashed, algorithm] of ALGORITHMS) {
        const digest = digestOf({ ...steps, algorithm }, bytes, secret, headers);
        if (digest) yield { deviations: [change, ...deviations, hashed], digest };
      }
    }
  }
}

/** The fewest deviations that make one of these signatures. */
function explain(question: Question, signatures: readonly Signature[]): Deviation[] | undefined {
  let fewest: Deviation[] | undefined;
  const encodings = waysOf((made: Buffer) => made.toString('base64'), ENCODING_CHANGES);
  for (const { deviations, digest } of digestsOf(question)) {
    for (const [written, encode] of encodings) {
      const encoded = encode(digest);
      const signature = signatures.find((one) => one.digest === encoded);
      if (!signature) continue;
      const all = [...deviations, written, signature.deviation].filter((one) => one !== undefined);
      if (fewest === undefined || costOf(all) < costOf(fewest)) fewest = all;
    }
  }
  return fewest?.sort((a, b) => Number(b.name === OTHER_SCHEME) - Number(a.name === OTHER_SCHEME));
}

/** One signature of a header: the digest as it is written, and what is wrong with the text before it. */
interface Signature {
  readonly digest: string;
  readonly deviation: Deviation | undefined;
}

function readSignatures(header: string, signing: Signing): readonly Signature[] {
  const { prefix = '' } = signing;
  return header
    .split(separatorOf(signing))
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      if (prefix !== '' && one.startsWith(prefix)) return { digest: one.slice(prefix.length), deviation: undefined };
      const digest = one.replace(STRANGE_PREFIX, '');
      const lacks = prefix === '' ? undefined : unprefixed(prefix);
      return { digest, deviation: digest === one ? lacks : prefixed(prefix) };
    });
}

const STRANGE_PREFIX = /^sha\d+=/i;
const prefixed = (own: string): Deviation => ({
  name: 'prefixed',
  title: 'The signature carries a prefix such as "sha256="',
  advice: own === '' ? 'The vendor writes none: compare the digest alone.' : `The vendor writes "${own}" instead.`,
});
const unprefixed = (own: string): Deviation => ({
  name: 'prefix-missing',
  title: `The signature lacks the prefix "${own}"`,
  advice: `Write "${own}" before each digest, as the vendor does.`,
});
const missing = (vendors: readonly VendorProfile[]): Deviation => ({
  name: 'signature-missing',
  title: 'There is no signature in the header',
  advice: `Give the header as it came: ${vendors
    .toReversed()
    .map(({ signing }) => `--header "${signing.header}: …"`)
    .join(' or ')}.`,
});
const ORDER: Deviation = {
  name: 'secret-order',
  title: 'The signatures stand in another order than your secrets',
  advice: 'Compare each signature with each secret; never the first with the first.',
};

const severalSignatures = (right: readonly number[], of: number, separator: string): Deviation => ({
  name: 'whole-header-compared',
  title: `The header holds ${of} signatures, and number ${Math.max(...right) + 1} is the right one: comparing the whole header fails`,
  advice: `Split the header at each "${separator}", and believe the message if any one of the signatures is right.`,
});

/** The signature was made by the steps of another vendor: that is one mistake, not two. */
const otherScheme = (own: VendorProfile, other: VendorProfile): Deviation => ({
  name: OTHER_SCHEME,
  title: `The signature was made the way ${other.title} makes it, not ${own.title}`,
  advice: `Verify ${own.title} messages with ${own.title}'s scheme, each vendor at a URL of its own.`,
});

/** The name is that of the commonest form. */
const malformedSecret = (expected: string): Deviation => ({
  name: expected.includes('base64') ? 'secret-not-base64' : 'secret-malformed',
  title: expected.includes('base64')
    ? 'The secret that you gave is no base64'
    : 'The secret that you gave has another form',
  advice: `Give it as the vendor shows it: ${expected}.`,
});

function unexplained(sample: SignedSample): readonly Deviation[] {
  const { body, length, secrets } = sample;
  const { signing } = sample.vendor;
  if (!secrets.some((secret) => signing.secret.pattern.test(secret.trim())))
    return [malformedSecret(signing.secret.expected)];
  for (const wrapping of WRAPPINGS) {
    const inner = wrapping.apply(body);
    if (inner) return [wrapping, ...unexplained({ ...sample, body: inner, length: undefined })];
  }
  if (length !== undefined && length !== body.length) {
    const how = body.length < length ? 'truncated' : 'longer than what was sent';
    return [
      {
        name: body.length < length ? 'body-truncated' : 'body-too-long',
        title: `The body is ${how}: Content-Length says ${length} bytes, it has ${body.length}`,
        advice: 'Read the body to its end, and give exactly what was received.',
      },
    ];
  }
  const whole = isJson(body);
  return [
    whole
      ? {
          name: 'other-secret-or-body',
          title: 'No known mistake explains this signature: it belongs to another secret or to another body',
          advice:
            'Compare the secret with the one of the dashboard (of this environment and this project), and take header and body of the same request.',
        }
      : {
          name: 'body-truncated',
          title: 'The body is not whole JSON: it was truncated, or is something else',
          advice: 'Read the body to its end before you verify it.',
        },
  ];
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
