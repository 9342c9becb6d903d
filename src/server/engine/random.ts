import { sha256 } from './sha256.js';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Chance that is none: every value is a hash of the seed, what it is for, and its number in that kind. One utterance
 * more does not change every id after it, as it would with one shared stream.
 */
export class Random {
  readonly seed: number;
  /** How many of each kind count as given out already. */
  readonly #given: number;
  readonly #counts = new Map<string, number>();

  constructor(seed: number, given = 0) {
    this.seed = seed;
    this.#given = given;
  }

  /** So many characters of [A-Za-z0-9]. */
  alphanumeric(kind: string, length: number): string {
    return this.#after('', kind, length);
  }

  /** The prefix and 16 characters of [A-Za-z0-9]: `bot_…`. */
  id(prefix: string): string {
    return this.#after(`${prefix}_`, prefix, 16);
  }

  /** So many hexadecimal digits, 64 at the most. */
  hex(kind: string, length: number): string {
    return this.#bytes(kind).toString('hex').slice(0, length);
  }

  /** A number from 0 on and below 1. */
  share(kind: string): number {
    return this.#bytes(kind).readUInt32BE(0) / 2 ** 32;
  }

  /** A version 4 UUID. */
  uuid(kind: string): string {
    const bytes = this.#bytes(kind);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }

  /** A whole number for seeding another generator, always the same for the same purpose. */
  seedFor(purpose: string): number {
    return sha256(`${this.seed}/${purpose}`).readUInt32BE(0);
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  load(counts: Readonly<Record<string, number>>): void {
    this.#counts.clear();
    for (const [kind, count] of Object.entries(counts)) this.#counts.set(kind, count);
  }

  /** Made at once: a text that is put together is kept as its pieces. */
  #after(head: string, kind: string, length: number): string {
    const bytes = this.#bytes(kind);
    const codes: number[] = [];
    for (let i = 0; i < head.length; i++) codes.push(head.charCodeAt(i));
    for (let i = 0; i < length; i++) codes.push(ALPHANUMERIC.charCodeAt(bytes[i]! % ALPHANUMERIC.length));
    return String.fromCharCode(...codes);
  }

  #bytes(kind: string): Buffer {
    const number = (this.#counts.get(kind) ?? this.#given) + 1;
    this.#counts.set(kind, number);
    return sha256(`${this.seed}/${kind}/${number}`);
  }
}
