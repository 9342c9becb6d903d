import { formatInstant } from '../../../clock/instant.js';
import type { MeetingAgent, Resource } from '../../../contracts/cronofy/agents.js';
import type { CallbackEvent, Conferencing } from '../../../contracts/cronofy/events.js';
import type {
  AgentInteraction,
  AgentSubscription,
  ConferencingInteraction,
  Transition,
} from '../../../contracts/cronofy/subscriptions.js';
import type { SignatureFault } from '../../../contracts/control/faults.js';
import { signing } from '../../../contracts/cronofy/signing.js';
import { signatureOf } from '../../../contracts/signing.js';
import type { Delivery } from '../../engine/deliveries/outbox.js';
import type { WebhookFormat } from '../../engine/vendor.js';
import { corruptText, foreignSecret } from '../../engine/deliveries/corruption.js';
import type { World } from '../../engine/world.js';
import { meetingService } from './meeting-link.js';
import { channelDelays, loseChannel } from './channels/notices.js';
import { keyFor } from './accounts/credentials.js';
import { renderTime } from './events/times.js';
import { settingsOf } from './settings.js';
import { eventByUid, eventOf, sliceOf, type Agent, type CalendarEvent, type Conference } from './state.js';

const RESOURCE_KEY_LENGTH = 32;
const NOTIFICATION_TYPE = 'event_subscription';

/** Tells every subscriber that wants this interaction of an agent. */
export function notify(world: World, agent: Agent, interaction: AgentInteraction): void {
  const event = callbackEvent(world, agent);
  const meeting_agent = renderAgent(agent);
  const body = JSON.stringify({
    notification: { type: NOTIFICATION_TYPE, interactions: [{ type: interaction }] },
    ...(event === undefined ? {} : { event }),
    meeting_agent,
  });
  for (const { uri, interactions = [] } of subscriptionsOf(world, agent)) {
    if (uri === undefined || !interactions.some(({ type }) => type === interaction)) continue;
    const { state } = meeting_agent;
    world.enqueue({ provider: 'cronofy', type: interaction, subject: agent.sub, state, url: uri, payload: body });
  }
}

/** Whom an agent's callbacks go to: an event's agent has the subscriptions that its event has now. */
export const subscriptionsOf = (world: World, agent: Agent): readonly AgentSubscription[] =>
  (eventOf(world, agent)?.subscriptions as readonly AgentSubscription[] | undefined) ?? agent.subscriptions;

/** Tells every subscriber of an event what became of its conference. */
export function notifyConference(world: World, event: CalendarEvent, interaction: ConferencingInteraction): void {
  for (const { uri, interactions = [] } of event.subscriptions) {
    if (uri === undefined || !interactions.some(({ type }) => type === interaction)) continue;
    notifyOfEvent(world, event, { type: interaction, url: uri, interactions: [{ type: interaction }] });
  }
}

/** Tells one subscriber that a moment before or after an event has come. */
export function notifyTransition(world: World, event: CalendarEvent, uri: string, transition: Transition): void {
  notifyOfEvent(world, event, { type: 'transition', url: uri, transitions: [transition] });
}

function notifyOfEvent(
  world: World,
  event: CalendarEvent,
  { type, url, ...what }: { readonly type: string; readonly url: string; readonly [fact: string]: unknown },
): void {
  const payload = JSON.stringify({
    notification: { type: NOTIFICATION_TYPE, ...what },
    event: renderCallbackEvent(event),
  });
  world.enqueue({ provider: 'cronofy', type, subject: event.agent ?? event.event_uid, url, payload });
}

/** The agent as the vendor shows it. */
export function renderAgent(agent: Agent): MeetingAgent {
  const state = agent.state === 'complete' || agent.state === 'failed' ? agent.state : 'created';
  return { sub: agent.sub, state, resources: resourcesOf(agent) };
}

/** What a resource is found by: nobody can tell it from the agent's sub. */
export const resourceKey = ({ dashboardKey }: Agent, category: string): string =>
  keyFor('resource', category, RESOURCE_KEY_LENGTH, dashboardKey);

function resourcesOf(agent: Agent): Resource[] {
  const { state, origin, dashboardKey, artefacts } = agent;
  const urlOf = (category: string): string => `${origin}/v1/meeting_agents/resources/${resourceKey(agent, category)}`;
  const dashboard: Resource = {
    category: 'cronofy',
    type: 'dashboard',
    url: `${origin}/dashboard/meeting_agents/${dashboardKey}`,
  };
  if (state !== 'complete') return [dashboard];
  const files: (Resource & { readonly category: 'transcript' | 'audio' | 'video' })[] = [
    { category: 'transcript', type: 'cronofy', url: urlOf('transcript') },
    { category: 'audio', type: 'voice', url: urlOf('audio') },
    { category: 'video', type: 'conference', url: urlOf('video') },
  ];
  return [dashboard, ...files.filter(({ category }) => artefacts?.[category]?.what !== 'missing')];
}

