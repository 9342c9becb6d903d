import type { VendorName } from '../../contracts/contract.js';
import {
  BODY_CHANGES,
  ENCODING_CHANGES,
  KEY_CHANGES,
  MATERIAL_CHANGES,
  type Change,
  type Deviation,
} from './deviations.js';
import { digestOf, SCHEMES, type Scheme, type Steps } from './scheme.js';

export interface SignedSample {
  readonly provider: VendorName;
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
  /** What to mind although the signature is right. */
  readonly notes: readonly Deviation[];
}

/** Says which mistake explains that a signature is not that of a body, by making each of them, or that all is well. */
export function diagnose(exhibit: SignedSample): Diagnosis {
  const { header, provider, secrets } = exhibit;
  const signatures = header
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (signatures.length === 0) return found([MISSING]);
  const scheme = SCHEMES[provider];
  const right = secrets.map((secret) =>
    signatures.indexOf(digestOf(scheme, exhibit.body, secret)?.toString('base64') ?? ''),
  );
  if (right.some((place) => place >= 0)) {
    const notes = [
      ...(signatures.length > 1 ? [severalSignatures(right, signatures.length)] : []),
      ...(right.filter((place) => place >= 0).some((place, i, all) => i > 0 && place < all[i - 1]!) ? [ORDER] : []),
    ];
    return { ok: true, deviations: [], notes };
  }
  const explained = secrets.map((secret) => explain(scheme, exhibit.body, secret, signatures));
  const [fewest] = explained.filter((one) => one !== undefined).sort((a, b) => a.length - b.length);
  return found(fewest ? nameTogether(fewest, provider) : unexplained(exhibit));
}

const found = (deviations: readonly Deviation[]): Diagnosis => ({ ok: false, deviations, notes: [] });

type Step<From, To = From> = readonly [deviation: Deviation | undefined, made: (value: From) => To | undefined];

/** The vendor's own way first, then every other. */
const waysOf = <From, To>(
  own: (value: From) => To | undefined,
  changes: readonly Change<From, To>[],
  { provider }: Scheme,
): Step<From, To>[] => [
  [undefined, own],
  ...changes
    .filter(({ vendors }) => vendors === undefined || vendors.includes(provider))
    .map((change): Step<From, To> => [change, change.apply]),
];

const ALGORITHMS: readonly (readonly [Deviation | undefined, Steps['algorithm']])[] = [
  [undefined, 'sha256'],
  ...(['sha1', 'sha512'] as const).map(
    (algorithm) =>
      [
        {
          name: `${algorithm}-instead-of-sha256`,
          title: `The digest is ${algorithm.toUpperCase()}`,
          advice: 'Both vendors use HMAC-SHA256.',
        },
        algorithm,
      ] as const,
  ),
];

/** To parse and write again hides what was really changed: white space, say. */
const costOf = (deviations: readonly Deviation[]): number =>
  deviations.reduce((cost, { name }) => cost + (name.startsWith('re-serialised') ? 1.5 : 1), 0);

/** The fewest deviations that make one of these signatures. */
function explain(scheme: Scheme, body: Buffer, secret: string, signatures: readonly string[]): Deviation[] | undefined {
  let fewest: Deviation[] | undefined;
  const bare = signatures.map((one) => one.replace(PREFIX, ''));
  for (const [change, changed] of waysOf((bytes: Buffer) => bytes, BODY_CHANGES, scheme)) {
    const bytes = changed(body);
    if (bytes === undefined) continue;
    for (const [matter, material] of waysOf(scheme.material, MATERIAL_CHANGES, scheme)) {
      for (const [keyed, key] of waysOf(scheme.key, KEY_CHANGES, scheme)) {
        for (const [hashed, algorithm] of ALGORITHMS) {
          const digest = digestOf(scheme, bytes, secret, { material, key, algorithm });
          if (digest === undefined) continue;
          for (const [written, encode] of waysOf((made: Buffer) => made.toString('base64'), ENCODING_CHANGES, scheme)) {
            const place = bare.indexOf(encode(digest) ?? '');
            if (place < 0) continue;
            const prefixed = PREFIX.test(signatures[place]!) ? PREFIXED : undefined;
            const all = [change, matter, keyed, hashed, written, prefixed].filter((one) => one !== undefined);
            if (fewest === undefined || costOf(all) < costOf(fewest)) fewest = all;
          }
        }
      }
    }
  }
  return fewest;
}

const PREFIX = /^sha\d+=/i;
const PREFIXED: Deviation = {
  name: 'prefixed',
  title: 'The signature carries a prefix such as "sha256="',
  advice: 'Neither vendor writes one: compare the digest alone.',
};
const MISSING: Deviation = {
  name: 'signature-missing',
  title: 'There is no signature in the header',
  advice: 'Give the header as it came: --header "X-Webhook-Signature: …" or --header "Cronofy-HMAC-SHA256: …".',
};
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const NOT_BASE64: Deviation = {
  name: 'secret-not-base64',
  title: 'The secret that you gave is no base64',
  advice: 'Give it in base64, as the dashboard of Attendee shows it.',
};
const ORDER: Deviation = {
  name: 'secret-order',
  title: 'The signatures stand in another order than your secrets',
  advice: 'Compare each signature with each secret; never the first with the first.',
};

const severalSignatures = (right: readonly number[], of: number): Deviation => ({
  name: 'whole-header-compared',
  title: `The header holds ${of} signatures, and number ${Math.max(...right) + 1} is the right one: comparing the whole header fails`,
  advice: 'Split the header at its commas, and believe the message if any one of the signatures is right.',
});

/** Two steps that are both the other vendor's are one mistake. */
function nameTogether(deviations: readonly Deviation[], provider: VendorName): readonly Deviation[] {
  const names = deviations.map(({ name }) => name);
  const pair = {
    attendee: ['raw-instead-of-canonical', 'secret-not-decoded'],
    cronofy: ['canonical-instead-of-raw', 'secret-decoded'],
  }[provider];
  if (!pair.every((name) => names.includes(name))) return deviations;
  const [own, other] = provider === 'attendee' ? ['Attendee', 'Cronofy'] : ['Cronofy', 'Attendee'];
  const together: Deviation = {
    name: 'scheme-of-the-other-vendor',
    title: `The signature was made the way ${other} makes it, not ${own}`,
    advice: `Verify ${own} messages with ${own}'s scheme, each vendor at a URL of its own.`,
  };
  return [together, ...deviations.filter(({ name }) => !pair.includes(name))];
}

function unexplained({ provider, body, length, secrets }: SignedSample): readonly Deviation[] {
  if (provider === 'attendee' && !secrets.some((secret) => BASE64.test(secret.trim()))) return [NOT_BASE64];
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
