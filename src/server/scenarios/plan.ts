import type { Micros } from '../../clock/instant.js';
import type {
  Crash,
  JoinFailure,
  LeaveReason,
  PartFields,
  RecordingRefusal,
  ScenarioFile,
  TranscriptionFailure,
} from '../../contracts/control/scenario.js';
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
  | { readonly what: 'logs'; readonly level: string; readonly entry: string; readonly message: string }
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
}

/** One agent's plan: what the scenario says of all, and what it says of this one instead. */
export function prepareAgentPlan(file: ScenarioFile, own: PartFields, at: string, reader: PlanReader): AgentPlan {
  const { fail, person } = reader;
  const length = (value: string | number, pointer: string): Micros => duration(fail, value, pointer);
  const base = <K extends keyof PartFields>(name: K) => (own[name] === undefined ? `/${name}` : `${at}/${name}`);
  const joining = own.joining ?? file.joining;
  const lobby = own.lobby ?? file.lobby ?? {};
  const recording = own.recording ?? file.recording ?? {};
  const artefacts = own.artefacts ?? file.artefacts ?? {};
  const { admitted, denied } = lobby;
  const inLobby = base('lobby');
  if (denied && admitted !== undefined && admitted !== 'never')
    fail({ pointer: `${inLobby}/admitted`, expected: 'nothing beside "denied"', was: JSON.stringify(admitted) });
  const [transcript, audio, video] = (['transcript', 'audio', 'video'] as const).map((name) =>
    artefactPlanOf(artefacts[name], `${base('artefacts')}/${name}`, length),
  ) as [ArtefactPlan, ArtefactPlan, ArtefactPlan];
  return {
    joinFails: joining
      ? { reason: joining.fails, after: length(joining.after ?? 0, `${base('joining')}/after`) }
      : null,
    lobbyReached: length(lobby.reached?.after ?? DEFAULTS.lobbyReached, `${inLobby}/reached/after`),
    admitted:
      admitted === 'never' || denied ? null : length(admitted?.after ?? DEFAULTS.admitted, `${inLobby}/admitted/after`),
    denied: denied
      ? {
          after: length(denied.after, `${inLobby}/denied/after`),
          by: denied.by === undefined ? null : person(denied.by, `${inLobby}/denied/by`),
        }
      : null,
    recordingAllowed: recording.denied
      ? null
      : length(recording.allowed?.after ?? DEFAULTS.recordingAllowed, `${base('recording')}/allowed/after`),
    recordingDenied: length(recording.denied?.after ?? 0, `${base('recording')}/denied/after`),
    refusal: recording.because ?? 'host',
    stuck: (own.leaving ?? file.leaving) === 'stuck',
    events: eventsOf(file, own, base, reader),
    artefactsReady: length(artefacts.ready?.after ?? DEFAULTS.artefactsReady, `${base('artefacts')}/ready/after`),
    simple: (['transcript', 'audio', 'video'] as const).every((name) => artefacts[name] === undefined),
    transcript: { ...transcript, fails: failureOf(artefacts.transcript) },
    audio,
    video,
  };
}

type Artefact = NonNullable<PartFields['artefacts']>['audio' | 'transcript'];

const failureOf = (given: Artefact): TranscriptionFailure | null =>
  typeof given === 'object' && 'fails' in given ? ((given.fails as TranscriptionFailure | undefined) ?? null) : null;

function artefactPlanOf(
  given: Artefact,
  pointer: string,
  length: (value: string | number, at: string) => Micros,
): ArtefactPlan {
  if (given === undefined) return { what: 'ready', late: null, expires: null };
  if (typeof given === 'string') return { what: given, late: null, expires: null };
  const { late, expires } = given;
  return {
    what: 'ready',
    late: late === undefined ? null : length(late, `${pointer}/late`),
    expires: expires === undefined ? null : length(expires, `${pointer}/expires`),
  };
}

function eventsOf(
  file: ScenarioFile,
  own: PartFields,
  base: (name: keyof PartFields) => string,
  { timetable, person }: PlanReader,
): AgentEvent[] {
  const events: AgentEvent[] = [];
  const crash = own.crash ?? file.crash;
  const removed = own.removed ?? file.removed;
  const leaves = own.leaves ?? file.leaves;
  const { withdrawn, restored } = own.recording ?? file.recording ?? {};
  if (withdrawn) {
    const due = timetable.due(withdrawn, `${base('recording')}/withdrawn`, 'recording');
    events.push({ what: 'withdrawn', due });
    if (restored) {
      const next = timetable.due(restored, `${base('recording')}/restored`, 'recording');
      const counts = restored.after !== undefined && restored.of === undefined;
      events.push({ what: 'restored', due: counts ? { ...due, offset: due.offset + next.offset } : next });
    }
  }
  if (crash) events.push({ what: 'crash', how: crash.how, due: timetable.due(crash, base('crash'), 'admitted') });
  if (leaves)
    events.push({
      what: 'leaves',
      because: leaves.because,
      due: timetable.due(leaves, base('leaves'), 'admitted'),
    });
  if (removed) {
    const by = removed.by === undefined ? null : person(removed.by, `${base('removed')}/by`);
    events.push({ what: 'removed', by, due: timetable.due(removed, base('removed'), 'admitted') });
  }
  file.attendee?.logs?.forEach(({ level = 'info', entry_type = 'uncategorized', message, ...moment }, i) => {
    const due = timetable.due(moment, `/attendee/logs/${i}`, 'admitted');
    events.push({ what: 'logs', level, entry: entry_type, message, due });
  });
  return events;
}
