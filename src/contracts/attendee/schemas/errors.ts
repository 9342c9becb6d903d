import { Type } from '@sinclair/typebox';
import { closed } from './fields.js';

/** The three shapes of an error. */
export const Detail = Type.Object({ detail: Type.String() }, closed);
export const ErrorText = Type.Object({ error: Type.String() }, closed);
/** Its one known name makes it more than a map, of which generators of clients for Java make no choice that compiles. */
export const FieldErrors = Type.Object(
  { non_field_errors: Type.Optional(Type.Array(Type.String())) },
  { additionalProperties: Type.Unknown() },
);
/** An HTML page. */
export const Page = Type.String();
export const NotFound = Type.Union([ErrorText, Detail]);
export const BadRequest = Type.Union([ErrorText, Detail, FieldErrors]);
