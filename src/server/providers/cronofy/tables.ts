import { Type } from '@sinclair/typebox';
import { Transcript } from '../../../contracts/cronofy/agents.js';
import { ChannelFilters } from '../../../contracts/cronofy/channels.js';
import { EventTime, RecurrenceRule } from '../../../contracts/cronofy/events.js';
import { AGENT_STATES } from '../../../contracts/cronofy/lifecycle.js';
import { AgentSubscription, EventSubscription } from '../../../contracts/cronofy/subscriptions.js';
import { Count, orNull, Text, wordOf } from '../../../contracts/control/fields.js';
import { madeOnce, Moment, row, Span, table, WebUrl } from '../../engine/tables.js';
import type { Channel } from './channels/channel.js';
import * as state from './state.js';

const uri = Type.Optional(WebUrl);
const artefact = () => Type.Object({ what: wordOf(['ready', 'missing', 'empty']), expires: orNull(Moment) });
const Keys = Type.Record(Text, Text);
const Marks = Type.Record(Text, Type.Literal(true));

const Participation = wordOf(['needs_action', 'accepted', 'tentative', 'declined']);
const guest = { email: Text, display_name: orNull(Text) };

const conference = () =>
  row<state.Conference>({
    profile_id: Text,
    provider_name: Text,
    state: wordOf(['pending', 'assigned', 'failing']),
    join_url: orNull(Text),
  });

const written = () => ({
  start: EventTime,
  end: EventTime,
  tzid: Text,
  startsAt: Moment,
  endsAt: Moment,
  rule: orNull(RecurrenceRule),
  summary: Text,
  description: Text,
  location: orNull(Type.Partial(Type.Object({ description: Text, lat: Text, long: Text }))),
  url: orNull(Text),
  transparency: orNull(Text),
  extended_transparency: orNull(Text),
  event_private: Type.Boolean(),
  conference: orNull(conference()),
  attendees: Type.Array(Type.Object({ ...guest, status: Participation })),
  participation_status: Participation,
});

/** What Cronofy keeps in a world, for snapshots that are put back. */
export const tables = madeOnce({
  agents: () =>
    table<state.Agent>({
      sub: Text,
      state: wordOf(AGENT_STATES),
      scheduling_key: orNull(Text),
      event: orNull(Text),
      immediate: Type.Boolean(),
      join_url: Text,
      join_time: Moment,
      on_behalf_of: Text,
      display_name: orNull(Text),
      image_url: orNull(Text),
      subscriptions: Type.Array(Type.Object({ ...AgentSubscription.properties, uri })),
      foreignSecret: orNull(Text),
      origin: Text,
      dashboardKey: Text,
      job: orNull(Count),
      artefacts: Type.Optional(
        Type.Partial(Type.Object({ transcript: artefact(), audio: artefact(), video: artefact() })),
      ),
    }),
  byKey: () => Keys,
  byDashboardKey: () => Keys,
  hearings: () =>
    table<state.Hearing>({
      agent: Text,
      since: Moment,
      said: Type.Array(Type.Object({ speaker: Text, name: Text, at: Moment, lasts: Span, text: Text })),
      given: orNull(Transcript.properties.transcript),
    }),
  events: () =>
    table<state.CalendarEvent>({
      key: Text,
      managed: Type.Boolean(),
      calendar_id: Text,
      event_id: Text,
      event_uid: Text,
      ...written(),
      tentative: Type.Boolean(),
      organizer: orNull(Type.Object(guest)),
      series: orNull(Text),
      written: orNull(row<state.Written>(written())),
      planned: orNull(Moment),
      earlier: Type.Array(Type.Object({ startsAt: Moment, endsAt: Moment })),
      meeting_agent: orNull(
        Type.Object({ profile_id: Type.Literal('cronofy'), display_name: orNull(Text), image_url: orNull(Text) }),
      ),
      agent: orNull(Text),
      subscriptions: Type.Array(Type.Object({ ...EventSubscription.properties, uri })),
      created: Moment,
      updated: Moment,
      deleted: Type.Boolean(),
      conferenceJob: orNull(Count),
      transitionJobs: Type.Array(Count),
      foreignSecret: orNull(Text),
      origin: Text,
    }),
  byUid: () => Keys,
  byResourceKey: () => Type.Record(Text, Type.Object({ sub: Text, category: wordOf(state.RESOURCE_CATEGORIES) })),
  pages: () =>
    table<state.Page>({
      id: Text,
      number: Count,
      total: Count,
      events: Type.Array(Text),
      next: orNull(Text),
      kind: wordOf(['events', 'free_busy']),
      localized: Type.Boolean(),
      ids: Type.Boolean(),
      geo: Type.Boolean(),
    }),
  channels: () =>
    table<Channel>({
      channel_id: Text,
      account: Text,
      callback_url: WebUrl,
      filters: ChannelFilters,
      conversations: Type.Optional(Type.Literal(true)),
      untold: orNull(Type.Object({ since: Moment, job: Count })),
      foreignSecret: orNull(Text),
    }),
  accounts: () =>
    table<state.Account>({
      sub: Text,
      kind: wordOf(['account', 'application_calendar', 'resource']),
      name: Text,
      email: Text,
      profile_id: Text,
      provider_name: Text,
      calendar_id: Text,
      conferencing_profile_id: Text,
      tzid: Text,
      application_calendar_id: orNull(Text),
    }),
  linked: () => Keys,
  disconnected: () => Marks,
  linkTokens: () => table<state.LinkToken>({ link_token: Text, account: Text, expires: Moment }),
  calendars: () =>
    table<state.OtherCalendar>({
      calendar_id: Text,
      account: Text,
      name: Text,
      readonly: Type.Boolean(),
      deleted: Type.Boolean(),
    }),
  unrestricted: () => Marks,
  consents: () => table<state.Consent>({ key: Text, calendars: Type.Array(Text), redirect_uri: orNull(WebUrl) }),
  grants: () =>
    table<state.Grant>({
      refresh_token: Text,
      account: Text,
      scope: Text,
      access_token: Text,
      revoked: Type.Boolean(),
      foreignSecret: orNull(Text),
    }),
  accessTokens: () => table<state.AccessToken>({ access_token: Text, refresh_token: Text, expires: Moment }),
  codes: () =>
    table<state.Code>({
      code: Text,
      account: Text,
      client_id: Text,
      redirect_uri: Text,
      scope: Text,
      expires: Moment,
      used: Type.Boolean(),
    }),
  downloads: () =>
    table<state.Download>({
      key: Text,
      agent: Text,
      category: Text,
      expires: Moment,
      apart: Type.Boolean(),
    }),
  authorized: () => Marks,
  asked: () => Marks,
  windows: () => Type.Record(Text, Type.Object({ start: Moment, calls: Count })),
  facts: () =>
    row<state.CronofySlice['facts']>({
      browser: orNull(Text),
      signedIn: orNull(Text),
      seeded: Type.Boolean(),
      accessTokenRevoked: Type.Boolean(),
      ownAccount: orNull(Text),
      foreignSecret: orNull(Text),
    }),
});
