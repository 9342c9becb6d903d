/** Every shape of the API, by the name that exported documents give it. */
export { AppSession, Bot, BotPage } from './schemas/bots.js';
export {
  Calendar,
  CalendarEventPage,
  CalendarPage,
  ZoomConnection,
  ZoomConnectionPage,
} from './schemas/connections.js';
export {
  AsyncTranscription,
  ChatMessagePage,
  ParticipantEventPage,
  ParticipantPage,
  Recording,
  Transcript,
} from './schemas/content.js';
export * from './schemas/errors.js';
export * from './schemas/requests.js';
export { WEBHOOK_BODIES } from './schemas/webhooks.js';
