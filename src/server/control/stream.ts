import { after, monotonic } from '../../clock/real-time.js';
import type { Entry } from '../engine/past/journal.js';
import { printEntry, renderEntry } from '../engine/past/sentences.js';
import type { World } from '../engine/world.js';
import { UNREAD_MS, type Outlet, type StreamReply } from '../streams.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { ControlHandler, RouteOptions } from './call.js';
import { assertQuery, pickQuery, wholeNumber } from './query.js';
import { subjectId, subjectIn } from './subjects.js';
import { FILTERS, isWanted, timelineWords } from './timeline.js';

const KEEP_ALIVE_MS = 15_000;
/** Strangers have nobody's turn taken more often. */
const SHORTEST_KEEP_ALIVE_MS = 1000;
/** Real milliseconds between looks at an entry that is under way, and for which the entries behind it wait. */
const LOOK_MS = 25;
const PATIENCE_MS = 5000;
/** So many entries are written in one turn of the event loop. */
const ENTRIES_A_TURN = 1000;

/** The timeline as it happens. An open stream is no work in hand: it never keeps time from moving. */
export function streamRoutes({ vendors }: RouteOptions) {
  const words = timelineWords(vendors);
  return {
    follow: ({ workspace, query, headers }): StreamReply => {
      assertQuery(query, { ...words, subject: 'any', after: 'any', keep_alive: 'any', world: 'any' });
      const resumed = /^\d{1,15}$/.exec(headers['last-event-id'] ?? '')?.[0];
      const since = wholeNumber(query, 'after', workspace.world.journal.lastSeq);
      const { worldName } = workspace.followers;
      const keepAlive = wholeNumber(query, 'keep_alive', KEEP_ALIVE_MS);
      const [wanted, subject] = [pickQuery(query, FILTERS), subjectIn(vendors, query)];
      const form = (headers['accept'] ?? '').startsWith('text/plain') ? LINES : EVENTS;
      // The name of an agent is looked up for each entry: the agent may come later.
      const idNow = (): string | undefined => subject && subjectId(vendors, workspace.world, subject);
      return {
        status: 200,
        headers: {
          'Content-Type': form.type,
          'Cache-Control': 'no-store',
          'X-Accel-Buffering': 'no',
          'Greenroom-World': worldName,
        },
        open: (outlet) =>
          follow(workspace, outlet, {
            form,
            since: resumed === undefined ? since : Number(resumed),
            keepAlive: Math.max(keepAlive, workspace.terms ? SHORTEST_KEEP_ALIVE_MS : 1),
            isOfAnother:
              (query.get('world') ?? worldName) !== worldName || Number(resumed ?? 0) > workspace.world.journal.lastSeq,
            isWanted: (entry) => isWanted(entry, { ...wanted, subject: idNow() }),
          }),
      };
    },
  } satisfies Record<string, ControlHandler>;
}

/** What a stream is written in. */
interface Form {
  readonly type: string;
  readonly greeting: string;
  readonly keepAlive: string;
  readonly renewed: string;
  readonly entry: (world: World, entry: Entry) => string;
}

/** For programs. */
const EVENTS: Form = {
  type: 'text/event-stream',
  greeting: ': the timeline of greenroom\n\n',
  keepAlive: ': keep-alive\n\n',
  renewed: 'event: renewed\ndata: {}\n\n',
  entry: (_, entry) => `id: ${entry.seq}\ndata: ${JSON.stringify(renderEntry(entry))}\n\n`,
};

/** For people. */
export const LINES: Form = {
  type: 'text/plain; charset=utf-8',
  greeting: '',
  keepAlive: '',
  renewed: '(the workspace was reset, restored or rewound)\n',
  entry: printEntry,
};

interface Following {
  readonly form: Form;
  /** The number of the last entry that the client has. */
  readonly since: number;
  /** Real milliseconds. */
  readonly keepAlive: number;
  /** What the client has is of another world, such as that of a server which was here before. */
  readonly isOfAnother?: boolean;
  readonly isWanted: (entry: Entry) => boolean;
}

/**
 * Writes each entry once it is complete, in the order of their numbers and at the pace of the reader, until the returned
 * function is called. A reader that does not read is cut off, and may resume.
 */
export function follow(
  workspace: Workspace,
  { write, isFull, end, cut }: Outlet,
  { form, since, keepAlive: period, isOfAnother = false, isWanted }: Following,
): () => void {
  /** The number of the last entry that is dealt with. */
  let told = isOfAnother ? workspace.world.journal.lastSeq : Math.min(since, workspace.world.journal.lastSeq);
  /** Since when the entry after it waits. */
  let toldAt = monotonic();
  let stopLooking: (() => void) | undefined;

  const flush = (): void => {
    const waited = (): number => monotonic() - toldAt;
    let written = 0;
    for (const entry of workspace.world.journal.entries(told)) {
      // A long past is written in many turns: others are served in between, and the reader begins to read.
      if (written++ === ENTRIES_A_TURN) return lookIn(0);
      if (isUnderWay(entry) && waited() < PATIENCE_MS) return lookIn(LOOK_MS);
      if (isFull()) return waited() < UNREAD_MS ? lookIn(LOOK_MS) : cut();
      if (isWanted(entry)) write(form.entry(workspace.world, entry));
      told = entry.seq;
      toldAt = monotonic();
    }
  };
  const lookIn = (milliseconds: number): void => {
    stopLooking ??= after(milliseconds, () => {
      stopLooking = undefined;
      flush();
    });
  };
  const keepAlive = (): void => {
    if (!isFull()) write(form.keepAlive);
    stopKeepAlive = after(period, keepAlive);
  };

  write(form.greeting);
  if (isOfAnother) write(form.renewed);
  let stopKeepAlive = after(period, keepAlive);
  flush();
  const leave = workspace.follow({
    entry: ({ seq }) => {
      if (seq === told + 1) toldAt = monotonic();
      // A line is complete only when the code that writes it has run.
      lookIn(0);
    },
    renewed: () => {
      told = workspace.world.journal.lastSeq;
      write(form.renewed);
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
