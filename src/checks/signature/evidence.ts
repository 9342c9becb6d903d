import { refusalOf, type Change, type Deviation, type MessageHeaders } from '../../contracts/signing.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { materialChanges } from './texts.js';
import { hangsOnBody, writtenOtherwise } from './written-otherwise.js';

/** A message as a receiver had it. */
export interface Received {
  /** By lower-case name. */
  readonly headers: MessageHeaders;
  readonly body: Buffer;
}

/** What is known of a receiver by the messages that it has accepted. */
export interface Evidence {
  /** So many had the right signature. */
  readonly accepted: number;
  /** Mistakes that it does not make: with them it would have refused one of these. */
  readonly disproved: ReadonlySet<string>;
}

/** The mistakes that are no more than one. */
const singlesOf = (signing: VendorProfile['signing']): Change<Buffer>[] =>
  materialChanges(signing).filter(({ parts }) => parts === undefined);

/** What messages that a receiver has accepted tell of how it verifies. */
export function learnFrom(
  { signing }: VendorProfile,
  messages: Iterable<Received>,
  secrets: readonly string[],
): Evidence {
  const disproved = new Set<string>();
  const open = new Set(singlesOf(signing));
  let accepted = 0;
  for (const message of messages) {
    const { headers, body } = message;
    const signature = headers[signing.header.toLowerCase()] ?? '';
    if (refusalOf(signing, { body, signature }, secrets, headers)) continue;
    accepted++;
    for (const mistake of open) {
      if (!shows(mistake, message, signing.material)) continue;
      open.delete(mistake);
      disproved.add(mistake.name);
    }
  }
  return { accepted, disproved };
}

/**
 * The mistakes by which a receiver refuses a message whose signature is right, although it has accepted others: those that
 * make another text of this body, and of none of the others. Where it has accepted none, those alone that few bodies show.
 */
export const suspectsOf = (
  { signing }: VendorProfile,
  message: Received,
  { accepted, disproved }: Evidence,
): Deviation[] =>
  singlesOf(signing)
    .filter(({ name }) => !disproved.has(name) && (accepted > 0 || hangsOnBody(name)))
    .filter((mistake) => shows(mistake, message, signing.material))
    .map(({ name, title, advice }) => ({ name, title: writtenOtherwise(name, message.body) ?? title, advice }));

/** A receiver that makes this mistake refuses this message. */
function shows(
  { apply }: Change<Buffer>,
  { body, headers }: Received,
  material: VendorProfile['signing']['material'],
): boolean {
  const right = material(body, headers);
  const made = apply(body);
  return right !== undefined && made !== undefined && !made.equals(right);
}
