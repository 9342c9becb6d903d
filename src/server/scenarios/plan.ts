import type { Micros } from '../../clock/instant.js';
import type {
  Crash,
  JoinFailure,
  LeaveReason,
  AgentFields,
  RecordingRefusal,
  ScenarioFile,
  TranscriptionFailure,
} from '../../contracts/control/scenario.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { Presence } from './presence.js';
import { duration, type Due, type Fail, type Timetable } from './timetable.js';

/** What becomes of one thing that an agent brings back. */
export interface ArtefactPlan {
  readonly what: 'ready' | 'missing' | 'empty';
  /** From the agent's leaving, if it comes later than the rest. */
  readonly late: Micros | null;
  /** From when it is ready. */
  readonly expires: Micros | null;
}

/** Something that befalls an agent at a moment of its own. */
export type AgentEvent = { readonly due: Due } & (
  | { readonly what: 'crash'; readonly how: Crash }
  | { readonly what: 'removed'; readonly by: string | null }
  | { readonly what: 'leaves'; readonly because: LeaveReason }
  | { readonly what: 'withdrawn' | 'restored' }
  | { readonly what: 'vendor'; readonly vendor: string; readonly event: Readonly<Record<string, unknown>> }
);

/** What befalls one agent: as all, or as the first, the second, … */
export interface AgentPlan {
  readonly joinFails: { readonly after: Micros; readonly reason: JoinFailure } | null;
  readonly lobbyReached: Micros;
  /** From the lobby; `null`: nobody ever admits it. */
  readonly admitted: Micros | null;
  readonly denied: { readonly after: Micros; readonly by: string | null } | null;
  /** From the admission; `null` if it is denied. */
  readonly recordingAllowed: Micros | null;
  readonly recordingDenied: Micros;
  readonly refusal: RecordingRefusal;
  readonly stuck: boolean;
  readonly events: readonly AgentEvent[];
  /** From its leaving. */
  readonly artefactsReady: Micros;
  /** Nothing is missing, late or expires. */
  readonly simple: boolean;
  readonly transcript: ArtefactPlan & { readonly fails: TranscriptionFailure | null };
  readonly audio: ArtefactPlan;
  readonly video: ArtefactPlan;
}

const DEFAULTS = { lobbyReached: '1s', admitted: '3s', recordingAllowed: '1s', artefactsReady: '30s' };

interface PlanReader {
  readonly fail: Fail;
  readonly timetable: Timetable;
  /** A participant's id, if it is one. */
  readonly person: (id: string, pointer: string) => string;
  readonly presence: Presence;
  readonly vendors: readonly VendorProfile[];
}

/** The block of a vendor in a file. */
export const vendorBlock = (file: ScenarioFile, vendor: string): Readonly<Record<string, unknown>> | undefined =>
  (file as Readonly<Record<string, unknown>>)[vendor] as Readonly<Record<string, unknown>> | undefined;

/** A block of a file: what it says of this agent, or else of all, and where it says so. */
type BlockOf = <K extends keyof AgentFields>(name: K) => { readonly block: AgentFields[K]; readonly at: string };

/** One agent's plan: what the scenario says of all, and what it says of this one instead. */
export function prepareAgentPlan(file: ScenarioFile, own: AgentFields, at: string, reader: PlanReader): AgentPlan {
  const blockOf: BlockOf = (name) =>
    own[name] === undefined ? { block: file[name], at: `/${name}` } : { block: own[name], at: `${at}/${name}` };
  return {
    ...arrivalOf(blockOf, reader),
    ...recordingOf(blockOf, reader),
    ...artefactsOf(blockOf, reader),
    stuck: blockOf('leaving').block === 'stuck',
    events: [...recordingEvents(blockOf, reader), ...leavingEvents(blockOf, reader), ...vendorEvents(file, reader)],
  };
}

type Arrival = Pick<AgentPlan, 'joinFails' | 'lobbyReached' | 'admitted' | 'denied'>;

function arrivalOf(blockOf: BlockOf, { fail, person }: PlanReader): Arrival {
  const { block: joining, at: joiningAt } = blockOf('joining');
  const { block: lobby = {}, at } = blockOf('lobby');
  const { reached, admitted, denied } = lobby;
  const length = (value: string | number, pointer: string): Micros => duration(fail, value, `${at}/${pointer}/after`);
  if (denied && admitted !== undefined && admitted !== 'never')
    fail({ pointer: `${at}/admitted`, expected: 'nothing beside "denied"', was: JSON.stringify(admitted) });
  return {
    joinFails: joining
      ? { reason: joining.fails, after: duration(fail, joining.after ?? 0, `${joiningAt}/after`) }
      : null,
    lobbyReached: length(reached?.after ?? DEFAULTS.lobbyReached, 'reached'),
    admitted: admitted === 'never' || denied ? null : length(admitted?.after ?? DEFAULTS.admitted, 'admitted'),
    denied: denied
      ? {
          after: length(denied.after, 'denied'),
          by: denied.by === undefined ? null : person(denied.by, `${at}/denied/by`),
        }
      : null,
  };
}

