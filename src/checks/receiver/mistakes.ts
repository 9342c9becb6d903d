import {
  deviationsOf,
  type Change,
  type Deviation,
  type MessageHeaders,
  type SigningSteps,
} from '../../contracts/signing.js';
import type { Finding } from '../finding.js';
import {
  ALGORITHMS,
  BODY_CHANGES,
  ENCODING_CHANGES,
  IN_BASE64,
  KEY_CHANGES,
  prefixed,
} from '../signature/deviations.js';
import { materialChanges } from '../signature/texts.js';
import type { Contact } from './contact.js';
import { firstOf, RequestFactory, type ProbeContext } from './request-factory.js';
import type { ProbeRequest } from './send.js';
import { isAccepted } from './verdict.js';

/** What a message is signed otherwise by: with a mistake, or with several. */
interface Departure {
  readonly deviations: readonly Deviation[];
  readonly steps: Partial<SigningSteps>;
  readonly write?: Change<Buffer, string>['apply'];
}

/** What a receiver believes that it should not. */
export interface Mistakes {
  readonly found: readonly Finding[];
  /** The app stopped before all were tried. */
  readonly isCut: boolean;
}

/** Makes each known mistake on purpose, and if none is believed those that are often made together, and each with a body in base64. */
export async function findMistakes(context: ProbeContext, contact: Contact): Promise<Mistakes> {
  const search = new Search(context, contact);
  for (const departures of [singlesOf, togetherOf, inBase64]) {
    await search.try(departures(context));
    if (search.believed.length > 0) break;
  }
  const found = search.believed.map(({ deviations }): Finding => ({
    rule: 'verifies-otherwise',
    severity: 'error',
    message: `${deviations.map(({ name }) => name).join(' + ')}: ${deviations.map(({ title }) => title).join('; ')}; such a message was believed`,
    where: { provider: context.vendor.name },
    expected: 'a 4xx',
    was: 'a 2xx',
    advice: [...new Set(deviations.map(({ advice }) => advice))].join(' '),
  }));
  return { found, isCut: search.isCut };
}

/** Sends what is signed otherwise, and keeps what is believed: of mistakes that look alike the first. */
class Search {
  readonly believed: Departure[] = [];
  isCut = false;
  readonly #context: ProbeContext;
  readonly #contact: Contact;
  readonly #factory: RequestFactory;

  constructor(context: ProbeContext, contact: Contact) {
    this.#context = context;
    this.#contact = contact;
    this.#factory = new RequestFactory({ ...context, run: context.run.replace(/^./, 'f') });
  }

