import type { Micros } from '../../../clock/instant.js';
import type { Transcript } from '../../../contracts/cronofy/agents.js';
import type { AgentSubscription } from '../../../contracts/cronofy/subscriptions.js';
import type { CalendarEvent, OtherCalendar, Page } from './events/event.js';
import type { Artefacts } from '../../engine/meeting.js';
import type { Packed } from '../../engine/packed.js';
import { Collection, type Slice } from '../../engine/records.js';
import type { World } from '../../engine/world.js';
import type { Channel } from './channels/channel.js';
import type { AgentState } from '../../../contracts/cronofy/lifecycle.js';

export type {
  Attendee,
  CalendarEvent,
  Conference,
  Guest,
  OtherCalendar,
  Page,
  Participation,
  Written,
} from './events/event.js';

/** What Cronofy keeps in a world. Plain data, all of it. */

/** A meeting agent. */
export interface Agent {
  readonly sub: string;
  state: AgentState;
  readonly scheduling_key: string | null;
  /** The event that it belongs to, by its key; `null` for one that was scheduled directly. */
  event: string | null;
  /** Sent without a time. */
  readonly immediate: boolean;
  join_url: string;
  /** When it shall join; for an immediate agent, when it was sent. */
  join_time: Micros;
  on_behalf_of: string;
  display_name: string | null;
  image_url: string | null;
  /** Of a direct agent; an event's agent follows the subscriptions of its event. */
  subscriptions: readonly AgentSubscription[];
  /** The user's own key, if the agent was made with one: its callbacks are signed with that key too. */
  readonly foreignSecret: string | null;
  /** The base URL that its maker called, for links in callbacks. */
  readonly origin: string;
  /** What its dashboard is found by. */
  readonly dashboardKey: string;
  /** The next step of its life that is planned already. */
  job: number | null;
  /** What of its resources is not simply there. */
  artefacts?: Partial<Artefacts>;
}

export const RESOURCE_CATEGORIES = ['transcript', 'audio', 'video'] as const;
export type ResourceCategory = (typeof RESOURCE_CATEGORIES)[number];

export interface Said {
  readonly speaker: string;
  readonly name: string;
  readonly at: Micros;
  readonly lasts: Micros;
  readonly text: string;
}

/** What an agent has heard. */
export interface Hearing {
  readonly agent: string;
  /** When the transcript begins. */
  readonly since: Micros;
  /** Packed when the agent is over. */
  said: Said[] | Packed<Said[]>;
  /** A transcript that the test gave instead. */
  given: Transcript['transcript'] | null;
}

/** Who calendars belong to. */
export interface Account {
  readonly sub: string;
  readonly kind: 'account' | 'application_calendar' | 'resource';
  readonly name: string;
  readonly email: string;
  readonly profile_id: string;
  readonly provider_name: string;
  readonly calendar_id: string;
  readonly conferencing_profile_id: string;
  readonly tzid: string;
  readonly application_calendar_id: string | null;
}

/** An authorization: an account, what may be done with it, and its present tokens. */
export interface Grant {
  readonly refresh_token: string;
  readonly account: string;
  readonly scope: string;
  access_token: string;
  revoked: boolean;
  /** The client secret that it was asked for with, if it is the user's own. */
  readonly foreignSecret: string | null;
}

/** An access token that was given out, good or not. */
export interface AccessToken {
  readonly access_token: string;
  /** The grant that it belongs to. */
  readonly refresh_token: string;
  readonly expires: Micros;
}

/** A code on its way from the consent page to the token endpoint. */
export interface Code {
  readonly code: string;
  /** Who has consented. */
  readonly account: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly scope: string;
  readonly expires: Micros;
  used: boolean;
}

/** What links the next authorization to an account. */
export interface LinkToken {
  readonly link_token: string;
  readonly account: string;
  readonly expires: Micros;
}

/** What a user is asked to allow, on a page of its own. */
export interface Consent {
  readonly key: string;
  readonly calendars: readonly string[];
  readonly redirect_uri: string | null;
}

/** A signed URL of a file. */
export interface Download {
  readonly key: string;
  readonly agent: string;
  readonly category: string;
  readonly expires: Micros;
  /** The file comes from another origin than the API; from the same, clients keep their credentials on the way. */
  readonly apart: boolean;
}

