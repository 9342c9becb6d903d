import type { Call, Head, Line, Webhook } from '../model/line.js';

/** What was recorded, wherever it comes from. Its lines come in pieces. */
export interface Recorded {
  readonly title: string;
  readonly head: Head;
  readonly lines: () => readonly (readonly Line[])[];
  readonly call: (id: string) => Promise<Call | undefined>;
  readonly webhook: (id: string) => Promise<Webhook | undefined>;
}
