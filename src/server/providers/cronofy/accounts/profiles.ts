import {
  ConferencingAuthorizationRequest,
  CreateCalendarRequest,
  PermissionsRequest,
} from '../../../../contracts/cronofy/calendars.js';
import { readUrl } from '../../../../read-url.js';
import type { World } from '../../../engine/world.js';
import type { Call, Handler } from '../../provider.js';
import { empty, json, page, refused, unknownLink } from '../errors.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account } from '../state.js';
import { httpUrl, readBody } from '../validate.js';
import { accountOf, ownsCalendar, refuseDisconnected } from './accounts.js';
import { admitted, type Caller } from './authorize.js';
import { addCalendar, calendarsOfProfile } from './calendars.js';
import { issueText } from './credentials.js';
import { linkingProfile, profileOf } from './handlers.js';
import { profilesOf } from './linking.js';

const USER = { wants: 'access_token' } as const;

const NO_PROFILE = 'the account has no profile of this id';

const findProfile = (world: World, caller: Caller, id: string | undefined): Account | undefined =>
  profilesOf(world, accountOf(world, caller)).find(({ profile_id }) => profile_id === id);

const listProfiles = admitted(USER, ({ world, request }, caller) =>
  json(200, {
    profiles: profilesOf(world, accountOf(world, caller)).map((profile) => profileOf(world, profile, request.origin)),
  }),
);

/** Only the access ends: the profile stays, and can be connected again (observed). */
const revokeProfile = admitted(USER, ({ world, params }, caller) => {
  const profile = findProfile(world, caller, params['profile_id']);
  if (!profile) return refused(404, NO_PROFILE);
  sliceOf(world).disconnected[profile.profile_id] = true;
  return empty(202);
});

const createCalendar = admitted({ ...USER, scopes: ['create_calendar'] }, (call, caller) => {
  const { world } = call;
  const read = readBody<CreateCalendarRequest>(call, CreateCalendarRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const { profile_id, name } = body;
  const account = findProfile(world, caller, profile_id);
  if (!account) {
    errors.add('profile_id', 'not_recognized', 'must be a profile of the account');
    return errors.reply();
  }
  const locked = refuseDisconnected(world, account);
  if (locked) return locked;
  if (calendarsOfProfile(world, account).some(({ calendar_name }) => calendar_name === name))
    errors.add('name', 'duplicate_calendar_name', 'must be unique within the profile');
  if (errors.any) return errors.reply();
  const { calendar_id } = addCalendar(world, account, name);
  return json(200, {
    calendar: {
      ...linkingProfile(account),
      calendar_id,
      calendar_name: name,
      calendar_readonly: false,
      calendar_deleted: false,
    },
  });
});

const KEY_LENGTH = 32;

/** Where the user is asked. Nobody can tell its key from anything else. */
function askForConsent({ world, request }: Call, calendars: readonly string[], redirect_uri: string | null): string {
  const { client_id, client_secret } = settingsOf(world);
  const { key } = sliceOf(world).consents.add({
    key: issueText(world, 'consent', KEY_LENGTH, client_secret),
    calendars,
    redirect_uri,
  });
  return `${request.origin}/oauth/permissions?${new URLSearchParams({ client_id, request: key }).toString()}`;
}

const requestPermissions = admitted(USER, (call, caller) => {
  const { world } = call;
  const read = readBody<PermissionsRequest>(call, PermissionsRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const { permissions, redirect_uri } = body;
  permissions.forEach(({ calendar_id }, i) => {
    if (!ownsCalendar(world, caller, calendar_id))
      errors.add(`permissions[${i}].calendar_id`, 'invalid_calendar_ids', 'must be a calendar of the account');
  });
  if (redirect_uri !== undefined && !httpUrl(redirect_uri))
    errors.add('redirect_uri', 'invalid_url', 'must be a valid URL');
  if (errors.any) return errors.reply();
  const wanted = permissions.filter(({ permission_level }) => permission_level === 'unrestricted');
  const url = askForConsent(
    call,
    wanted.map(({ calendar_id }) => calendar_id),
    redirect_uri ?? null,
  );
  return json(200, { permissions_request: { url } });
});

const authorizeConferencing = admitted(USER, (call) => {
  const read = readBody<ConferencingAuthorizationRequest>(call, ConferencingAuthorizationRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const { redirect_uri } = body;
  if (!httpUrl(redirect_uri)) errors.add('redirect_uri', 'invalid_url', 'must be a valid URL');
  return errors.any
    ? errors.reply()
    : json(200, { authorization_request: { url: askForConsent(call, [], redirect_uri) } });
});

/** The page on which the user allows more: allows it at once, and goes back. */
const consent: Handler = ({ world, request }) => {
  const key = new URLSearchParams(request.query).get('request') ?? '';
  const asked = sliceOf(world).consents.get(key);
  if (!asked) return unknownLink();
  const granted = settingsOf(world).authorize_consents;
  if (granted) for (const id of asked.calendars) sliceOf(world).unrestricted[id] = true;
  world.changes++;
  const back = asked.redirect_uri === null ? undefined : readUrl(asked.redirect_uri);
  if (!back) return page(200, granted ? 'Allowed' : 'Not allowed', ['<p>You can close this page.</p>']);
  if (!granted) back.searchParams.set('error', 'access_denied');
  return empty(302, { Location: back.href });
};

const createLinkToken = admitted(USER, ({ world }, caller) => {
  const { client_secret, linkTokenLifetime } = settingsOf(world);
  const { link_token } = sliceOf(world).linkTokens.add({
    link_token: issueText(world, 'link_token', KEY_LENGTH, client_secret),
    account: accountOf(world, caller).sub,
    expires: world.now() + linkTokenLifetime,
  });
  return json(200, { link_token });
});

/** The rooms of the workspace. */
const listAccessibleCalendars = admitted(USER, ({ world, request }, caller) => {
  const asked = new URLSearchParams(request.query).get('profile_id');
  if (asked !== null && !findProfile(world, caller, asked)) return refused(404, NO_PROFILE);
  return json(200, {
    accessible_calendars: roomsOf(world).map(({ email, name }) => ({ calendar_type: 'resource', email, name })),
  });
});

const roomsOf = (world: World): Account[] => sliceOf(world).accounts.filter(({ kind }) => kind === 'resource');

export const profileHandlers = {
  listProfiles,
  revokeProfile,
  createCalendar,
  requestPermissions,
  authorizeConferencing,
  consent,
  createLinkToken,
  listAccessibleCalendars,
};