function callbackEvent(world: World, agent: Agent): CallbackEvent | undefined {
  const event = eventOf(world, agent);
  if (event) return renderCallbackEvent(event);
  return settingsOf(world).event_in_direct_callbacks ? directEvent(agent) : undefined;
}

function renderCallbackEvent(event: CalendarEvent): CallbackEvent {
  const { event_id, summary, tzid, conference, meeting_agent } = event;
  const conferencing = conference && renderConference(conference);
  return {
    event_id,
    summary,
    start: renderTime(event.start, event.startsAt, tzid),
    end: renderTime(event.end, event.endsAt, tzid),
    tzid,
    ...(conferencing ? { conferencing } : {}),
    ...(meeting_agent === null ? {} : { meeting_agent: { profile_id: meeting_agent.profile_id } }),
  };
}

/** The conference as reads and callbacks show it; nothing of one that could not be made. */
export function renderConference({ state, provider_name, join_url }: Conference): Conferencing | undefined {
  if (state === 'assigned' && join_url !== null) return { provider_name, join_url };
  return state === 'pending' ? { pending: true } : undefined;
}

/** What the callback of a direct agent would carry if it had to carry an event (assumed, and off unless asked for). */
function directEvent({ sub, scheduling_key, join_time, join_url }: Agent): CallbackEvent {
  return {
    event_id: scheduling_key ?? sub,
    start: formatInstant(join_time),
    tzid: 'Etc/UTC',
    conferencing: { provider_name: providerNameOf(join_url), join_url },
    meeting_agent: { profile_id: 'cronofy' },
  };
}

const PROVIDER_NAMES = { zoom: 'zoom', teams: 'ms_teams', google_meet: 'google_meet' } as const;

/** The vendor's name of the service behind a meeting URL. */
export function providerNameOf(joinUrl: string): string {
  const platform = meetingService(joinUrl);
  return platform === undefined ? 'explicit' : PROVIDER_NAMES[platform];
}

/** A conference that somebody has made elsewhere. */
export const explicitConference = (join_url: string): Conference => ({
  profile_id: 'explicit',
  provider_name: providerNameOf(join_url),
  state: 'assigned',
  join_url,
});

/** Cronofy's side of delivery. Headers as captured from production; several active secrets sign side by side. */
export const webhookFormat: WebhookFormat = {
  render(world, { payload, subject }: Delivery, { signature: fault, corrupt }) {
    const body = corrupt ? corruptText(payload, corrupt) : payload;
    const secrets = fault ? changedSecrets(world, subject, fault) : secretsFor(world, subject);
    const signature = secrets.length === 0 ? undefined : signatureOf(signing, body, secrets);
    return { headers: signing.headers(signature), body };
  },
  secrets: secretsFor,
  timeout: (world, { subject }) =>
    isOfChannel(subject) ? settingsOf(world).channelTimeout : settingsOf(world).webhookTimeout,
  retryDelays(world, { subject }) {
    const { retryDelays, channelRetryDelays, channelClosesAfter } = settingsOf(world);
    return isOfChannel(subject) ? channelDelays(channelRetryDelays, channelClosesAfter) : retryDelays;
  },
  lost: (world, delivery) => {
    if (isOfChannel(delivery.subject)) loseChannel(world, delivery);
  },
};

const isOfChannel = (subject: string | null): boolean => subject?.startsWith('chn_') ?? false;

/** A key of the user's own comes first, so that receivers that look at the first value alone verify with it. */
function secretsFor(world: World, subject: string): string[] {
  const { agents, channels } = sliceOf(world);
  const { client_secret, previous_client_secrets } = settingsOf(world);
  const foreign = (agents.get(subject) ?? channels.get(subject) ?? eventByUid(world, subject))?.foreignSecret;
  return [...(foreign == null ? [] : [foreign]), client_secret, ...previous_client_secrets];
}

/** The keys of a signature that a fault changes; none if there is to be no signature. */
function changedSecrets(world: World, subject: string, fault: SignatureFault): readonly string[] {
  if (fault === 'missing') return [];
  if (fault === 'wrong') return [strangeSecret(world, fault)];
  const old = settingsOf(world).previous_client_secrets[0] ?? strangeSecret(world, 'old_secret');
  // The order is not promised: a receiver that looks at the first alone must fail here.
  return fault === 'rotation' ? [...new Set([old, ...secretsFor(world, subject)])] : [old];
}

const strangeSecret = ({ seed }: World, kind: 'wrong' | 'old_secret'): string =>
  foreignSecret(seed, kind).toString('base64url');
