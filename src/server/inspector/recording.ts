import { formatInstant } from '../../clock/instant.js';
import { RECORDING_FORMAT, type Recording } from '../../contracts/control/recording.js';
import type { Vendor } from '../providers/provider.js';
import type { Workspace } from '../workspace.js';
import { renderEntry } from '../engine/sentences.js';
import { agentsOf, subjectsIn } from './agents.js';
import { loadDoctor } from './doctor.js';
import { factsOf } from './facts.js';
import { renderDelivery, renderFault, renderRequest, shown } from '../renderings.js';
import { explainRefused } from './signature.js';
import { makingOf } from './steps.js';

type List = 'entries' | 'requests' | 'deliveries';

/** A recording whose lists are read when they are written. */
export type LongRecording = Omit<Recording, List> & Readonly<Record<List, Iterable<unknown>>>;

export interface RecordingOptions {
  readonly vendors: readonly Vendor[];
  readonly version: string;
}

const JOBS_SHOWN = 100;

/** A workspace with all that happened in it: what leaves greenroom has no secrets. */
export async function recordingOf(workspace: Workspace, options: RecordingOptions): Promise<LongRecording> {
  // Nothing may happen between two parts of a recording.
  const diagnose = await loadDoctor();
  const { world } = workspace;
  const signatures = explainRefused(world, options.vendors, diagnose);
  const agents = agentsOf(options.vendors, world, subjectsIn(world.journal.entries()));
  return {
    ...headOf(workspace, options),
    agents,
    made: makingOf(workspace, options.vendors),
    signatures,
    entries: shown(world.journal.entries(), renderEntry),
    requests: shown(world.requests.values(), renderRequest(world)),
    deliveries: shown(world.outbox.values(), renderDelivery),
  };
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
    vendors: vendors.map(({ profile }) => factsOf(profile)),
    faults: world.faults.list().map(renderFault),
    dropped: world.journal.dropped,
  } satisfies Partial<Recording>;
}
