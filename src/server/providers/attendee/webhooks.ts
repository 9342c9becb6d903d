import { signing } from '../../../contracts/attendee/signing.js';
import type { Trigger } from '../../../contracts/attendee/vocabulary.js';
import { signatureOf } from '../../../contracts/signing.js';
import type { SignatureFault } from '../../../contracts/control/faults.js';
import { corruptText, foreignSecret, staysJson } from '../../engine/deliveries/corruption.js';
import type { Delivery } from '../../engine/deliveries/outbox.js';
import type { WebhookFormat } from '../../engine/vendor.js';
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
} from './python/json.js';
import { requestedUrl } from './python/urls.js';
import { settingsOf, type ProjectWebhook } from './settings.js';
import { sliceOf, type Bot } from './state.js';

/** Something that subscribers hear of. */
interface Notice {
  readonly trigger: Trigger;
  /** For the timeline. */
  readonly state?: string | undefined;
  readonly sub_type?: string | undefined;
  /** Made only if somebody is subscribed. */
  readonly data: () => object;
}

/** Notifies a bot's subscribers. */
export function notifyBot(world: World, bot: Bot, notice: Notice): void {
  notify(world, bot.id, notice, subscriptionsOf(world, bot));
}

/** Bot-level subscriptions silence those of the project. */
const subscriptionsOf = (world: World, { webhooks }: Bot): readonly ProjectWebhook[] =>
  webhooks.length > 0 ? webhooks : projectWebhooks(world);

/** True unless a subscriber hears of each state of a bot; of one that is gone there is no more to read. */
export function needsReading(world: World, subject: string): boolean {
  const bot = sliceOf(world).bots.get(subject);
  return !!bot && !subscriptionsOf(world, bot).some(({ triggers }) => triggers.includes('bot.state_change'));
}

/** Notifies the project's subscribers. */
export function notifyProject(world: World, subject: string, notice: Notice): void {
  notify(world, subject, notice, projectWebhooks(world));
}

const projectWebhooks = (world: World): readonly ProjectWebhook[] =>
  sliceOf(world).project.project_webhook_active === false ? [] : settingsOf(world).project_webhooks;

/** The payload that was written last: its first attempt mostly follows at once, and need not read it. */
let written: { readonly text: string; readonly payload: PyObject } | undefined;

function readPayload(text: string): PyObject {
  return written?.text === text ? written.payload : (parsePython(text) as PyObject);
}

/** Every subscription gets a delivery with a key of its own. */
function notify(world: World, subject: string, notice: Notice, subscriptions: readonly ProjectWebhook[]): void {
  for (const { url, triggers } of subscriptions) {
    const { trigger, data, ...described } = notice;
    if (!triggers.includes(trigger)) continue;
    const payload: PyObject = new Map<string, PyValue>([
      ['idempotency_key', world.random.uuid('idempotency_key')],
      ['trigger', trigger],
      ['data', asJsonb(toPython(data()))],
    ]);
    const text = writePython(payload, COMPACT);
    written = { text, payload };
    world.enqueue({ provider: 'attendee', type: trigger, subject, ...described, url, payload: text });
  }
}

/** The subject of a webhook, read now, at each attempt: nothing is said of a connection that was deleted since (observed). */
function envelopeOf(world: World, subject: string): [string, PyValue][] {
  const { bots, calendars, zoomConnections } = sliceOf(world);
  const metadata = (text: string | null | undefined): PyValue => (text == null ? null : parsePython(text));
  if (subject.startsWith('cal_')) {
    const calendar = calendars.get(subject);
    if (!calendar) return [];
    return [
      ['calendar_id', subject],
      ['calendar_deduplication_key', calendar.deduplication_key],
      ['calendar_metadata', metadata(calendar.metadata)],
    ];
  }
  if (subject.startsWith('zoc_')) {
    const connection = zoomConnections.get(subject);
    if (!connection) return [];
    return [
      ['zoom_oauth_connection_id', subject],
      ['zoom_oauth_connection_metadata', metadata(connection.metadata)],
      ['user_id', connection.user_id],
      ['account_id', connection.account_id],
    ];
  }
  const kind = subject.startsWith('app_') ? 'app_session' : 'bot';
  return [
    [`${kind}_id`, subject],
    [`${kind}_metadata`, metadata(bots.get(subject)?.metadata)],
  ];
}

/** Who is no longer subscribed is not tried again, nor is what tells of data that was deleted (observed). */
function givenUp(world: World, { subject, type, created_at, attempts }: Delivery): string | undefined {
  const { bots, project } = sliceOf(world);
  const bot = bots.get(subject ?? '');
  if (project.project_webhook_active === false && !bot?.webhooks.length)
    return 'the subscription of the project is no longer active';
  const deleted = bot?.state === 'data_deleted' ? bot.events.at(-1)!.at : Number.NEGATIVE_INFINITY;
  const isOlder = created_at < deleted || (created_at === deleted && attempts.length > 0);
  return isOlder && type !== 'bot.state_change' ? 'the data of the bot was deleted' : undefined;
}

/** The project's secret, or one that must not be trusted. Secrets of the past are not kept, so that no two sign side by side. */
const secretFor = (world: World, fault: Exclude<SignatureFault, 'missing'> | undefined): string =>
  fault === 'wrong' || fault === 'old_secret'
    ? foreignSecret(world.seed, fault).toString('base64')
    : settingsOf(world).webhook_secret;

/** No text of this length is nested so deeply that the vendor cannot read it again: then it is signed as it was written. */
const SHALLOW = 1000;
const canonical = (message: PyObject): Buffer => Buffer.from(writePython(message, CANONICAL), 'utf8');

/**
 * Attendee's side of delivery. `data` was frozen at the trigger. The signed text differs from the sent one: the wire has
 * spaces and \u escapes, the signature has neither and sorts the keys.
 */
export const webhookFormat: WebhookFormat = {
  render(world, { payload, subject }, { signature: fault, corrupt }) {
    const stored = readPayload(payload);
    const message: PyObject = new Map<string, PyValue>([
      ['idempotency_key', stored.get('idempotency_key')!],
      ...envelopeOf(world, subject),
      ['trigger', stored.get('trigger')!],
      ['data', stored.get('data')!],
    ]);
    const sent = writePython(message, WIRE);
    const body = corrupt ? corruptText(sent, corrupt) : sent;
    // A body that is no longer JSON keeps the signature of the message that it was.
    const signed = staysJson(corrupt) ? body : sent;
    const steps =
      signed === sent && sent.length < SHALLOW ? { ...signing, material: () => canonical(message) } : signing;
    const signature = fault === 'missing' ? undefined : signatureOf(steps, signed, secretFor(world, fault));
    return { headers: signing.headers(signature), body };
  },
  secrets: (world) => [secretFor(world, undefined)],
  givenUp,
  called: requestedUrl,
  timeout: (world) => settingsOf(world).webhookTimeout,
  retryDelays: (world) => settingsOf(world).retryDelays,
};
