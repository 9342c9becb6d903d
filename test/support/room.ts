import { expect, inject, test as base } from 'vitest';
import {
  connectGreenroom,
  startGreenroom,
  type AttendeeAccess,
  type CronofyAccess,
  type Greenroom,
} from '../../src/index.js';
import { undescribed } from './described.js';
import type { Elsewhere } from './elsewhere.js';
import { unexplained } from './reasons.js';
import { startReceiver, type Receiver } from './receiver.js';

interface Fixtures {
  /** A greenroom on a free port, frozen at 2026-01-01T09:00:00Z. */
  readonly room: Greenroom;
  /** The user's app. */
  readonly receiver: Receiver;
}

export const test = base.extend<Fixtures>({
  room: async ({}, use) => {
    const elsewhere: Elsewhere = inject('elsewhere');
    const room = elsewhere === undefined ? await startGreenroom() : await afresh(elsewhere);
    await use(room);
    const silent = await unexplained(room.url);
    await room.close();
    expect(silent).toEqual([]);
  },
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },
});

/** A greenroom that is as it was at its start. */
async function afresh(url: string): Promise<Greenroom> {
  const { workspaces } = (await (await fetch(`${url}/_greenroom/workspaces`)).json()) as { workspaces: Greenroom[] };
  for (const { id } of workspaces)
    if (id !== 'default') await fetch(`${url}/_greenroom/workspaces/${id}`, { method: 'DELETE' });
  await fetch(`${url}/_greenroom/reset`, { method: 'POST' });
  return connectGreenroom(url);
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
  readonly json: any;
}

/** Sends a request over the wire and reads the answer whole. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** Calls the control plane of a room, in a workspace if one is named. Every answer must be as it is described. */
export async function control(
  room: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
  workspace?: string,
): Promise<Answered> {
  const headers: Record<string, string> = workspace === undefined ? {} : { 'greenroom-workspace': workspace };
  const answer = await call(method, `${room.url}/_greenroom${path}`, body, headers);
  expect([method, path, undescribed(method, path, answer)]).toEqual([method, path, []]);
  return answer;
}

/** Calls Attendee as a client of this room. */
export function attendee(
  room: { readonly url: string; readonly attendee: AttendeeAccess },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered> {
  return call(method, room.url + path, body, { authorization: `Token ${room.attendee.api_key}` });
}

/** Calls Cronofy as a client of this room. */
export function cronofy(
  room: { readonly url: string; readonly cronofy: CronofyAccess },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered> {
  return call(method, room.url + path, body, { authorization: `Bearer ${room.cronofy.client_secret}` });
}

export const MEET_URL = 'https://meet.google.com/abc-defg-hij';
export const ZOOM_URL = 'https://zoom.us/j/123456789';
export const TEAMS_URL = 'https://teams.microsoft.com/meet/2345678901234?p=abcdefg';

/** A bot for this instant whose changes of state go to this URL. */
export const botRequest = (join_at: string | undefined, url?: string, more: object = {}) => ({
  meeting_url: MEET_URL,
  bot_name: 'Notes',
  ...(join_at === undefined ? {} : { join_at }),
  ...(url === undefined ? {} : { webhooks: [{ url, triggers: ['bot.state_change'] }] }),
  ...more,
});

/** An agent whose three callbacks go to this URL. */
export const agentRequest = (uri?: string, more: object = {}) => ({
  join_url: 'https://teams.microsoft.com/meet/00000000000000?p=abcdefg',
  on_behalf_of_attendee: { email: 'host@example.com' },
  ...(uri === undefined
    ? {}
    : {
        subscriptions: [
          {
            type: 'webhook',
            uri,
            interactions: [
              { type: 'meeting_agent_activated' },
              { type: 'meeting_agent_complete' },
              { type: 'meeting_agent_failed' },
            ],
          },
        ],
      }),
  ...more,
});
