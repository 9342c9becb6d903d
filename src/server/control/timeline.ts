import { LINE_KINDS } from '../../contracts/control/timeline.js';
import type { Entry } from '../engine/journal.js';
import { printEntry, renderEntry } from '../engine/sentences.js';
import { inPieces } from '../pieces.js';
import { shown } from '../renderings.js';
import { type ControlCall, type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery } from './query.js';
import { atRest, jsonOf, PAGING, selectPage } from './reads.js';
import { subjectIdIn } from './subjects.js';

/** The timeline as a list, or as lines for people. */
export function timelineRoutes({ vendors }: RouteOptions) {
  return {
    list: async ({ workspace: { world }, query, headers, reader }: ControlCall) => {
      assertQuery(query, { kind: LINE_KINDS, ...PAGING });
      const settled = await atRest(world, reader);
      const [kind, subject] = [query.get('kind'), subjectIdIn(vendors, world, query)];
      const isShown = (entry: Entry): boolean => isWanted(entry, kind, subject);
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

/** Whether an entry is of this kind and about this agent, where one is asked for. */
export const isWanted = (entry: Entry, kind: string | null, subject: string | undefined): boolean =>
  (kind === null || entry.kind === kind) && (subject === undefined || entry.subject === subject);
