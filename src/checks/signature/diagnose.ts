import {
  deviationsOf,
  digestOf,
  separatorOf,
  type Change,
  type Deviation,
  type Signing,
  type SigningSteps,
} from '../../contracts/signing.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { ALGORITHMS, BODY_CHANGES, ENCODING_CHANGES, KEY_CHANGES, prefixed } from './deviations.js';
import { materialChanges } from './texts.js';
import { unexplained, type SignedSample } from './unexplained.js';

export type { SignedSample };

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

/** A text that can have been signed, with the mistakes that make it of the body. */
interface Text {
  readonly deviations: readonly Deviation[];
  readonly bytes: Buffer;
}

/** A way of making digests, with the deviations that are in it. */
interface Way {
  readonly deviations: readonly (Deviation | undefined)[];
  readonly steps: SigningSteps;
}

/** Everything that the body can have become before it was signed. */
const bodiesOf = ({ body }: SignedSample): Text[] =>
  waysOf((bytes: Buffer) => bytes, BODY_CHANGES).flatMap(([change, changed]) => {
    const bytes = changed(body);
    if (bytes === undefined || (change && bytes.equals(body))) return [];
    return [{ deviations: change ? [change] : [], bytes }];
  });

/** Every other text that was made of a body: each once, by the mistakes that cost least. */
function textsOf({ vendor: { signing }, headers = {} }: SignedSample, bodies: readonly Text[]): Text[] {
  const known = new Map<string, Text>();
  const materials = [
    { deviations: [], material: (bytes: Buffer) => signing.material(bytes, headers) },
    ...materialChanges(signing).map((change) => ({ deviations: deviationsOf(change), material: change.apply })),
  ];
  for (const body of bodies) {
    for (const { deviations, material } of materials) {
      const bytes = material(body.bytes);
      if (bytes === undefined) continue;
      const text = { deviations: [...body.deviations, ...deviations], bytes };
      const key = bytes.toString('latin1');
      const other = known.get(key);
      if (!other || costOf(text.deviations) < costOf(other.deviations)) known.set(key, text);
    }
  }
  return [...known.values()];
}

/** Every way of making a digest, but for the algorithm, the likelier first. */
function* waysOfSigning({ sample, vendors, secret }: Question): Generator<Way & { readonly body: Buffer }> {
  const { vendor, body, headers = {} } = sample;
  const { key, mistakes } = vendor.signing;
  const bodies = bodiesOf(sample);
  const keys = waysOf(key, mistakes.key, KEY_CHANGES);
  const others = vendors.filter(({ name }) => name !== vendor.name);
  const isPlain = ({ signing }: VendorProfile): boolean =>
    signing.material(body, headers)?.equals(body) === true && signing.key(secret).equals(Buffer.from(secret));
  const asOthers = (which: readonly VendorProfile[]) =>
    bodies.flatMap(({ deviations, bytes }) =>
      which.map((other) => ({
        deviations: [...deviations, otherScheme(vendor, other)],
        steps: other.signing,
        body: bytes,
      })),
    );
  yield* asOthers(others.filter((other) => !isPlain(other)));
  for (const { deviations, bytes } of textsOf(sample, bodies))
    for (const [keyed, made] of keys)
      yield { deviations: [...deviations, keyed], steps: { material: () => bytes, key: made }, body };
  yield* asOthers(others.filter(isPlain));
}

/** Every digest that a body can have been signed with. */
function* digestsOf(question: Question): Generator<{
  readonly deviations: readonly (Deviation | undefined)[];
  readonly digest: Buffer;
}> {
  const { sample, secret } = question;
  for (const { deviations, steps, body } of waysOfSigning(question)) {
    for (const [hashed, algorithm] of ALGORITHMS) {
      const digest = digestOf({ ...steps, algorithm }, body, secret, sample.headers ?? {});
      if (digest) yield { deviations: [...deviations, hashed], digest };
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
