import type { Evidence, Webhook } from '../contract.js';
import { ASSUMED, CODE, RECORDED, WEBHOOKS } from './evidence.js';
import { BACK, BOT_LIFECYCLE } from './lifecycle.js';
import { WEBHOOK_BODIES } from './schemas.js';
import { TRIGGERS, type Trigger } from './vocabulary.js';

const SUMMARIES: Readonly<Record<Trigger, string>> = {
  'bot.state_change': 'A bot has gone from one state to another',
  'transcript.update': 'Somebody has said something, or a caption was corrected',
  'chat_messages.update': 'Somebody has written into the chat',
  'participant_events.join_leave': 'Somebody has come or left',
  'calendar.events_update': 'A sync has changed events',
  'calendar.state_change': 'A calendar was disconnected',
  'async_transcription.state_change': 'An async transcription has begun or is over',
  'zoom_oauth_connection.state_change': 'A Zoom connection broke, or works again',
  'bot_logs.update': "A line in a bot's log",
  'participant_events.speech_start_stop': 'Somebody begins or ceases to speak',
};

/** The states that a bot reaches; it is made in `ready` or `scheduled`. */
const REACHED = [...new Set(Object.values(BOT_LIFECYCLE).map(({ to }) => to))].filter((state) => state !== BACK);

const STATES: Partial<Record<Trigger, readonly string[]>> = {
  'bot.state_change': REACHED,
  'calendar.events_update': ['connected'],
  'calendar.state_change': ['disconnected'],
  'async_transcription.state_change': ['in_progress', 'complete', 'failed'],
  'zoom_oauth_connection.state_change': ['disconnected', 'connected'],
};

/** When an event of a meeting is told. */
const TIMES: Partial<Record<Trigger, readonly Evidence[]>> = {
  'transcript.update': [
    {
      ...CODE,
      note: 'an utterance is told when it is final; who leaves has what was said until then, just before it is out',
    },
    { ...ASSUMED, note: 'the words of an utterance are spread evenly over its time' },
  ],
  'participant_events.join_leave': [
    { ...CODE, note: 'the other bots of a meeting are participants; only the bot itself is left out' },
  ],
  'participant_events.speech_start_stop': [
    { ...ASSUMED, note: 'nobody is told to have ceased by a bot that is out before' },
  ],
};

/** How its client of HTTP writes the path of a URL. */
const CLIENT: Evidence = {
  basis: 'observed',
  source: 'requests 2.32.3 with urllib3 2.2.3',
  date: '2026-11-29',
  note: 'the path and the query of the URL as that client calls them: `%41` is `A`, `[` is `%5B`, `%zz` is `%25zz`, two slashes at the beginning are one',
};

/** Who is the subject of a webhook is asked again at each attempt, too. */
const NAMELESS: Evidence = {
  ...CODE,
  note: 'an attempt after its calendar or connection was deleted names neither: the key, the trigger and the data alone',
};

/** What is asked again at each attempt. */
const ASKED_AGAIN: Evidence = {
  ...CODE,
  note: 'no attempt for a subscription that is no longer active, nor, but for changes of state, about a bot whose data was deleted since',
};

const isOfConnection = (type: Trigger): boolean => /^(calendar|zoom_oauth_connection)\./.test(type);

export const attendeeWebhooks: readonly Webhook[] = TRIGGERS.map((type) => ({
  type,
  summary: SUMMARIES[type],
  body: WEBHOOK_BODIES[type],
  ...(STATES[type] ? { states: STATES[type] } : {}),
  evidence: [
    WEBHOOKS,
    RECORDED,
    ASKED_AGAIN,
    ...(isOfConnection(type) ? [NAMELESS] : []),
    CLIENT,
    ...(TIMES[type] ?? []),
  ],
}));
