import type { TObject } from '@sinclair/typebox';
import { nearest } from '../../contracts/nearest.js';
import { describe, escapePointer, mismatches, unknownFields } from '../../contracts/schemas/schema.js';
import type { ScenarioFile } from '../../contracts/control/scenario.js';
import { GreenroomError } from '../../errors.js';

/** What is wrong with a scenario, and where. */
export interface ScenarioFault {
  /** `/` is the whole. */
  readonly pointer: string;
  readonly expected: string;
  readonly was: string;
  readonly nearest?: string | undefined;
}

/** A scenario that cannot be played. `source` is its file, or its name if it has none; `more` is what else is wrong with it. */
export function invalidScenario(
  name: string,
  source: string,
  fault: ScenarioFault | string,
  more: readonly ScenarioFault[] = [],
): GreenroomError {
  const of = source === name ? name : `${name} (${source})`;
  if (typeof fault === 'string')
    return new GreenroomError('INVALID_SCENARIO', `Failed to read the scenario ${of}: ${fault}`, { file: source });
  const { pointer, expected, was, nearest: meant } = fault;
  return new GreenroomError(
    'INVALID_SCENARIO',
    `Failed to read the scenario ${of}: at ${pointer}, expected ${expected}, was ${was}.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
    {
      file: source,
      pointer,
      expected,
      was,
      ...(meant === undefined ? {} : { nearest: meant }),
      ...(more.length === 0 ? {} : { more }),
    },
  );
}

/** The value as a scenario file; nothing of it is taken if any of it is wrong. Throws INVALID_SCENARIO. */
export function readScenario(
  schema: TObject,
  { name, source, value }: { readonly name: string; readonly source: string; readonly value: unknown },
): ScenarioFile {
  const [fault, ...more] = faultsOf(schema, value);
  if (fault) throw invalidScenario(name, source, fault, more);
  const text = firstUnkept(value);
  if (text) throw invalidScenario(name, source, text);
  return value as ScenarioFile;
}

/** So many faults of one file are told. */
const TOLD = 20;

/** What is wrong with the form of a scenario: fields that there are not first, for values within them mean nothing. */
function faultsOf(schema: TObject, value: unknown): ScenarioFault[] {
  const unknown = unknownFields(schema, value)
    .slice(0, TOLD)
    .map(({ pointer, name, nearest: meant }) => ({
      pointer,
      expected: 'a known field',
      was: JSON.stringify(name),
      nearest: meant,
    }));
  const strays = new Set(unknown.map(({ pointer }) => pointer));
  const wrong = mismatches(schema, value, TOLD + strays.size)
    .filter(({ pointer }) => !strays.has(pointer))
    .map(({ pointer, expected, was }) => ({
      pointer: pointer || '/',
      expected,
      was,
      nearest: misspelt(expected, was),
    }));
  return [...unknown, ...wrong].slice(0, TOLD);
}

/** A text in a value that the database behind a vendor does not take: PostgreSQL has neither NUL nor half a character. */
function firstUnkept(whole: unknown): ScenarioFault | undefined {
  const left = [{ pointer: '', value: whole }];
  // What is found within a value is looked at later in the same loop.
  for (const { pointer, value } of left) {
    if (typeof value === 'string') {
      const found = /\0|\p{Cs}/u.exec(value);
      if (found) return unkept(pointer, value, found);
    } else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        const place = `${pointer}/${escapePointer(key)}`;
        left.push({ pointer: place, value: key }, { pointer: place, value: inner });
      }
  }
  return undefined;
}

function unkept(pointer: string, text: string, { 0: sign, index }: RegExpExecArray): ScenarioFault {
  const code = sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return {
    pointer,
    expected: 'a text without NUL and without halves of characters',
    was: `U+${code} as character ${index + 1} of ${describe(text)}`,
  };
}

/** The nearest of the words that were expected, if a word was given that is none of them. */
function misspelt(expected: string, was: string): string | undefined {
  if (!was.startsWith('"')) return undefined;
  const words = [...expected.matchAll(/"([\w-]+)"/g)].map((match) => match[1]!);
  return nearest(was.slice(1, -1), words);
}
