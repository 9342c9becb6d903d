import { hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4). For a text of one block the way into OpenSSL and back takes longer than the hash itself. */

const BLOCK_TEXT = 55;

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
const fractionBits = (root: number): number => ((root % 1) * 2 ** 32) | 0;
const K = Int32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));

const words = new Int32Array(64);
const state = new Int32Array(8);
const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

export function sha256(text: string): Buffer {
  if (!fillBlock(text)) return hash('sha256', text, 'buffer');
  hashBlock();
  const digest = Buffer.allocUnsafe(32);
  for (let i = 0; i < 8; i++) digest.writeInt32BE(state[i]!, i * 4);
  return digest;
}

/** Puts a text, its end mark and its length into the first 16 words; false for one that is not ASCII or too long. */
function fillBlock(text: string): boolean {
  const { length } = text;
  if (length > BLOCK_TEXT) return false;
  words.fill(0, 0, 16);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    words[i >> 2]! |= code << (24 - 8 * (i & 3));
  }
  words[length >> 2]! |= 0x80 << (24 - 8 * (length & 3));
  words[15] = length * 8;
  return true;
}

function hashBlock(): void {
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!;
    const y = words[i - 2]!;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16]! + s0 + words[i - 7]! + s1;
  }
  let a = START[0]!;
  let b = START[1]!;
  let c = START[2]!;
  let d = START[3]!;
  let e = START[4]!;
  let f = START[5]!;
  let g = START[6]!;
  let h = START[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + words[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const u = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  state.set(START);
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
