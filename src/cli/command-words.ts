import { GreenroomError } from '../errors.js';
import type { ToldCall, ToldPlace } from '../told.js';

/** Where the parts of a call stand on a command line, by their pointer or its end: `{ by: 'the word after "advance"' }`. */
export type PartNames = Readonly<Record<string, string>>;

/** Calls of the control plane that a command makes. */
const COMMANDS: Readonly<Record<string, string>> = {
  'GET /clock': 'greenroom clock',
  'POST /clock/advance': 'greenroom clock advance',
  'POST /clock/rewind': 'greenroom rewind',
  'GET /checkpoints': 'greenroom checkpoint --list',
  'POST /checkpoints': 'greenroom checkpoint NAME',
  'DELETE /checkpoints/NAME': 'greenroom checkpoint --delete NAME',
  'GET /requests': 'greenroom timeline --kind request',
};

/** A call for a person at a terminal: the command that makes it, and `curl` where there is none. */
export const commandFor = ({ method, path }: ToldCall, base: string): string =>
  COMMANDS[`${method} ${path}`] ?? `curl${method === 'GET' ? '' : ` -X ${method}`} ${base}/_greenroom${path}`;

/** What a door of its own says of places and of calls: `undefined` where it has no words of its own. */
export interface DoorWords {
  /** The place in `Failed to read PLACE`, with its colon: `--start: `. */
  readonly placeOf?: (pointer: string) => string | undefined;
  /** Where the control plane is that is called. */
  readonly base?: string | undefined;
}

/** The error of a server, in the words of a command line: flags and settings for places, commands for calls. */
export function inWordsOf(error: GreenroomError, { placeOf, base }: DoorWords): GreenroomError {
  const { code, sentence, details } = error;
  if (!sentence) return error;
  const wordsFor = (part: ToldPlace | ToldCall): string | undefined => {
    if ('method' in part) return base === undefined ? undefined : commandFor(part, base);
    const place = placeOf?.(part.pointer);
    return place === undefined ? undefined : `Failed to read ${place}${part.fault ?? ''}`;
  };
  return new GreenroomError(code, sentence.inWords(wordsFor), details);
}

/** Names the parts of a call: those that are named here, and the parameters of a query, which are called like their flags. */
export const placeIn =
  (names: PartNames) =>
  (pointer: string): string | undefined => {
    const parameter = pointer.startsWith('?') && pointer !== '?' ? `--${pointer.slice(1)}` : undefined;
    const name = names[pointer] ?? names[pointer.slice(pointer.lastIndexOf('/') + 1)] ?? parameter;
    return name === undefined ? undefined : `${name}: `;
  };
