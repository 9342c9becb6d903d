import type { Micros } from '../../../clock/instant.js';
import type {
  BotEventType,
  BotState,
  RecordingState,
  TranscriptionState,
} from '../../../contracts/attendee/vocabulary.js';
import type { Packed } from '../../engine/packed.js';
import { Collection, type Slice } from '../../engine/records.js';
import type { SubjectState } from '../../engine/vendor.js';
import type { World } from '../../engine/world.js';
import type { Platform } from '../meeting-url.js';
import type { AgentPage } from './bots/agent-page.js';
import type { AutomaticLeave, RecordingSettings } from './bots/settings-fields.js';
import type { Calendar, CalendarEvent } from './calendars/state.js';
import type { Timer } from './jobs.js';
import type { Content } from './recordings/state.js';
import type { ProjectWebhook } from './settings.js';
import type { ZoomConnection, ZoomUpstream } from './zoom/state.js';

export interface BotEvent {
  readonly type: BotEventType;
  /** The state that the event found. */
  readonly from: BotState;
  readonly at: Micros;
  readonly sub_type: string | undefined;
}

/** A bot as it was asked for; an app session is a row of the same table. */
interface BotFacts {
  readonly id: string;
  /** JSON text, its keys as jsonb orders them; `null` if there is none. */
  metadata: string | null;
  meeting_url: string;
  platform: Platform;
  bot_name: string;
  join_at: Micros | null;
  readonly deduplication_key: string | null;
  readonly webhooks: readonly ProjectWebhook[];
  readonly created_at: Micros;
  /** The stream of an app session; `null` for a bot. */
  readonly rtmsStream: string | null;
  /** The calendar event that the bot was made for. */
  readonly calendarEvent: string | null;
  /** `zoom_settings.sdk` is `web`: the bot is a browser and waits in no waiting room of the SDK. */
  readonly zoomWeb: boolean;
  /** The meeting's own captions are transcribed. */
  readonly captions: boolean;
  /** It joins on behalf of a Zoom user, who has to be in the meeting. */
  readonly onBehalf: boolean;
  /** Resources for a voice agent were reserved. */
  readonly voiceAgent: boolean;
  agentPage: AgentPage | null;
  readonly leave: AutomaticLeave;
  /** What it writes when it has joined. */
  readonly chatMessage: string | null;
  recording: RecordingSettings;
  /** How much later than its scenario says it joins in Google Meet, if not just then. */
  meetDelay?: Micros;
}

/** A bot with its life. Plain data. */
export interface Bot extends BotFacts {
  state: BotState;
  events: BotEvent[];
  transcription_state: TranscriptionState;
  recording_state: RecordingState;
  /** The first and the last sign of life of its process, in whole seconds. */
  firstHeartbeat: Micros | null;
  lastHeartbeat: Micros | null;
  /** The recording file, once there is one. */
  recordingFile: RecordingFile | null;
  /** The participants and everything that was said; `null` while there is nothing, packed when the bot is over. */
  content: Content | Packed<Content> | null;
  /** A scenario plays it: steps that nobody does by hand happen by themselves. */
  played: boolean;
  /** The next step of its life that is planned already. */
  job: number | null;
  /** The join_at with which the scheduler's poll has picked it for the launch. */
  picked: Micros | null;
  /** When its process begins to work, if not with its life. */
  upFrom?: Micros;
  /** The jobs of its automatic leave timers, by timer. */
  timers: Partial<Record<Timer, number | undefined>>;
}

export interface RecordingFile {
  readonly name: string;
  readonly start_timestamp_ms: number | null;
  /** It has no bytes. */
  readonly empty?: boolean;
  /** From when the store has it no more. */
  readonly expires?: Micros;
}

export interface AttendeeSlice extends Slice {
  readonly bots: Collection<Bot>;
  /** Which bot holds a deduplication key. */
  readonly keys: Collection<{ readonly key: string; readonly bot: string }>;
  readonly calendars: Collection<Calendar>;
  readonly calendarEvents: Collection<CalendarEvent>;
  readonly zoomConnections: Collection<ZoomConnection>;
  /** How many bots count against the limit. */
  active: number;
  /** The instants of the POSTs in the rolling window. */
  readonly posts: Micros[];
  /** Credits used up so far, in hundredths. */
  charged: number;
  /** Changes of the dashboard. */
  project: ProjectChanges;
  /** Zoom's answers to the next authorizations. */
  upstream: ZoomUpstream;
  /** Bots whose processes answer no commands. */
  readonly silentProcesses: Record<string, true>;
}

export interface ProjectChanges {
  readonly credits?: number;
  readonly concurrent_bots_limit?: number;
  readonly api_key_enabled?: boolean;
  readonly project_webhook_active?: boolean;
}

export const createState = (): AttendeeSlice => ({
  bots: new Collection<Bot>((bot) => bot.id),
  keys: new Collection<{ readonly key: string; readonly bot: string }>(({ key }) => key),
  calendars: new Collection<Calendar>((calendar) => calendar.id),
  calendarEvents: new Collection<CalendarEvent>((event) => event.id),
  zoomConnections: new Collection<ZoomConnection>((connection) => connection.id),
  active: 0,
  posts: [],
  charged: 0,
  project: {},
  upstream: { exchange: 'fail', user: 'fail' },
  silentProcesses: {},
});

/** See {@link VendorRuntime.bookkeeping}. */
export const BOOKKEEPING = ['keys', 'active', 'posts', 'job', 'timers', 'picked', 'upFrom', 'unsynced'];

export const sliceOf = (world: World): AttendeeSlice => world.slice<AttendeeSlice>('attendee');

/** Finds a bot by its id, or by its deduplication key: the last one that had it. */
export function findSubject(
  world: World,
  reference: string | Readonly<Record<string, string>>,
): SubjectState | undefined {
  const { bots } = sliceOf(world);
  if (typeof reference === 'string') return stateOf(bots.get(reference));
  const key = reference['deduplication_key'];
  return stateOf(
    [...bots.values()].findLast(({ deduplication_key }) => deduplication_key !== null && deduplication_key === key),
  );
}

const stateOf = (bot: Bot | undefined): SubjectState | undefined => bot && { id: bot.id, state: bot.state };

/** The project's id, as it stands in links to the dashboard: one of its own for each key. */
export const projectId = (apiKey: string): string =>
  `proj_${Buffer.from(apiKey)
    .toString('hex')
    .replace(/[^a-z0-9]/g, '')
    .padEnd(16, '0')
    .slice(0, 16)}`;
