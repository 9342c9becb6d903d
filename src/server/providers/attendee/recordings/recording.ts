import type { BotState } from '../../../../contracts/attendee/vocabulary.js';
import { isTerminal } from '../lifecycle.js';
import type { Bot } from '../state.js';
import { seenBy } from './state.js';

/** The effect of a bot's life on its recording and the transcription of it (observed). */

const STILL_PENDING = 'utterances_still_in_progress_when_recording_terminated';

/** The vendor's refusal of a move: a pause needs a recording. */
export function recordingFault(bot: Bot, to: BotState): string | undefined {
  if (to !== 'joined_recording_paused' || bot.recording_state === 'in_progress') return undefined;
  return `Expected exactly one in progress recording for bot ${bot.id} in state ${to}, but found 0`;
}

export function startOrPauseRecording(bot: Bot): void {
  if (bot.state === 'joined_recording' || bot.state === 'connected') bot.recording_state = 'in_progress';
  const pauses = bot.state === 'joined_recording_paused' || bot.state === 'joined_recording_permission_denied';
  if (pauses && bot.recording_state === 'in_progress') bot.recording_state = 'paused';
}

export const isRecording = ({ recording_state }: Bot): boolean =>
  recording_state === 'in_progress' || recording_state === 'paused';

/** At the end of a bot's life: a recording without a file has failed, unless none was wanted. */
export function settleRecording(bot: Bot): void {
  if (!isRecording(bot) || !isTerminal(bot.state)) return;
  const complete = bot.state === 'ended' && (bot.recordingFile !== null || bot.recording.format === 'none');
  bot.recording_state = complete ? 'complete' : 'failed';
}

/** The transcription ends with the recording. Gives the reasons if it has failed. */
export function settleTranscription(bot: Bot): readonly string[] {
  if (bot.transcription_state !== 'in_progress') return [];
  const utterances = seenBy(bot)?.utterances ?? [];
  const reasons = utterances.flatMap(({ failure }) => failure ?? []);
  if (utterances.some(({ transcription, failure }) => transcription === null && failure === null))
    reasons.push(STILL_PENDING);
  bot.transcription_state = reasons.length > 0 ? 'failed' : 'complete';
  return [...new Set(reasons)].sort();
}
