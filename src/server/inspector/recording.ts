import { formatInstant } from '../../clock/instant.js';
import { RECORDING_FORMAT, type Recording } from '../../contracts/control/recording.js';
import type { Lasting } from '../../json-pieces.js';
import type { Delivery } from '../engine/deliveries/outbox.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import type { Workspace } from '../workspaces/workspace.js';
import { renderEntry } from '../engine/past/sentences.js';
import { contractIn } from '../engine/vendor.js';
import { agentsOf, subjectsIn } from './agents.js';
import { calendarPlanOf, PLAN_LIMIT } from './calendars.js';
import { loadDoctor } from './doctor.js';
import { factsOf } from './facts.js';
import { renderDelivery, renderFault, renderRequest } from '../renderings.js';
import { makingOf, type Making } from './steps.js';

type List = 'entries' | 'requests' | 'deliveries';

/** A recording whose lists are read when they are written. */
export type LongRecording = Omit<Recording, List | 'made'> &
  Readonly<Record<List, Iterable<unknown>>> & { readonly made: Making };

export interface RecordingOptions {
  readonly vendors: readonly Vendor[];
  readonly version: string;
  /** What came after this line alone; 0 for all of it. */
  readonly after?: number;
}

const JOBS_SHOWN = 100;

/** A workspace with all that happened in it: what leaves greenroom has no secrets. */
export async function recordingOf(workspace: Workspace, options: RecordingOptions): Promise<LongRecording> {
  // Nothing may happen between two parts of a recording.
  const [doctor, { explainFirst }] = await Promise.all([loadDoctor(), import('./signature.js')]);
  const { world } = workspace;
  const { vendors, after = 0 } = options;
  const deliveries = deliveriesAfter(world, after);
  const made = makingOf(workspace, vendors);
  return {
    ...headOf(workspace, options),
    agents: agentsOf(vendors, world, subjectsIn(world.journal.entries(after))),
    calendar: calendarPlanOf(world, vendors, PLAN_LIMIT),
    made: after === 0 ? made : { ...made, steps: [], lost: beginsAfter(after) },
    signatures: explainFirst(world, { vendors, deliveries, doctor }),
    entries: world.journal.lasting(after).map(renderEntry),
    requests: world.requests.lasting(after).map(renderRequest(world, vendors)),
    deliveries: deliveries.map(renderDelivery),
  };
}

const beginsAfter = (line: number): string =>
  `This recording begins after line ${line} of its world, and has nothing of what was before.`;

/** Those of which something happened after a line: webhooks without an attempt if they were made since. */
function deliveriesAfter(world: World, after: number): Lasting<Delivery> {
  const all = world.outbox.lasting();
  if (after === 0) return all;
  const since = world.journal.entries(after).next().value?.at ?? Number.POSITIVE_INFINITY;
  return all.filter(({ attempts, created_at: made }) => {
    const last = attempts.at(-1);
    return last ? last.seq > after : made >= since;
  });
}

/** What of a recording takes no longer where much has happened. */
function headOf(workspace: Workspace, { vendors, version }: RecordingOptions) {
  const { id, strict, world } = workspace;
  const { clock, seed, scenario } = world;
  return {
    recording: RECORDING_FORMAT,
    greenroom: version,
    workspace: { id, seed, scenario, strict },
    clock: {
      now: formatInstant(clock.now()),
      mode: clock.mode,
      speed: clock.speed,
      pending: clock.pending(JOBS_SHOWN).map((job) => world.describeJob(job)),
    },
    vendors: vendors.map(({ name, profile }) => factsOf(profile, contractIn(world, name))),
    faults: world.faults.list().map(renderFault),
    dropped: world.journal.dropped,
  } satisfies Partial<Recording>;
}
