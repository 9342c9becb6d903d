import type { Recording, RecordingNotes } from '../../../../contracts/control/recording.js';
import type { Call, Head, Line, Webhook } from '../model/line.js';

/** What was recorded, wherever it comes from. Its lines come in pieces. */
export interface Recorded {
  readonly title: string;
  readonly head: Head;
  readonly about: RecordingNotes;
  /** The pieces from a number on that are there by now. */
  readonly lines: (from: number) => readonly (readonly Line[])[];
  readonly made: () => Promise<Recording['made'] | undefined>;
  readonly call: (id: string) => Promise<Call | undefined>;
  readonly webhook: (id: string) => Promise<Webhook | undefined>;
}

/** A recording as `GET /_greenroom/recording` gives it. */
export function recordedOf(title: string, { entries, requests, deliveries, ...head }: Recording): Recorded {
  const calls = new Map((requests as readonly Call[]).map((call) => [call.id, call]));
  const webhooks = new Map((deliveries as readonly Webhook[]).map((webhook) => [webhook.id, webhook]));
  return {
    title,
    head,
    about: {},
    lines: (from) => [entries as unknown as readonly Line[]].slice(from),
    made: () => Promise.resolve(head.made),
    call: (id) => Promise.resolve(calls.get(id)),
    webhook: (id) => Promise.resolve(webhooks.get(id)),
  };
}
