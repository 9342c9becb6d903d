import type { Delivery } from '../../../../contracts/control/deliveries.js';
import type { LoggedRequest } from '../../../../contracts/control/requests.js';
import type { Recording } from '../../../../contracts/control/recording.js';
import type { LineKind, LineOf } from '../../../../contracts/control/timeline.js';

/** A line of the timeline as it comes over the wire. */
export type Line = { readonly [K in LineKind]: LineOf<K> }[LineKind];
export type { LineKind, LineOf };

/** What faults leave on calls and webhooks beside what every client is shown. */
interface Marked {
  readonly fault?: string;
}
export type Call = LoggedRequest & Marked & { readonly lost_answer?: NonNullable<LoggedRequest['response']> };
export type Attempt = Delivery['attempts'][number] &
  Marked & {
    readonly lost_answer?: { readonly outcome: string; readonly status?: number; readonly response?: string };
  };
export type Webhook = Omit<Delivery, 'attempts'> &
  Marked & {
    readonly duplicate_of?: string;
    readonly held?: { readonly type: string; readonly state?: string };
    readonly attempts: readonly Attempt[];
  };

/** What is known of a recording beside its lists. */
export type Head = Omit<Recording, 'entries' | 'requests' | 'deliveries'>;

/** The kinds, by the numbers that they have in a column. */
export const KINDS: readonly LineKind[] = [
  'request',
  'transition',
  'delivery',
  'violation',
  'fault',
  'backstage',
  'note',
];

/** The word for a kind that people use. */
export const KIND_WORDS: Readonly<Record<LineKind, string>> = {
  request: 'call',
  transition: 'state',
  delivery: 'webhook',
  violation: 'violation',
  fault: 'fault',
  backstage: 'backstage',
  note: 'note',
};

/** How bad a line is. */
export type Weight = 'plain' | 'fault' | 'bad';

/** A webhook that was not taken, a call that was refused, a broken contract: bad. What a fault rule did: fault. */
export function weightOf(line: Line): Weight {
  switch (line.kind) {
    case 'violation':
      return line.severity === 'error' ? 'bad' : 'fault';
    case 'fault':
      return 'fault';
    case 'request':
      return worse((line.status ?? 0) >= 400 || line.lost !== undefined, line);
    case 'delivery':
      return worse(isRefused(line), line);
    case 'backstage':
      return line.refused === undefined ? 'plain' : 'bad';
    case 'transition':
    case 'note':
      return 'plain';
  }
}

const worse = (isBad: boolean, { fault }: { readonly fault?: string }): Weight => {
  if (isBad) return 'bad';
  return fault === undefined ? 'plain' : 'fault';
};

/** An attempt after which the webhook is not delivered. */
export const isRefused = ({
  outcome,
  status = 0,
}: {
  readonly outcome: string | null;
  readonly status?: number;
}): boolean => outcome !== null && outcome !== 'captured' && !(outcome === 'answered' && status >= 200 && status < 300);

/** The last attempt was refused, and no other follows. */
export const isLost = ({ next }: Pick<LineOf<'delivery'>, 'next'>): boolean => next === 'lost';
