import type { Trigger } from '../../../contracts/attendee/vocabulary.js';
import { attendeeHmac } from '../../../webhooks/attendee.js';
import type { WebhookFormat } from '../../engine/vendor.js';
import { corruptText, staysJson, foreignSecret } from '../../engine/corruption.js';
import type { World } from '../../engine/world.js';
import {
  asJsonb,
  COMPACT,
  parsePython,
  toPython,
  WIRE,
  writePython,
  type PyObject,
  type PyValue,
} from './python/json.js';
import { settingsOf, type ProjectWebhook } from './settings.js';
import { sliceOf, type Bot } from './state.js';

/** What the timeline tells of a webhook. */
interface Told {
  readonly state?: string | undefined;
  readonly sub_type?: string | undefined;
}

/** Tells a bot's subscribers. Bot-level subscriptions silence those of the project. `data` is made only if somebody is. */
export function notifyBot(world: World, bot: Bot, trigger: Trigger, told: Told, data: () => object): void {
  const subscriptions = bot.webhooks.length > 0 ? bot.webhooks : projectWebhooks(world);
  notify(world, { subject: bot.id, trigger, told, data }, subscriptions);
}

/** Tells the project's subscribers. */
export function notifyProject(world: World, subject: string, trigger: Trigger, told: Told, data: () => object): void {
  notify(world, { subject, trigger, told, data }, projectWebhooks(world));
}

const projectWebhooks = (world: World): readonly ProjectWebhook[] =>
  sliceOf(world).project.project_webhook_active === false ? [] : settingsOf(world).project_webhooks;

interface News {
  readonly subject: string;
  readonly trigger: Trigger;
  readonly told: Told;
  readonly data: () => object;
}

/** Every subscription gets a delivery with a key of its own. */
function notify(world: World, { subject, trigger, told, data }: News, subscriptions: readonly ProjectWebhook[]): void {
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
      subject,
      ...told,
      url,
      payload: writePython(payload, COMPACT),
    });
  }
}

/** Who the webhook is about. Metadata is read now, at each attempt. */
function envelopeOf(world: World, subject: string): [string, PyValue][] {
  const { bots, calendars, zoomConnections } = sliceOf(world);
  const metadata = (text: string | null | undefined): PyValue => (text == null ? null : parsePython(text));
  if (subject.startsWith('cal_')) {
    const calendar = calendars.get(subject);
    return [
      ['calendar_id', subject],
      ['calendar_deduplication_key', calendar?.deduplication_key ?? null],
      ['calendar_metadata', metadata(calendar?.metadata)],
    ];
  }
  if (subject.startsWith('zoc_')) {
    const connection = zoomConnections.get(subject);
    return [
      ['zoom_oauth_connection_id', subject],
      ['zoom_oauth_connection_metadata', metadata(connection?.metadata)],
      ['user_id', connection?.user_id ?? null],
      ['account_id', connection?.account_id ?? null],
    ];
  }
  const kind = subject.startsWith('app_') ? 'app_session' : 'bot';
  return [
    [`${kind}_id`, subject],
    [`${kind}_metadata`, metadata(bots.get(subject)?.metadata)],
  ];
}

/** The project's secret, or one that must not be trusted. Secrets of the past are not kept. */
const secretFor = (world: World, fault: 'wrong' | 'old_secret' | undefined): string =>
  fault === undefined ? settingsOf(world).webhook_secret : foreignSecret(world.seed, fault).toString('base64');

/**
 * Attendee's side of delivery. `data` was frozen at the trigger. What is signed is not what is sent: the wire has
 * spaces and \u escapes, the signature has neither and sorts the keys.
 */
export const webhookFormat: WebhookFormat = {
  render(world, { payload, subject }, { signature, corrupt }) {
    const stored = parsePython(payload) as PyObject;
    const message: PyObject = new Map<string, PyValue>([
      ['idempotency_key', stored.get('idempotency_key')!],
      ...envelopeOf(world, subject),
      ['trigger', stored.get('trigger')!],
      ['data', stored.get('data')!],
    ]);
    const sent = writePython(message, WIRE);
    const body = corrupt ? corruptText(sent, corrupt) : sent;
    const signed = staysJson(corrupt) ? (parsePython(body) as PyObject) : message;
    return {
      headers: {
        'User-Agent': 'Attendee-Webhook/1.0',
        'Accept-Encoding': 'gzip, deflate',
        Accept: '*/*',
        Connection: 'keep-alive',
        'Content-Type': 'application/json',
        ...(signature === 'missing'
          ? {}
          : { 'X-Webhook-Signature': attendeeHmac(secretFor(world, signature), signed) }),
      },
      body,
    };
  },
  timeout: (world) => settingsOf(world).webhookTimeout,
  retryDelays: (world) => settingsOf(world).retryDelays,
};
