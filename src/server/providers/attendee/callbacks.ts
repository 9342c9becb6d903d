import { createHmac } from 'node:crypto';
import type { BotEventType, BotState, Trigger } from '../../../contracts/attendee/vocabulary.js';
import type { Dialect } from '../../engine/part.js';
import type { World } from '../../engine/world.js';
import {
  asJsonb,
  CANONICAL,
  COMPACT,
  parsePython,
  toPython,
  WIRE,
  writePython,
  type PyObject,
  type PyValue,
} from './python-json.js';
import { settingsOf } from './settings.js';
import { sliceOf, type Bot } from './state.js';
import { isoTime } from './times.js';

export interface StateChange {
  readonly from: BotState;
  readonly event: BotEventType;
  readonly sub_type: string | undefined;
  /** Called only if somebody is told. */
  readonly metadata: () => EventMetadata;
}

/** What an event says besides its name. A Map keeps the order of keys that look like numbers. */
export type EventMetadata = PyObject | Readonly<Record<string, PyValue>>;

/** Tells a bot's subscribers that its state has changed. */
export function notifyStateChange(world: World, bot: Bot, { from, event, sub_type, metadata }: StateChange): void {
  notify(world, bot, 'bot.state_change', { state: bot.state, sub_type }, () => ({
    new_state: bot.state,
    old_state: from,
    created_at: isoTime(world.now()),
    event_type: event,
    event_sub_type: sub_type ?? null,
    event_metadata: metadata(),
  }));
}

/** What the timeline tells of a webhook. */
interface Told {
  readonly state?: string;
  readonly sub_type?: string | undefined;
}

/** Every subscription gets a delivery with a key of its own. Bot-level subscriptions silence those of the project. */
function notify(world: World, bot: Bot, trigger: Trigger, told: Told, data: () => object): void {
  const subscriptions = bot.webhooks.length > 0 ? bot.webhooks : settingsOf(world).project_webhooks;
  for (const { url, triggers } of subscriptions) {
    if (!triggers.includes(trigger)) continue;
    const payload: PyObject = new Map<string, PyValue>([
      ['idempotency_key', world.random.uuid('idempotency_key')],
      ['trigger', trigger],
      ['data', asJsonb(toPython(data()))],
    ]);
    world.enqueue({
      provider: 'attendee',
      type: trigger,
      subject: bot.id,
      ...told,
      url,
      payload: writePython(payload, COMPACT),
    });
  }
}

/** Base64 of the HMAC-SHA256 over the canonical JSON of a payload, keyed with the bytes that the secret encodes. */
export const sign = (secretBase64: string, payload: PyValue): string =>
  createHmac('sha256', Buffer.from(secretBase64, 'base64'))
    .update(writePython(payload, CANONICAL), 'utf8')
    .digest('base64');

/**
 * Attendee's side of delivery. `bot_metadata` is read now, at each attempt; `data` was frozen at the trigger. What is
 * signed is not what is sent: the wire has spaces and \u escapes, the signature has neither and sorts the keys.
 */
export const dialect: Dialect = {
  render(world, { payload, subject }) {
    const stored = parsePython(payload) as PyObject;
    const metadata = sliceOf(world).bots.get(subject)?.metadata ?? null;
    const message: PyObject = new Map<string, PyValue>([
      ['idempotency_key', stored.get('idempotency_key')!],
      ['bot_id', subject],
      ['bot_metadata', metadata === null ? null : parsePython(metadata)],
      ['trigger', stored.get('trigger')!],
      ['data', stored.get('data')!],
    ]);
    return {
      headers: {
        'User-Agent': 'Attendee-Webhook/1.0',
        'Accept-Encoding': 'gzip, deflate',
        Accept: '*/*',
        Connection: 'keep-alive',
        'Content-Type': 'application/json',
        'X-Webhook-Signature': sign(settingsOf(world).webhook_secret, message),
      },
      body: writePython(message, WIRE),
    };
  },
  timeout: (world) => settingsOf(world).webhookTimeout,
  retryDelays: (world) => settingsOf(world).retryDelays,
};
