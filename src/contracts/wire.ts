import type { Basis } from './contract.js';

/** A message as it was shown by its vendor or recorded: a call with its answer, or a webhook. */
export interface WireMessage {
  /** What the message is, in kebab-case. */
  readonly name: string;
  readonly source: string;
  readonly date: string;
  readonly basis: Basis;
  readonly operation?: string;
  readonly request?: { readonly body: unknown };
  readonly response?: { readonly status: number; readonly body: unknown };
  readonly webhook?: string;
  /** The message is a file that a link leads to. */
  readonly file?: 'transcript';
  readonly body?: unknown;
  /** The exact bytes of a webhook, where they say more than its value (spaces, escapes, `1.0`). */
  readonly text?: string;
}

/** The value of a webhook, whichever way the message keeps it. */
export const valueOf = ({ body, text }: WireMessage): unknown => (text === undefined ? body : JSON.parse(text));
