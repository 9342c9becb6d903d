import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A recording of the real Attendee server, v1.64.1: one fresh project, from its first call to its last. */
export interface Tape {
  readonly id: string;
  readonly title: string;
  readonly project: {
    readonly api_key: string;
    readonly webhook_secret_base64: string;
    readonly zoom_credentials: boolean;
    readonly settings: Readonly<Record<string, unknown>>;
  };
  readonly t0: string;
  readonly steps: readonly Step[];
}

export type Headers = Readonly<Record<string, string>>;

export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly headers: Headers;
    readonly body: string;
  };
  readonly response: { readonly status: number; readonly headers: Headers; readonly body: string };
}

export interface WebhookStep {
  readonly webhook: { readonly url: string; readonly headers: Headers; readonly body: string };
}

export interface ControlStep {
  readonly control: { readonly kind: string; readonly [argument: string]: unknown };
  readonly error?: string;
}

export type Step = { readonly clock: string } | Exchange | ControlStep | WebhookStep;

const FOLDER = fileURLToPath(new URL('../../fixtures/tapes/', import.meta.url));

export const readTapes = (): Tape[] =>
  readdirSync(FOLDER)
    .sort()
    .map((file) => JSON.parse(readFileSync(FOLDER + file, 'utf8')) as Tape);