  async try(departures: readonly Departure[]): Promise<void> {
    const { text } = firstOf(this.#context);
    const plain = this.#groupsOf(departures, text);
    for (const alike of plain) {
      if (!(await this.#isBelieved(alike[0]!, text))) continue;
      this.believed.push((await this.#believedAmongLetters(alike)) ?? alike[0]!);
    }
    if (this.believed.length > 0) return;
    const unseen = departures.filter((departure) => !plain.some((alike) => alike.includes(departure)));
    const believed = await this.#believedAmongLetters(unseen);
    if (believed) this.believed.push(believed);
  }

  /** Which is believed of mistakes that make the same of a plain message, but do not of one with unusual letters, or with signs that are escaped. */
  async #believedAmongLetters(alike: readonly Departure[]): Promise<Departure | undefined> {
    const { text: plain } = firstOf(this.#context);
    const variants = this.#context.vendor.messages.variants(plain);
    let open = alike;
    let believed: Departure | undefined;
    for (const rule of ['unicode-body', 'escaped-body']) {
      const unusual = variants.find((one) => one.rule === rule)?.text;
      for (const group of unusual === undefined ? [] : this.#groupsOf(open, unusual)) {
        if (!(await this.#isBelieved(group[0]!, unusual!))) continue;
        [believed] = open = group;
        break;
      }
    }
    return believed;
  }

  /** Those that make the same signature of a text stand together; those that make the right one, or none, are left out. */
  #groupsOf(departures: readonly Departure[], pattern: string): readonly Departure[][] {
    const text = this.#factory.renew(pattern);
    const right = this.#factory.signature(text);
    const groups = new Map<string, Departure[]>();
    for (const departure of departures) {
      const signature = this.#factory.otherwise(text, departure.steps, departure.write);
      if (signature === undefined || signature === right) continue;
      const group = groups.get(signature);
      if (group) group.push(departure);
      else groups.set(signature, [departure]);
    }
    return [...groups.values()];
  }

  async #isBelieved({ deviations, steps, write }: Departure, pattern: string): Promise<boolean> {
    const request = this.#wrong(pattern, steps, write);
    if (!request) return false;
    const reaction = await this.#contact.send({ label: `a message with the mistake ${deviations[0]!.name}`, request });
    this.isCut ||= reaction === undefined;
    return isAccepted(reaction);
  }

  /** A new message that is signed otherwise. Some mistakes show in some digests alone: other messages are tried for them. */
  #wrong(pattern: string, steps: Departure['steps'], write: Departure['write']): ProbeRequest | undefined {
    for (let left = ATTEMPTS; left > 0; left--) {
      const text = this.#factory.renew(pattern);
      const signature = this.#factory.otherwise(text, steps, write);
      if (signature !== undefined && signature !== this.#factory.signature(text))
        return this.#factory.sign(text, signature);
    }
    return undefined;
  }
}

const ATTEMPTS = 8;

const encodingsOf = ({ vendor: { signing } }: ProbeContext): readonly Departure[] => [
  ...ENCODING_CHANGES.map((change) => ({ deviations: [change], steps: {}, write: change.apply })),
  {
    deviations: [prefixed(signing.prefix ?? ''), ENCODING_CHANGES[0]!],
    steps: {},
    write: (digest) => `sha256=${digest.toString('hex')}`,
  },
  {
    deviations: [prefixed(signing.prefix ?? '')],
    steps: {},
    write: (digest) => `sha256=${digest.toString('base64')}`,
  },
];

const materialsOf = ({ vendor: { signing } }: ProbeContext): readonly Departure[] =>
  materialChanges(signing).map((change) => ({ deviations: deviationsOf(change), steps: { material: change.apply } }));

const keysOf = (changes: readonly Change<string, Buffer>[]): readonly Departure[] =>
  changes.map((change) => ({ deviations: [change], steps: { key: change.apply } }));

function singlesOf(context: ProbeContext): readonly Departure[] {
  const { mistakes, material } = context.vendor.signing;
  return [
    ...materialsOf(context),
    ...keysOf([...mistakes.key, ...KEY_CHANGES]),
    ...BODY_CHANGES.map((change) => ({ deviations: [change], steps: { material: changed(change, material) } })),
    ...encodingsOf(context),
    ...ALGORITHMS.flatMap(([deviation, algorithm]) =>
      deviation ? [{ deviations: [deviation], steps: { algorithm } }] : [],
    ),
  ];
}

/** What is often done together: another text, another use of the secret, and a digest in hexadecimal. */
function togetherOf(context: ProbeContext): readonly Departure[] {
  const none: Departure = { deviations: [], steps: {} };
  const [hex] = encodingsOf(context);
  const texts = [none, ...materialsOf(context)];
  const keys = [none, ...keysOf(context.vendor.signing.mistakes.key)];
  const all = texts.flatMap((text) =>
    keys.flatMap((key) => [none, hex!].map((written) => [text, key, written] as const)),
  );
  return all
    .filter((parts) => parts.filter((part) => part !== none).length > 1)
    .map(([text, key, written]) => ({
      ...written,
      deviations: [text, key, written].flatMap(({ deviations }) => deviations),
      steps: { ...text.steps, ...key.steps },
    }));
}

const inBase64 = (context: ProbeContext): readonly Departure[] =>
  singlesOf(context).map(({ deviations, steps, ...rest }) => ({
    ...rest,
    deviations: [IN_BASE64, ...deviations],
    steps: { ...steps, material: changed(IN_BASE64, steps.material ?? context.vendor.signing.material) },
  }));

const changed =
  (change: Change<Buffer>, material: SigningSteps['material']): SigningSteps['material'] =>
  (body: Buffer, headers: MessageHeaders) => {
    const bytes = change.apply(body);
    return bytes && material(bytes, headers);
  };
