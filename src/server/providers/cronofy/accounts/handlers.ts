import type { UserInfo } from '../../../../contracts/cronofy/accounts.js';
import type { World } from '../../../engine/world.js';
import { accountOf, isConnected } from './accounts.js';
import { admitted, type Caller } from './authorize.js';
import { json, refused } from '../errors.js';
import { settingsOf } from '../settings.js';
import type { Account } from '../state.js';

const DEFAULT_TZID = 'Etc/UTC';

const calendarOf = ({ calendar_id, kind, name }: Account) => ({
  calendar_id,
  calendar_name: kind === 'account' ? 'Calendar' : name,
  calendar_readonly: false,
  calendar_deleted: false,
  calendar_primary: true,
  calendar_integrated_conferencing_available: kind === 'account',
  permission_level: 'sandbox',
});

const profileName = ({ kind, email, name }: Account): string => (kind === 'account' ? email : name);

/** The profile that an authorization is linked to, as token answers show it. */
export const linkingProfile = (account: Account) => ({
  provider_name: account.provider_name,
  profile_id: account.profile_id,
  profile_name: profileName(account),
});

const listCalendars = admitted(
  { wants: 'access_token', scopes: ['list_calendars', 'read_events', 'create_event'] },
  ({ world }, caller) => {
    const account = accountOf(world, caller);
    return json(200, { calendars: [{ ...linkingProfile(account), ...calendarOf(account) }] });
  },
);

const readAccount = admitted({ wants: 'access_token', scopes: ['read_account'] }, ({ world }, caller) => {
  const { sub, kind, email, name } = accountOf(world, caller);
  if (kind === 'application_calendar') return refused(403, 'an application calendar has no account');
  return json(200, { account: { account_id: sub, email, name, default_tzid: DEFAULT_TZID, scope: caller.scope } });
});

const readUserInfo = admitted({ wants: 'access_token' }, ({ world, request }, caller) =>
  json(200, renderUserInfo(world, caller, request.origin)),
);

/** The account as `GET /v1/userinfo` shows it, and writes that are asked to. */
export function renderUserInfo(world: World, caller: Caller, origin: string): UserInfo {
  const account = accountOf(world, caller);
  const { sub, kind, email, name, provider_name, profile_id, conferencing_profile_id } = account;
  const connected = isConnected(world);
  return {
    sub,
    ...(kind === 'account' ? { email, name } : {}),
    zoneinfo: DEFAULT_TZID,
    'cronofy.type': kind,
    'cronofy.data': {
      authorization: { scope: caller.scope, status: 'active' },
      profiles: [
        {
          provider_name,
          provider_service: kind === 'account' ? 'gmail' : 'cronofy',
          profile_id,
          profile_name: profileName(account),
          profile_connected: connected,
          profile_initial_sync_required: false,
          ...(connected ? {} : { profile_relink_url: `${origin}/oauth/authorize` }),
          profile_calendars: [calendarOf(account)],
        },
      ],
      conferencing_profiles: [
        {
          provider_name: settingsOf(world).default_conferencing,
          profile_id: conferencing_profile_id,
          profile_name: profileName(account),
          profile_connected: connected,
        },
      ],
    },
  };
}

export const accountHandlers = { listCalendars, readAccount, readUserInfo };
