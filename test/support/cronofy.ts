import { createRequire } from 'node:module';
import type { Greenroom } from '../../src/index.js';
import type { Receiver } from './receiver.js';
import { call, control, type Answered } from './room.js';

export const AGENT_INTERACTIONS = [
  { type: 'meeting_agent_activated' },
  { type: 'meeting_agent_complete' },
  { type: 'meeting_agent_failed' },
];

/** A subscription to everything that happens to an agent. */
export const subscription = (uri: string, more: object = {}) => ({
  type: 'webhook',
  uri,
  interactions: AGENT_INTERACTIONS,
  ...more,
});

/** An event of an hour with a conference and an agent, whose callbacks go to this URL. */
export const eventRequest = (uri?: string, more: object = {}) => ({
  event_id: 'planning',
  summary: 'Planning',
  start: '2026-01-01T10:00:00Z',
  end: '2026-01-01T11:00:00Z',
  conferencing: { profile_id: 'default' },
  meeting_agent: { profile_id: 'cronofy' },
  ...(uri === undefined ? {} : { subscriptions: [subscription(uri)] }),
  ...more,
});

/** Calls Cronofy for the user of this room, with the access token or another. */
export function asUser(
  room: Greenroom,
  method: string,
  path: string,
  body?: unknown,
  token = room.cronofy.access_token,
): Promise<Answered> {
  return call(method, room.url + path, body, { authorization: `Bearer ${token}` });
}

export const eventsPath = (room: Greenroom): string => `/v1/calendars/${room.cronofy.calendar_id}/events`;

/** Writes an event, and expects it to be accepted. */
export async function writeEvent(room: Greenroom, body: object): Promise<void> {
  const answer = await asUser(room, 'POST', eventsPath(room), body);
  if (answer.status !== 202) throw new Error(`The event was answered ${answer.status} ${answer.text}`);
}

/** Changes settings of the workspace `default`. */
export async function set(room: Greenroom, cronofy: object): Promise<void> {
  const answer = await control(room, 'PATCH', '/workspaces/default', { cronofy });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** An hour of the first day, and the scope that lets everything in. */
/** Where an application takes those who consent. */
export const REDIRECT = 'https://app.example.com/callback';
export const NOON = { start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' };
export const EVERY_SCOPE = 'read_write';

/** An event of an hour at noon, with nothing else. */
export const plainEvent = (event_id: string, more: object = {}) => ({
  event_id,
  summary: 'Planning',
  ...NOON,
  ...more,
});

/** The events of the calendar, those of others alone unless the query says more. */
export const readEvents = async (room: Greenroom, query = '', token?: string) =>
  (await asUser(room, 'GET', `/v1/events?tzid=Etc/UTC${query}`, undefined, token)).json.events;

/** Somebody puts an event into the calendar at noon. */
export const eventOfOthers = (room: Greenroom, more: object = {}) =>
  room.backstage({ kind: 'event_added', summary: 'Review', ...NOON, ...more });

/** The account behind the room's own access token. */
export const userInfoOf = async (room: Greenroom) => (await asUser(room, 'GET', '/v1/userinfo')).json;

/** What a callback told, in one word. */
export function told(body: string): string {
  const { notification } = JSON.parse(body) as {
    notification: { interactions?: { type: string }[]; transitions?: object[] };
  };
  return notification.interactions?.[0]?.type ?? 'transition';
}

/** What the receiver was told, in order. */
export const allTold = (receiver: Receiver): string[] => receiver.arrivals.map(({ body }) => told(body));

/** The body of the callback of this kind; the newest. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
export function bodyOf(receiver: Receiver, type: string): any {
  const arrival = receiver.arrivals.findLast(({ body }) => told(body) === type);
  if (!arrival) throw new Error(`No ${type} came, but ${allTold(receiver).join(', ') || 'nothing'}`);
  return JSON.parse(arrival.body);
}

/** The keys of the errors of a 422, by field. */
export function errorKeys({ status, json }: Answered): Record<string, string[]> {
  if (status !== 422) throw new Error(`The answer is ${status}, not 422`);
  const { errors } = json as { errors: Record<string, { key: string; description: string }[]> };
  return Object.fromEntries(Object.entries(errors).map(([field, list]) => [field, list.map(({ key }) => key)]));
}

/** What of the timeline is of this kind. */
export async function timelineOf(room: Greenroom, kind: string): Promise<{ at: string; summary: string }[]> {
  const { json } = await control(room, 'GET', `/timeline?kind=${kind}`);
  return (json as { entries: { at: string; summary: string }[] }).entries;
}

// The SDK has no types.
// oxlint-disable-next-line typescript/no-explicit-any
export const Cronofy = createRequire(import.meta.url)('cronofy') as new (options: object) => any;

/** The real SDK, told where greenroom is. */
export function sdk(room: Greenroom, more: object = {}) {
  const { client_id, client_secret } = room.cronofy;
  const client = new Cronofy({ client_id, client_secret, ...more });
  client.urls.api = room.url;
  return client;
}
