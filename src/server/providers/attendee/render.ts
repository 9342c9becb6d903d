import type { Bot } from './state.js';
import { apiTime } from './times.js';

const text = (value: string | null): string => (value === null ? 'null' : JSON.stringify(value));

/** The bot as answers show it. `metadata` may be given as the client wrote it, for the answers that do not re-read it. */
export function renderBot(bot: Bot, metadata = bot.metadata): string {
  const events = bot.events.map(({ type, at, sub_type }) => {
    const subType = sub_type === undefined ? '' : `,"sub_type":${text(sub_type)}`;
    return `{"type":"${type}","created_at":"${apiTime(at)}"${subType}}`;
  });
  return (
    `{"id":"${bot.id}","metadata":${metadata ?? 'null'},"meeting_url":${text(bot.meeting_url)},"state":"${bot.state}",` +
    `"events":[${events.join(',')}],"transcription_state":"${bot.transcription_state}","recording_state":"${bot.recording_state}",` +
    `"join_at":${bot.join_at === null ? 'null' : `"${apiTime(bot.join_at)}"`},"deduplication_key":${text(bot.deduplication_key)}}`
  );
}
