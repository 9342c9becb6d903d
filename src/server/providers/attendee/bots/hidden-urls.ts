import { decodeUtf8 } from '../python/base64.js';
import { PYTHON_SPACE } from '../python/repr.js';
import { unquote } from '../python/urls.js';

/**
 * The vendor refuses a URL that holds a second one. It looks at the text from each of its characters on: plain,
 * percent-decoded once and twice, and decoded from base64. Here this takes one pass for each form.
 */

const URL_START = new RegExp(`^https?://[^${PYTHON_SPACE}<>"']`);
/** More than the beginning of a URL with every byte percent-encoded twice. */
const PREFIX = 128;

export const holdsUrls = (url: string): boolean => countEscaped(url) + countInBase64(url) > 1;

/** The first character of a URL, plain or percent-encoded. */
const FIRST = /h(?=[t%])|%(?=68|25|%36|6%38)/g;

function countEscaped(url: string): number {
  let count = 0;
  FIRST.lastIndex = 0;
  while (FIRST.test(url)) {
    const index = FIRST.lastIndex - 1;
    const plain = url.slice(index, index + PREFIX);
    if (URL_START.test(plain) || isUrlDecoded(plain)) count++;
  }
  return count;
}

function isUrlDecoded(text: string): boolean {
  const once = unquote(text);
  return URL_START.test(once) || URL_START.test(unquote(once));
}

/** How all base64 of a URL begins. */
const BASE64_START = 'aHR0c';
/** The same in a text, where anything but letters of base64 may stand between. */
const BASE64_IN_TEXT = new RegExp([...BASE64_START].join('[^A-Za-z0-9+/]*'));
const GROUP = 4;

interface Letters {
  readonly all: string;
  /** From how many characters of the text each letter is the next one. */
  readonly starts: readonly number[];
  /** By the place of the first letter in its group of four: before which letters a padding ends the decoding. */
  readonly ends: readonly (readonly number[])[];
}

function countInBase64(url: string): number {
  if (!BASE64_IN_TEXT.test(url)) return 0;
  const letters = lettersOf(url);
  return letters.ends.reduce((count, _, phase) => count + countInPhase(letters, phase), 0);
}

function lettersOf(text: string): Letters {
  const starts: number[] = [];
  const ends: number[][] = [[], [], [], []];
  let all = '';
  let others = 0;
  let pads = 0;
  let start = text.length;
  // Base64 of Python is ASCII to its end.
  while (start > 0 && text.charCodeAt(start - 1) < 0x80) start--;
  for (const character of text.slice(start)) {
    if (/[A-Za-z0-9+/]/.test(character)) {
      all += character;
      starts.push(others + 1);
      others = pads = 0;
      continue;
    }
    others++;
    if (character !== '=') continue;
    pads++;
    // After two letters of a group two pads are its end, after three one.
    if (pads <= 2) ends[(all.length + pads + 4) % GROUP]!.push(all.length);
  }
  return { all, starts, ends };
}

/** The URLs among the encodings whose groups begin at letters of this phase; what is no UTF-8 up to its end is none. */
function countInPhase({ all, starts, ends }: Letters, phase: number): number {
  const stops = [...ends[phase]!, ...((all.length - phase) % GROUP === 0 ? [all.length] : [])];
  let count = 0;
  let from = phase;
  for (const stop of stops) {
    const segment = all.slice(from, stop);
    const bytes = Buffer.from(segment, 'base64');
    let end = bytes.length;
    for (
      let at = segment.lastIndexOf(BASE64_START);
      at !== -1;
      at = at > 0 ? segment.lastIndexOf(BASE64_START, at - 1) : -1
    ) {
      if (at % GROUP !== 0) continue;
      const begin = (at / GROUP) * 3;
      if (decodeUtf8(bytes.subarray(begin, end)) === undefined) break;
      end = begin;
      if (URL_START.test(bytes.toString('utf8', begin, begin + PREFIX))) count += starts[from + at]!;
    }
    from += Math.ceil(segment.length / GROUP) * GROUP;
  }
  return count;
}
