import type { Answer } from '../engine/deliveries/attempt.js';
import { exchange } from '../engine/deliveries/exchange.js';
import type { World } from '../engine/world.js';

/** Something of the app's that the vendor's own side fetches. */
export interface Fetched {
  readonly provider: string;
  readonly subject: string;
  readonly url: string;
  /** What it is: `image`. */
  readonly kind: string;
  /** The kind of media that is asked for, such as `image/*`; with `strictly`, nothing else is right. */
  readonly accept: string;
  readonly strictly?: boolean;
  /** The pointer of the field that named it. */
  readonly pointer: string;
  readonly expected: string;
}

/** Real milliseconds; the world stands still meanwhile. */
const GUARD_MS = 3000;

/** Fetches it, and says in the journal what came of it: nothing else follows (assumed), but somebody should know. */
export function fetchAndNote(world: World, what: Fetched): void | Promise<void> {
  const { provider, subject, url, kind, accept, strictly, pointer, expected } = what;
  const destination = world.transport.destinationOf(url);
  const noteCaptured = (reason: string): void => world.note(kind, subject, `the ${kind} is not fetched: ${reason}`);
  if (destination.kind === 'captured') return noteCaptured(destination.reason);
  const message = { method: 'GET', headers: { Accept: accept }, body: '' } as const;
  return exchange(world, { id: `${subject}/${kind}`, destination, message, guardMs: GUARD_MS }, (answer) => {
    if (answer.outcome === 'captured') return noteCaptured(answer.error ?? '');
    const was = faultOf(answer, strictly ? accept : undefined);
    if (was === undefined) return world.note(kind, subject, `the ${kind} is fetched`);
    const where = `${pointer.slice(1).replaceAll('/', '.')} `;
    world.violation(provider, where, subject, { rule: 'unreachable-url', severity: 'error', pointer, expected, was });
  });
}

function faultOf({ status, outcome, type = '' }: Answer, wanted: string | undefined): string | undefined {
  if (status === undefined) return `no answer (${outcome})`;
  if (wanted === undefined ? status < 200 || status > 299 : status !== 200) return `status ${status}`;
  if (wanted === undefined || type.split(';')[0]!.trim().toLowerCase() === wanted) return undefined;
  return type === '' ? 'a page without a content type' : type;
}
