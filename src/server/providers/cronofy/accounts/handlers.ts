import type { UserInfo } from '../../../../contracts/cronofy/accounts.js';
import type { World } from '../../../engine/world.js';
import { accountOf, isConnected, PROVIDERS } from './accounts.js';
import { calendarsOfProfile } from './calendars.js';
import { admitted, type Caller } from './authorize.js';
import { json, refused } from '../errors.js';
import { profilesOf } from './linking.js';
import { settingsOf } from '../settings.js';
import type { Account } from '../state.js';

const profileName = ({ email, name }: Account): string => (email === '' ? name : email);

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
    if (isPending(world)) return json(200, { calendars: [] });
    const calendars = profilesOf(world, account).flatMap((profile) =>
      calendarsOfProfile(world, profile).map((calendar) => ({ ...linkingProfile(profile), ...calendar })),
    );
    return json(200, { calendars });
  },
);

const readAccount = admitted({ wants: 'access_token', scopes: ['read_account'] }, ({ world }, caller) => {
  const { sub, kind, email, name, tzid } = accountOf(world, caller);
  if (kind === 'application_calendar') return refused(403, 'an application calendar has no account');
  return json(200, { account: { account_id: sub, email, name, default_tzid: tzid, scope: caller.scope } });
});

const readUserInfo = admitted({ wants: 'access_token' }, ({ world, request }, caller) =>
  json(200, renderUserInfo(world, caller, request.origin)),
);

/** The account as `GET /v1/userinfo` shows it, and writes that are asked to. */
export function renderUserInfo(world: World, caller: Caller, origin: string): UserInfo {
  const account = accountOf(world, caller);
  const { sub, kind, email, name, tzid, application_calendar_id: own } = account;
  const profiles = profilesOf(world, account);
  return {
    sub,
    ...(own === null ? { email, name, zoneinfo: tzid } : { application_calendar_id: own }),
    'cronofy.type': kind === 'application_calendar' ? kind : 'account',
    'cronofy.data': {
      ...(own === null ? {} : { application_calendar: { application_calendar_id: own } }),
      authorization: { scope: caller.scope, status: 'active' },
      profiles: profiles.map((profile) => ({
        ...profileOf(world, profile, origin),
        profile_initial_sync_required: isPending(world),
        profile_calendars: isPending(world) ? [] : calendarsOfProfile(world, profile),
      })),
      conferencing_profiles: profiles.map((profile) => ({
        provider_name: settingsOf(world).default_conferencing,
        profile_id: profile.conferencing_profile_id,
        profile_name: profileName(profile),
        profile_connected: isConnected(world, profile),
      })),
    },
  };
}

/** The events of profiles are still being read for the first time: they show no calendars (observed). */
const isPending = (world: World): boolean => settingsOf(world).initial_sync === 'pending';

/** A profile without its calendars. */
export function profileOf(world: World, account: Account, origin: string) {
  const connected = isConnected(world, account);
  return {
    provider_name: account.provider_name,
    provider_service: PROVIDERS[account.provider_name]?.service ?? account.provider_name,
    profile_id: account.profile_id,
    profile_name: profileName(account),
    profile_connected: connected,
    ...(connected ? {} : { profile_relink_url: `${origin}/oauth/authorize` }),
  };
}

export const accountHandlers = { listCalendars, readAccount, readUserInfo };
