import type { TSchema } from '@sinclair/typebox';
import { ValueErrorType } from '@sinclair/typebox/errors';
import { isObject } from '../json/object.js';
import { didYouMean } from '../nearest.js';
import { wordsOf, type Mismatch } from './schema.js';

const FIELDS_SHOWN = 20;

/**
 * The end of a message about a value that its schema does not want: the word that was probably meant, the fields that there
 * are, or the one of them that has the value among its words.
 */
export function advise({ type, schema, value, nearest }: Mismatch, meant = nearest): string {
  if (meant !== undefined) return didYouMean(meant);
  const properties: unknown = schema['properties'];
  if (!isObject(properties)) return '';
  const names = Object.keys(properties);
  if (type === ValueErrorType.ObjectAdditionalProperties) return ` The fields are ${listed(names)}.`;
  if (type !== ValueErrorType.Object || isObject(value)) return '';
  const taker = names.find((name) => wordsOf(properties[name] as TSchema).includes(value as string));
  return taker === undefined ? ` Its fields are ${listed(names)}.` : ` Did you mean {"${taker}": "${String(value)}"}?`;
}

const listed = (names: readonly string[]): string => {
  const left = names.length - FIELDS_SHOWN;
  return `${names.slice(0, FIELDS_SHOWN).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
};
