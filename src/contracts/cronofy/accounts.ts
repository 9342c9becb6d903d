import { Type, type Static } from '@sinclair/typebox';

/** The shapes of accounts, their calendars and their tokens. */

const Calendar = Type.Object({
  calendar_id: Type.String(),
  calendar_name: Type.String(),
  calendar_readonly: Type.Boolean(),
  calendar_deleted: Type.Boolean(),
  calendar_primary: Type.Boolean(),
  calendar_integrated_conferencing_available: Type.Boolean(),
  calendar_attachments_available: Type.Optional(Type.Boolean()),
  permission_level: Type.String(),
});

/** The answer of `GET /v1/calendars`. */
export const CalendarList = Type.Object({
  calendars: Type.Array(
    Type.Intersect([
      Type.Object({ provider_name: Type.String(), profile_id: Type.String(), profile_name: Type.String() }),
      Calendar,
    ]),
  ),
});

export const AccountResponse = Type.Object({
  account: Type.Object({
    account_id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    default_tzid: Type.String(),
    scope: Type.String(),
  }),
});

const Profile = Type.Object({
  provider_name: Type.String(),
  provider_service: Type.String(),
  profile_id: Type.String(),
  profile_name: Type.String(),
  profile_connected: Type.Boolean(),
  profile_initial_sync_required: Type.Boolean(),
  profile_relink_url: Type.Optional(Type.String()),
  profile_calendars: Type.Array(Calendar),
});

const ConferencingProfile = Type.Object({
  provider_name: Type.String(),
  profile_id: Type.String(),
  profile_name: Type.String(),
  profile_connected: Type.Boolean(),
});

/** The answer of `GET /v1/userinfo`: not wrapped, and with dots in two of its names. */
export const UserInfo = Type.Object({
  sub: Type.String(),
  email: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  zoneinfo: Type.Optional(Type.String()),
  application_calendar_id: Type.Optional(Type.String()),
  'cronofy.type': Type.Union([Type.Literal('account'), Type.Literal('application_calendar')]),
  'cronofy.data': Type.Object({
    application_calendar: Type.Optional(Type.Object({ application_calendar_id: Type.String() })),
    authorization: Type.Object({ scope: Type.String(), status: Type.String() }),
    profiles: Type.Array(Profile),
    conferencing_profiles: Type.Array(ConferencingProfile),
  }),
});
export type UserInfo = Static<typeof UserInfo>;

/** A 202 that was asked for the account beside it. */
export const WithUserInfo = Type.Object({ userinfo: UserInfo });

/** The body of `POST /oauth/token`, as JSON or as a form. */
export const TokenRequest = Type.Union(
  [
    Type.Object({
      client_id: Type.String(),
      client_secret: Type.String(),
      grant_type: Type.Literal('authorization_code'),
      code: Type.String(),
      redirect_uri: Type.String(),
    }),
    Type.Object({
      client_id: Type.String(),
      client_secret: Type.String(),
      grant_type: Type.Literal('refresh_token'),
      refresh_token: Type.String(),
    }),
  ],
  { expected: 'a grant of type "authorization_code" or "refresh_token"' },
);

const LinkingProfile = Type.Object({
  provider_name: Type.String(),
  profile_id: Type.String(),
  profile_name: Type.String(),
});

export const TokenResponse = Type.Object({
  token_type: Type.Literal('bearer'),
  access_token: Type.String({ pattern: '^[!-~]{32}$' }),
  expires_in: Type.Integer(),
  refresh_token: Type.String(),
  scope: Type.String(),
  account_id: Type.Optional(Type.String()),
  application_calendar_id: Type.Optional(Type.String()),
  sub: Type.String(),
  linking_profile: LinkingProfile,
});

/** The body of `POST /oauth/token/revoke`. The Node SDK names its token `refresh_token`. */
export const RevokeRequest = Type.Object({
  client_id: Type.String(),
  client_secret: Type.String(),
  token: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  sub: Type.Optional(Type.String()),
});

/** The body of `POST /v1/application_calendars`. */
export const ApplicationCalendarRequest = Type.Object({
  client_id: Type.String(),
  client_secret: Type.String(),
  application_calendar_id: Type.String({ minLength: 1 }),
});

export const ApplicationCalendarResponse = Type.Object({
  token_type: Type.Literal('bearer'),
  access_token: Type.String({ pattern: '^[!-~]{32}$' }),
  expires_in: Type.Integer(),
  refresh_token: Type.String(),
  scope: Type.String(),
  application_calendar_id: Type.String(),
  sub: Type.String({ pattern: '^apc_' }),
  linking_profile: LinkingProfile,
});

/** The parameters of the link to `GET /oauth/authorize`. */
export const AuthorizeQuery = Type.Object({
  response_type: Type.Literal('code'),
  client_id: Type.String(),
  redirect_uri: Type.String(),
  scope: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
  avoid_linking: Type.Optional(Type.Boolean()),
  provider_name: Type.Optional(Type.String()),
  link_token: Type.Optional(Type.String()),
});
