import type { Recording } from '../../src/contracts/control/recording.js';

/** Of so many lives each has agents of its own. */
const AGENTS = 500;

interface Line {
  readonly at: string;
  readonly subject: string | null;
  /** Of a call. */
  readonly id?: string;
  /** Of a webhook. */
  readonly delivery?: string;
}

/** A recording with so many lines: what it tells happens again and again, later each time, to other agents. */
export function repeated(recording: Recording, count: number): Recording {
  const told = recording.entries as unknown as readonly Line[];
  const first = Date.parse(told[0]!.at);
  const length = Date.parse(told.at(-1)!.at) - first + 1000;
  const [calls, webhooks] = [recording.requests.length, recording.deliveries.length];
  const entries = Array.from({ length: count }, (_, i) => {
    const [line, life] = [told[i % told.length]!, Math.floor(i / told.length)];
    const { id, delivery, subject } = line;
    return {
      ...line,
      seq: i + 1,
      at: new Date(Date.parse(line.at) + life * length).toISOString(),
      subject: subject && `${subject}_${life % AGENTS}`,
      ...(id === undefined ? {} : { id: later(id, life * calls) }),
      ...(delivery === undefined ? {} : { delivery: later(delivery, life * webhooks) }),
    };
  });
  const lives = Math.ceil(count / told.length);
  return {
    ...recording,
    entries: entries as unknown as Recording['entries'],
    requests: again(recording.requests, lives),
    deliveries: again(recording.deliveries, lives),
  };
}

/** `req_3` as it is after so many more. */
const later = (id: string, by: number): string => id.replace(/\d+$/, (number) => String(Number(number) + by));

const again = <T extends { readonly id: string }>(items: readonly T[], lives: number): T[] =>
  Array.from({ length: lives }, (_, life) =>
    items.map((item) => ({ ...item, id: later(item.id, life * items.length) })),
  ).flat();
