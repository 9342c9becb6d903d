import { Type, type Static } from '@sinclair/typebox';
import { EventTime } from './events.js';

/** The shapes of the smaller calls about calendars, profiles and permissions. */

const closed = { additionalProperties: false } as const;
const Text = Type.String();

/** The parameters of `GET /v1/free_busy`. */
export const FreeBusyQuery = Type.Object({
  tzid: Type.String({ expected: 'a time zone such as "Etc/UTC"' }),
  from: Type.Optional(Text),
  to: Type.Optional(Text),
  last_modified: Type.Optional(Text),
  include_managed: Type.Optional(Type.Boolean()),
  include_deleted: Type.Optional(Type.Boolean()),
  include_free: Type.Optional(Type.Boolean()),
  include_ids: Type.Optional(Type.Boolean()),
  include_userinfo: Type.Optional(Type.Boolean()),
  localized_times: Type.Optional(Type.Boolean()),
  'calendar_ids[]': Type.Optional(Type.Array(Text)),
});

/** A span of the calendar without a word on what it is. */
export const FreeBusyEntry = Type.Object(
  {
    calendar_id: Text,
    start: EventTime,
    end: EventTime,
    free_busy_status: Type.Union(['busy', 'free', 'tentative', 'unknown'].map((word) => Type.Literal(word))),
    event_id: Type.Optional(Text),
    event_uid: Type.Optional(Text),
    deleted: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const FreeBusyPage = Type.Object(
  {
    pages: Type.Object({ current: Type.Integer(), total: Type.Integer(), next_page: Type.Optional(Text) }, closed),
    free_busy: Type.Array(FreeBusyEntry),
    /** With include_userinfo. */
    userinfo: Type.Optional(Type.Unknown()),
  },
  closed,
);

/** The body of `DELETE /v1/events`: one of the two. The Python SDK sends them in the query. */
export const BulkDeleteRequest = Type.Object({
  delete_all: Type.Optional(Type.Boolean()),
  calendar_ids: Type.Optional(Type.Array(Text)),
});
export type BulkDeleteRequest = Static<typeof BulkDeleteRequest>;

/** The body of `POST …/participation_status`. */
export const ParticipationRequest = Type.Object({
  status: Type.Union([Type.Literal('accepted'), Type.Literal('tentative'), Type.Literal('declined')], {
    expected: '"accepted", "tentative" or "declined"',
  }),
});
export type ParticipationRequest = Static<typeof ParticipationRequest>;

/** One call within a batch. */
export const BatchEntry = Type.Object({
  method: Text,
  relative_url: Text,
  data: Type.Optional(Type.Unknown()),
});
export type BatchEntry = Static<typeof BatchEntry>;

/** The body of `POST /v1/batch`. */
export const BatchRequest = Type.Object({
  batch: Type.Array(BatchEntry, { minItems: 1, expected: 'a list of calls, at least one' }),
});
export type BatchRequest = Static<typeof BatchRequest>;

/** What became of each call of a batch, in the same order. */
export const BatchResponse = Type.Object(
  {
    batch: Type.Array(Type.Object({ status: Type.Integer(), data: Type.Optional(Type.Unknown()) }, closed)),
  },
  closed,
);

/** The body of `POST /v1/calendars`. */
export const CreateCalendarRequest = Type.Object({
  profile_id: Text,
  name: Type.String({ minLength: 1 }),
  color: Type.Optional(Text),
});
export type CreateCalendarRequest = Static<typeof CreateCalendarRequest>;

export const CreateCalendarResponse = Type.Object(
  {
    calendar: Type.Object(
      {
        provider_name: Text,
        profile_id: Text,
        profile_name: Text,
        calendar_id: Text,
        calendar_name: Text,
        calendar_readonly: Type.Boolean(),
        calendar_deleted: Type.Boolean(),
      },
      closed,
    ),
  },
  closed,
);

/** The answer of `GET /v1/profiles`. */
export const ProfileList = Type.Object(
  {
    profiles: Type.Array(
      Type.Object(
        {
          provider_name: Text,
          provider_service: Text,
          profile_id: Text,
          profile_name: Text,
          profile_connected: Type.Boolean(),
          profile_relink_url: Type.Optional(Text),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** The body of `POST /v1/permissions`. */
export const PermissionsRequest = Type.Object({
  permissions: Type.Array(
    Type.Object({
      calendar_id: Text,
      permission_level: Type.Union([Type.Literal('sandbox'), Type.Literal('unrestricted')], {
        expected: '"sandbox" or "unrestricted"',
      }),
    }),
    { minItems: 1, expected: 'at least one calendar' },
  ),
  redirect_uri: Type.Optional(Text),
});
export type PermissionsRequest = Static<typeof PermissionsRequest>;

const withUrl = <K extends string>(name: K) =>
  Type.Object({ [name]: Type.Object({ url: Text }, closed) } as Record<K, ReturnType<typeof urlOnly>>, closed);
const urlOnly = () => Type.Object({ url: Text }, closed);

export const PermissionsResponse = withUrl('permissions_request');

/** The body of `POST /v1/conferencing_service_authorizations`. */
export const ConferencingAuthorizationRequest = Type.Object({
  redirect_uri: Text,
  provider_name: Type.Optional(Text),
});
export type ConferencingAuthorizationRequest = Static<typeof ConferencingAuthorizationRequest>;
export const ConferencingAuthorizationResponse = withUrl('authorization_request');

/** The answer of `POST /v1/link_tokens`. */
export const LinkTokenResponse = Type.Object({ link_token: Text }, closed);

/** The answer of `GET /v1/accessible_calendars`. */
export const AccessibleCalendars = Type.Object(
  {
    accessible_calendars: Type.Array(
      Type.Object(
        { calendar_type: Type.Union([Type.Literal('resource'), Type.Literal('unknown')]), email: Text, name: Text },
        closed,
      ),
    ),
  },
  closed,
);

/** The parameters of the page on which a user allows more. */
export const ConsentQuery = Type.Object({ client_id: Text, request: Text });
