import { formatInstant } from '../../../clock/instant.js';
import { oneLine, textIn } from '../../../contracts/reasons.js';
import { onOneLine } from '../../../contracts/visible.js';
import { knownUrl } from '../../../read-url.js';
import type { DeliveryEntry, Entry, RequestEntry, ViolationEntry } from './journal.js';
import type { Attempt, Delivery } from '../deliveries/outbox.js';
import type { World } from '../world.js';

/** An entry as the timeline gives it: the instant in ISO form, and a sentence. */
export function renderEntry(entry: Entry): Record<string, unknown> {
  const { seq, at, kind, subject, ...rest } = entry;
  return { seq, at: formatInstant(at), kind, subject, summary: summarize(entry), ...rest };
}

/**
 * `09:05:00.000  transition  bot_…  scheduled → staged (staged)`. Of a delivery, it has what differs from run to run and a
 * person wants to know: the port of the receiver, and the receiver's words. What would act on a terminal stands as an escape.
 */
export function printEntry(world: World, entry: Entry): string {
  const { kind, subject } = entry;
  const sentence = entry.kind === 'delivery' ? tellDelivery(entry, world.outbox.get(entry.delivery)) : summarize(entry);
  return `${onOneLine(`${formatInstant(entry.at)}  ${kind.padEnd(10)}  ${(subject ?? '').padEnd(28)}  ${sentence}`)}\n`;
}

/** One line for people, the same in each run. */
export function summarize(entry: Entry): string {
  switch (entry.kind) {
    case 'request':
      return `${entry.method} ${entry.path} → ${answerOf(entry)}${markOf(entry)}`;
    case 'transition':
      return `${entry.from} → ${entry.to} (${entry.event}${entry.sub_type ? `/${entry.sub_type}` : ''})`;
    case 'delivery':
      return tellDelivery(entry);
    case 'violation':
      return `${entry.severity}: ${placeOf(entry)} expected ${entry.expected}, was ${entry.was}`;
    case 'fault':
      return `${entry.fault} on ${entry.target}: ${entry.effect}`;
    case 'backstage':
      return entry.refused === undefined ? entry.action : `${entry.action} refused: ${entry.refused}`;
    case 'note':
      return entry.text;
  }
}

/** Without a pointer it is the whole that is wrong. */
const placeOf = ({ where, pointer }: ViolationEntry): string => (pointer === '' ? where : `${where} ${pointer}`);

function answerOf({ status, lost, reason }: RequestEntry): string {
  if (lost === 'reset') return 'connection reset';
  const why = reason === undefined ? '' : ` ${reason}`;
  return `${status ?? 'in hand'}${why}${lost === 'truncated' ? ', cut short' : ''}`;
}

function tellDelivery(entry: DeliveryEntry, delivery?: Delivery): string {
  const state = entry.state === undefined ? '' : ` ${entry.state}`;
  const attempt = entry.attempt > 1 ? ` attempt ${entry.attempt}` : '';
  const outcome = entry.status ?? entry.outcome ?? 'on its way';
  const copied = delivery?.duplicate_of ? `, a copy of ${delivery.duplicate_of}` : '';
  const made = delivery?.attempts[entry.attempt - 1];
  return (
    `${entry.type}${state} → ${delivery ? withoutQuery(delivery.url) : receiverOf(entry)}${attempt}: ` +
    `${outcome}${made ? wordsOf(made) : ''}${entry.next ? `, ${entry.next}` : ''}${copied}${markOf(entry)}`
  );
}

/** The receiver's URL, with a number instead of a port. */
function receiverOf({ url, receiver }: DeliveryEntry): string {
  const read = receiver === undefined ? undefined : knownUrl(url);
  return read ? `${read.protocol}//${read.host}:{receiver ${receiver}}${read.pathname}` : url;
}

export function withoutQuery(url: string): string {
  const read = knownUrl(url);
  return read ? read.origin + read.pathname : url;
}

const WORDS_MAX = 100;
const NOBODY = new Set(['ECONNREFUSED', 'ENOTFOUND']);

/** What a receiver said that did not take a webhook, or why it said nothing. */
function wordsOf({ status = 0, response, error }: Attempt): string {
  if (status >= 200 && status < 300) return '';
  if (error !== undefined) return `, ${NOBODY.has(error) ? 'nobody listens there' : oneLine(error, WORDS_MAX)}`;
  return response === undefined ? '' : ` ${JSON.stringify(oneLine(textIn(response), WORDS_MAX))}`;
}

const markOf = ({ fault }: { readonly fault?: string }): string => (fault === undefined ? '' : ` (${fault})`);
