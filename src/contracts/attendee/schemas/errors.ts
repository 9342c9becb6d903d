import { Type } from '@sinclair/typebox';
import { closed } from './fields.js';

/** The three shapes of an error. */
export const Detail = Type.Object({ detail: Type.String() }, closed);
export const ErrorText = Type.Object({ error: Type.String() }, closed);
export const FieldErrors = Type.Record(Type.String(), Type.Unknown());
/** An HTML page. */
export const Page = Type.String();
export const NotFound = Type.Union([ErrorText, Detail]);
export const BadRequest = Type.Union([ErrorText, Detail, FieldErrors]);
