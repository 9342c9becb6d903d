import { after, monotonic } from '../../clock/real-time.js';
import { ENTRY_KINDS, renderEntry, type Entry } from '../engine/journal.js';
import type { Outlet, StreamReply } from '../http.js';
import type { Workspace } from '../workspace.js';
import type { ControlHandler, RouteOptions } from './call.js';
import { assertQuery, wholeNumber } from './query.js';
import { subjectId, subjectIn } from './subjects.js';
import { isWanted } from './timeline.js';

const KEEP_ALIVE_MS = 15_000;
/** Real milliseconds between looks at an entry that is under way, and for which the entries behind it wait. */
const LOOK_MS = 25;
const PATIENCE_MS = 5000;

/** The timeline as it happens. An open stream is no work in hand: it never keeps time from moving. */
export function streamRoutes({ vendors }: RouteOptions) {
  return {
    follow: ({ workspace, query, headers }): StreamReply => {
      assertQuery(query, { kind: ENTRY_KINDS, subject: 'any', after: 'any', keep_alive: 'any' });
      const resumed = /^\d{1,15}$/.exec(headers['last-event-id'] ?? '')?.[0];
      const since = wholeNumber(query, 'after', workspace.world.journal.lastSeq);
      const keepAlive = wholeNumber(query, 'keep_alive', KEEP_ALIVE_MS);
      const [kind, subject] = [query.get('kind'), subjectIn(vendors, query)];
      // The name of an agent is looked up for each entry: the agent may come later.
      const idNow = (): string | undefined => subject && subjectId(vendors, workspace.world, subject);
      return {
        status: 200,
        headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
        open: (outlet) =>
          follow(workspace, outlet, {
            since: resumed === undefined ? since : Number(resumed),
            keepAlive: Math.max(keepAlive, 1),
            isWanted: (entry) => isWanted(entry, kind, idNow()),
          }),
      };
    },
  } satisfies Record<string, ControlHandler>;
}

interface Following {
  /** The number of the last entry that the client has. */
  readonly since: number;
  /** Real milliseconds. */
  readonly keepAlive: number;
  readonly isWanted: (entry: Entry) => boolean;
}

/** Writes each entry once it is complete, in the order of their numbers, until the returned function is called. */
function follow(
  workspace: Workspace,
  { write, end }: Outlet,
  { since, keepAlive: period, isWanted }: Following,
): () => void {
  let held: Entry[] = [];
  /** Since when the first of them is waited for. */
  let heldSince = monotonic();
  let stopLooking: (() => void) | undefined;

  const flush = (): void => {
    const first = held.findIndex(isUnderWay);
    const isLate = first === 0 && monotonic() - heldSince > PATIENCE_MS;
    const ready = first < 0 || isLate ? held : held.slice(0, first);
    held = held.slice(ready.length);
    for (const entry of ready) if (isWanted(entry)) write(eventOf(entry));
    if (ready.length > 0) heldSince = monotonic();
    if (held.length > 0) lookIn(LOOK_MS);
  };
  const lookIn = (milliseconds: number): void => {
    stopLooking ??= after(milliseconds, () => {
      stopLooking = undefined;
      flush();
    });
  };
  const keepAlive = (): void => {
    write(': keep-alive\n\n');
    stopKeepAlive = after(period, keepAlive);
  };

  write(': the timeline of greenroom\n\n');
  let stopKeepAlive = after(period, keepAlive);
  held = [...workspace.world.journal.entries()].filter(({ seq }) => seq > since);
  flush();
  const leave = workspace.follow({
    entry: (entry) => {
      held.push(entry);
      // A line is complete only when the code that writes it has run.
      if (held.length === 1) heldSince = monotonic();
      lookIn(0);
    },
    renewed: () => {
      held = [];
      write('event: renewed\ndata: {}\n\n');
    },
    ended: end,
  });
  return () => {
    leave();
    stopKeepAlive();
    stopLooking?.();
  };
}

/** A call without its answer, or a delivery without its outcome. */
const isUnderWay = (entry: Entry): boolean =>
  (entry.kind === 'request' && entry.status === null) || (entry.kind === 'delivery' && entry.outcome === null);

const eventOf = (entry: Entry): string => `id: ${entry.seq}\ndata: ${JSON.stringify(renderEntry(entry))}\n\n`;
