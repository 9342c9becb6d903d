import { Type, type TObject, type TProperties } from '@sinclair/typebox';
import { closed } from './fields.js';

export const BackstageBody = Type.Object({ kind: Type.String() });

/** The arguments of one kind of `POST /_greenroom/backstage`, beside `kind`. */
export const action = <const K extends string, P extends TProperties>(kind: K, args: P = {} as P) =>
  Type.Object({ kind: Type.Literal(kind), ...args }, closed);

/** The actions of a vendor, by kind. */
export type BackstageActions = Readonly<Record<string, TObject>>;

/** A number; one that must keep its written form is given as a text. */
export const WrittenNumber = Type.Union(
  [Type.Number(), Type.Object({ $float: Type.String({ pattern: '^-?\\d' }) }, closed)],
  { expected: 'a number, or {"$float": "1.0"}' },
);
