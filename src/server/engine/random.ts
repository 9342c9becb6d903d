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
  #counts: Record<string, number> = {};

  constructor(seed: number, given = 0) {
    this.seed = seed;
    this.#given = given;
  }

  /** So many characters of [A-Za-z0-9]. */
  alphanumeric(kind: string, length: number): string {
    const bytes = this.#bytes(kind);
    for (let i = 0; i < length; i++) bytes[i] = ALPHANUMERIC.charCodeAt(bytes[i]! % ALPHANUMERIC.length);
    // At once: a text that grows by characters is kept as so many pieces.
    return bytes.toString('latin1', 0, length);
  }

  /** The prefix and 16 characters of [A-Za-z0-9]: `bot_…`. As one text: one that is put together keeps its parts. */
  id(prefix: string): string {
    return Buffer.from(`${prefix}_${this.alphanumeric(prefix, 16)}`, 'latin1').toString('latin1');
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
    return { ...this.#counts };
  }

  load(counts: Readonly<Record<string, number>>): void {
    this.#counts = { ...counts };
  }

  #bytes(kind: string): Buffer {
    const number = (this.#counts[kind] ?? this.#given) + 1;
    this.#counts[kind] = number;
    return sha256(`${this.seed}/${kind}/${number}`);
  }
}
