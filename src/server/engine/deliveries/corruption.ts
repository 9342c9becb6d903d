import { hash } from 'node:crypto';
import type { BodyCorruption, SignatureFault } from '../../../contracts/control/faults.js';

/** What of a webhook's message shall be wrong. */
export interface Corruption {
  readonly signature?: SignatureFault | undefined;
  readonly corrupt?: BodyCorruption | undefined;
}

/** A member that no contract knows, as a vendor may add one on any day. */
const EXTRA_FIELD = '"greenroom_extra_field":{"of":"a later version"}';
const TOKEN = /"(?:[^"\\]|\\.)*"|[{[,:]/g;
const SPACED: Readonly<Record<string, string>> = { '{': '{\n  ', '[': '[ ', ',': ' ,\n  ', ':': ' : ' };

/** The text of a JSON object as a fault changes it. Only `extra_field` and `whitespace` leave it JSON. */
export function corruptText(text: string, how: BodyCorruption): string {
  switch (how) {
    case 'truncate':
      return text.slice(0, text.length >> 1);
    case 'invalid_json':
      return `${text.slice(0, -1)},}`;
    case 'extra_field':
      return `${text.slice(0, -1)},${EXTRA_FIELD}}`;
    case 'whitespace':
      return text.replace(TOKEN, (token) => SPACED[token] ?? token);
  }
}

/** True if a text that was changed so is still JSON. */
export const staysJson = (how: BodyCorruption | undefined): boolean => how === 'extra_field' || how === 'whitespace';

/** A secret that nobody was ever given: the one before the present, or one that is simply another's. */
export const foreignSecret = (seed: number, kind: 'wrong' | 'old_secret'): Buffer =>
  hash('sha256', `${seed}/${kind}`, 'buffer');
