import { about } from '../about.js';
import { host } from '../host/node.js';
import { contractIn } from '../engine/vendor.js';
import { agentsOf, subjectsIn } from '../inspector/agents.js';
import { factsOf } from '../inspector/facts.js';
import { inspectorParts } from '../inspector/file.js';
import { livePage } from '../inspector/page-answer.js';
import { recordingOf } from '../inspector/recording.js';
import { makingOf } from '../inspector/steps.js';
import { inPieces, longJson } from '../pieces.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery, wholeNumber } from './query.js';
import { atRest } from './reads.js';
import { subjectIdIn } from './subjects.js';

/** The page in which people look at a workspace, and what it shows. */
export function inspectorRoutes({ vendors, version }: RouteOptions) {
  return {
    /** Whoever asks for no page reads what this is. */
    page: ({ headers, origin }) => (wantsPage(headers) ? livePage() : about(origin, version, vendors)),
    file: async ({ workspace, query, reader }) => {
      assertQuery(query, { title: 'any' });
      await atRest(workspace.world, reader);
      const page = host.inspectorPage();
      const recording = await recordingOf(workspace, { vendors, version });
      const title = query.get('title') ?? `workspace ${workspace.id}`;
      return {
        status: 200,
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
        pieces: inPieces(inspectorParts(page, { title, recordings: [{ title, recording }] })),
      };
    },
    recording: async ({ workspace, query, reader }) => {
      assertQuery(query, { after: 'any' });
      const after = wholeNumber(query, 'after', 0);
      const settled = await atRest(workspace.world, reader);
      const recording = await recordingOf(workspace, { vendors, version, after });
      return longJson({ ...recording, ...(settled ? {} : { settled }) });
    },
    making: async ({ workspace, query, reader }) => {
      assertQuery(query, {});
      await atRest(workspace.world, reader);
      return longJson(makingOf(workspace, vendors));
    },
    vendors: ({ workspace: { world }, query }) => {
      assertQuery(query, {});
      return json({ vendors: vendors.map(({ name, profile }) => factsOf(profile, contractIn(world, name))) });
    },
    agents: ({ workspace: { world }, query }) => {
      assertQuery(query, { ids: 'any', subject: 'any' });
      const one = subjectIdIn(vendors, world, query);
      const ids = one === undefined ? (query.get('ids')?.split(',') ?? subjectsIn(world.journal.entries())) : [one];
      return longJson({ agents: agentsOf(vendors, world, ids) });
    },
  } satisfies Record<string, ControlHandler>;
}

/** Browsers say that they take HTML; programs do not ask for it. */
export const wantsPage = (headers: Readonly<Record<string, string>>): boolean =>
  (headers['accept'] ?? '').includes('text/html');
