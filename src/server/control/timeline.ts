import { LINE_KINDS } from '../../contracts/control/timeline.js';
import type { Entry } from '../engine/past/journal.js';
import { printEntry, renderEntry } from '../engine/past/sentences.js';
import { inPieces } from '../pieces.js';
import { shown } from '../renderings.js';
import { type ControlCall, type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery, pickQuery, type QueryWords } from './query.js';
import { atRest, jsonOf, PAGING, selectPage } from './reads.js';
import { subjectIdIn } from './subjects.js';

/** The timeline as a list, or as lines for people. */
export function timelineRoutes({ vendors }: RouteOptions) {
  const words = timelineWords(vendors);
  return {
    list: async ({ workspace: { world }, query, headers, reader }: ControlCall) => {
      assertQuery(query, { ...words, ...PAGING });
      const settled = await atRest(world, reader);
      const wanted = { ...pickQuery(query, FILTERS), subject: subjectIdIn(vendors, world, query) };
      const isShown = (entry: Entry): boolean => isWanted(entry, wanted);
      const { items, more } = selectPage((seq) => world.journal.lasting(seq), query, isShown);
      if (!(headers['accept'] ?? '').startsWith('text/plain'))
        return jsonOf(settled, { entries: items.map(renderEntry), more, dropped: world.journal.dropped });
      return {
        status: 200,
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        pieces: inPieces(shown(items, (entry) => printEntry(world, entry))),
      };
    },
  } satisfies Record<string, ControlHandler>;
}

export const FILTERS = ['kind', 'provider'] as const;

/** The words of these filters. */
export const timelineWords = (vendors: RouteOptions['vendors']) =>
  ({ kind: LINE_KINDS, provider: vendors.map(({ name }) => name) }) satisfies QueryWords;

/** Which entries are asked for. */
interface Wanted {
  readonly kind?: string;
  /** Notes, and faults that were applied, are of no vendor. */
  readonly provider?: string;
  readonly subject: string | undefined;
}

export const isWanted = (entry: Entry, { kind, provider, subject }: Wanted): boolean =>
  (kind === undefined || entry.kind === kind) &&
  (provider === undefined || ('provider' in entry && entry.provider === provider)) &&
  (subject === undefined || entry.subject === subject);