export interface CronofySlice extends Slice {
  readonly agents: Collection<Agent>;
  /** The newest agent of each scheduling key. */
  readonly byKey: Record<string, string>;
  readonly byDashboardKey: Record<string, string>;
  /** What was told of to subscribers, by its key. */
  readonly byResourceKey: Record<string, { readonly sub: string; readonly category: ResourceCategory }>;
  readonly hearings: Collection<Hearing>;
  readonly events: Collection<CalendarEvent>;
  /** The key of each event, by its uid. */
  readonly byUid: Record<string, string>;
  readonly pages: Collection<Page>;
  readonly channels: Collection<Channel>;
  /** Each is an account with one profile, until it is linked to another. */
  readonly accounts: Collection<Account>;
  /** Which account holds the profile of another that was linked to it, by their subs. */
  readonly linked: Record<string, string>;
  /** Profiles without a connection, by their ids. */
  readonly disconnected: Record<string, true>;
  readonly linkTokens: Collection<LinkToken>;
  /** Beside the primary one of each account. */
  readonly calendars: Collection<OtherCalendar>;
  /** Calendars in which the application may touch the events of others. */
  readonly unrestricted: Record<string, true>;
  /** Questions for more permission that a user was sent to. */
  readonly consents: Collection<Consent>;
  readonly grants: Collection<Grant>;
  readonly accessTokens: Collection<AccessToken>;
  readonly codes: Collection<Code>;
  readonly downloads: Collection<Download>;
  /** Who has authorized Cronofy to join their Zoom meetings. */
  readonly authorized: Record<string, true>;
  /** Who was asked to. */
  readonly asked: Record<string, true>;
  /** Calls in the present second and minute. */
  readonly windows: Record<string, { start: Micros; calls: number }>;
  /** Facts that the backstage door changes. */
  readonly facts: {
    /** Who authorized last in the browser that all share, if they do. */
    browser: string | null;
    /** Who is signed in where the consent page is shown; `null` for the workspace's own account. */
    signedIn: string | null;
    /** The week that the workspace begins with is there. */
    seeded: boolean;
    accessTokenRevoked: boolean;
    /** The account behind the workspace's own access token. */
    ownAccount: string | null;
    /** The last client secret of the user's own that was let in. */
    foreignSecret: string | null;
  };
}

export const createState = (): CronofySlice => ({
  agents: new Collection<Agent>((agent) => agent.sub),
  byKey: {},
  byDashboardKey: {},
  byResourceKey: {},
  hearings: new Collection<Hearing>((hearing) => hearing.agent),
  events: new Collection<CalendarEvent>((event) => event.key),
  byUid: {},
  pages: new Collection<Page>((page) => page.id),
  channels: new Collection<Channel>((channel) => channel.channel_id),
  accounts: new Collection<Account>((account) => account.sub),
  linked: {},
  disconnected: {},
  linkTokens: new Collection<LinkToken>((token) => token.link_token),
  calendars: new Collection<OtherCalendar>((calendar) => calendar.calendar_id),
  unrestricted: {},
  consents: new Collection<Consent>((consent) => consent.key),
  grants: new Collection<Grant>((grant) => grant.refresh_token),
  accessTokens: new Collection<AccessToken>((token) => token.access_token),
  codes: new Collection<Code>((code) => code.code),
  downloads: new Collection<Download>((download) => download.key),
  authorized: {},
  asked: {},
  windows: {},
  facts: {
    browser: null,
    signedIn: null,
    seeded: false,
    accessTokenRevoked: false,
    ownAccount: null,
    foreignSecret: null,
  },
});

/** See {@link VendorRuntime.bookkeeping}. */
export const BOOKKEEPING: readonly string[] = (
  'byKey byDashboardKey byResourceKey byUid pages downloads asked windows ' +
  'job untold conferenceJob transitionJobs key dashboardKey origin startsAt endsAt planned written'
).split(' ');

export const sliceOf = (world: World): CronofySlice => world.slice<CronofySlice>('cronofy');

/** The agent that was last scheduled with this key. */
export function agentByKey(world: World, key: string): Agent | undefined {
  const { agents, byKey } = sliceOf(world);
  return Object.hasOwn(byKey, key) ? agents.get(byKey[key]!) : undefined;
}

/** The event of an agent, if it belongs to one. */
export const eventOf = (world: World, agent: Agent): CalendarEvent | undefined =>
  agent.event === null ? undefined : sliceOf(world).events.get(agent.event);

export const eventKey = (calendarId: string, eventId: string): string => `${calendarId} ${eventId}`;

/** The event with this uid, which is the vendor's; `event_id` is the application's. */
export function eventByUid(world: World, uid: string): CalendarEvent | undefined {
  const { events, byUid } = sliceOf(world);
  return Object.hasOwn(byUid, uid) ? events.get(byUid[uid]!) : undefined;
}

/** The event of this id in any calendar, the newest first; of one that repeats, the first occurrence. */
export const eventById = (world: World, eventId: string): CalendarEvent | undefined =>
  [...sliceOf(world).events.values()].findLast(
    (event) => event.event_id === eventId && event.key === eventKey(event.calendar_id, eventId),
  );