type Recording = Pick<AgentPlan, 'recordingAllowed' | 'recordingDenied' | 'refusal'>;

function recordingOf(blockOf: BlockOf, { fail }: PlanReader): Recording {
  const { block: { allowed, denied, because = 'host' } = {}, at } = blockOf('recording');
  return {
    recordingAllowed: denied
      ? null
      : duration(fail, allowed?.after ?? DEFAULTS.recordingAllowed, `${at}/allowed/after`),
    recordingDenied: duration(fail, denied?.after ?? 0, `${at}/denied/after`),
    refusal: because,
  };
}

type Artefacts = Pick<AgentPlan, 'artefactsReady' | 'simple' | 'transcript' | 'audio' | 'video'>;

function artefactsOf(blockOf: BlockOf, { fail }: PlanReader): Artefacts {
  const { block = {}, at } = blockOf('artefacts');
  const planOf = (name: 'transcript' | 'audio' | 'video'): ArtefactPlan =>
    artefactPlanOf(block[name], `${at}/${name}`, fail);
  return {
    artefactsReady: duration(fail, block.ready?.after ?? DEFAULTS.artefactsReady, `${at}/ready/after`),
    simple: block.transcript === undefined && block.audio === undefined && block.video === undefined,
    transcript: { ...planOf('transcript'), fails: failureOf(block.transcript) },
    audio: planOf('audio'),
    video: planOf('video'),
  };
}

type Artefact = NonNullable<AgentFields['artefacts']>['audio' | 'transcript'];

const failureOf = (given: Artefact): TranscriptionFailure | null =>
  typeof given === 'object' && 'fails' in given ? ((given.fails as TranscriptionFailure | undefined) ?? null) : null;

function artefactPlanOf(given: Artefact, pointer: string, fail: Fail): ArtefactPlan {
  if (given === undefined) return { what: 'ready', late: null, expires: null };
  if (typeof given === 'string') return { what: given, late: null, expires: null };
  const { late, expires } = given;
  return {
    what: 'ready',
    late: late === undefined ? null : duration(fail, late, `${pointer}/late`),
    expires: expires === undefined ? null : duration(fail, expires, `${pointer}/expires`),
  };
}

function recordingEvents(blockOf: BlockOf, { timetable }: PlanReader): AgentEvent[] {
  const { block: { withdrawn, restored } = {}, at } = blockOf('recording');
  if (!withdrawn) return [];
  const due = timetable.due(withdrawn, `${at}/withdrawn`, 'recording');
  if (!restored) return [{ what: 'withdrawn', due }];
  const next = timetable.due(restored, `${at}/restored`, 'recording');
  const counts = restored.after !== undefined && restored.of === undefined;
  return [
    { what: 'withdrawn', due },
    { what: 'restored', due: counts ? { ...due, offset: due.offset + next.offset } : next },
  ];
}

function leavingEvents(blockOf: BlockOf, reader: PlanReader): AgentEvent[] {
  const { timetable } = reader;
  const { block: crash, at: crashAt } = blockOf('crash');
  const { block: leaves, at: leavesAt } = blockOf('leaves');
  return [
    ...(crash ? [{ what: 'crash', how: crash.how, due: timetable.due(crash, crashAt, 'admitted') } as const] : []),
    ...(leaves
      ? [{ what: 'leaves', because: leaves.because, due: timetable.due(leaves, leavesAt, 'admitted') } as const]
      : []),
    ...removal(blockOf, reader),
  ];
}

function removal(blockOf: BlockOf, { timetable, presence, person }: PlanReader): AgentEvent[] {
  const { block: removed, at: pointer } = blockOf('removed');
  if (!removed) return [];
  const by = removed.by === undefined ? null : person(removed.by, `${pointer}/by`);
  const due = timetable.due(removed, pointer, 'admitted');
  if (by !== null) presence.assertThereIfKnown(by, due, { moment: removed, pointer });
  return [{ what: 'removed', by, due }];
}

/** Events of the vendors' own blocks. */
const vendorEvents = (file: ScenarioFile, { timetable, vendors }: PlanReader): AgentEvent[] =>
  vendors.flatMap(({ name, scenario }) =>
    (scenario.events?.(vendorBlock(file, name) ?? {}) ?? []).map(({ at, pointer, event }) => ({
      what: 'vendor' as const,
      vendor: name,
      event,
      due: timetable.due(at, `/${name}${pointer}`, 'admitted'),
    })),
  );
