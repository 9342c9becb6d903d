import { REDACTED, type Redactor } from '../redact.js';
import { describe, shorten } from '../schemas/schema.js';

/** A value at a place as a report may show it: secrets are not repeated, wherever in it they stand. */
export const shown = (pointer: string, value: unknown, redact: Redactor): string =>
  value !== undefined && pointer.split('/').some(redact.isSecret) ? REDACTED : describe(value, redact);

/** The same of a whole text that is not what it should be. */
export const shownText = (text: string, redact: Redactor): string => shorten(redact.body(text));
