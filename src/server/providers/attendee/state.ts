import type { Micros } from '../../../clock/instant.js';
import type {
  BotEventType,
  BotState,
  RecordingState,
  TranscriptionState,
} from '../../../contracts/attendee/vocabulary.js';
import { Collection, type Slice } from '../../engine/records.js';
import type { World } from '../../engine/world.js';
import type { Platform } from '../meeting-url.js';
import type { ProjectWebhook } from './settings.js';

export interface BotEvent {
  readonly type: BotEventType;
  readonly at: Micros;
  readonly sub_type?: string;
}

/** A bot. Plain data. */
export interface Bot {
  readonly id: string;
  /** JSON text, its keys as jsonb orders them; `null` if there is none. */
  metadata: string | null;
  meeting_url: string;
  platform: Platform;
  bot_name: string;
  state: BotState;
  readonly events: BotEvent[];
  transcription_state: TranscriptionState;
  recording_state: RecordingState;
  join_at: Micros | null;
  readonly deduplication_key: string | null;
  readonly webhooks: readonly ProjectWebhook[];
  readonly created_at: Micros;
  /** `zoom_settings.sdk` is `web`: the bot is a browser and waits in no waiting room of the SDK. */
  readonly zoomWeb: boolean;
  /** When its process first said that it is alive. */
  firstHeartbeat: Micros | null;
  /** A recording file has been stored. */
  hasRecordingFile: boolean;
  /** The next step of its life that is planned already. */
  job: number | null;
}

export interface AttendeeSlice extends Slice {
  readonly bots: Collection<Bot>;
}

export const createSlice = (): AttendeeSlice => ({ bots: new Collection<Bot>((bot) => bot.id) });

export const sliceOf = (world: World): AttendeeSlice => world.slice<AttendeeSlice>('attendee');
