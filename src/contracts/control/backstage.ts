import { Type, type TObject, type TProperties } from '@sinclair/typebox';

/** The arguments of one kind of `POST /_greenroom/backstage`, beside `kind`. */
export const action = (kind: string, args: TProperties = {}): TObject =>
  Type.Object({ kind: Type.Literal(kind), ...args }, { additionalProperties: false });

/** The actions of a vendor, by kind. */
export type BackstageActions = Readonly<Record<string, TObject>>;

/** A number; one that must keep its written form is given as a text. */
export const WrittenNumber = Type.Union(
  [Type.Number(), Type.Object({ $float: Type.String({ pattern: '^-?\\d' }) }, { additionalProperties: false })],
  { expected: 'a number, or {"$float": "1.0"}' },
);
