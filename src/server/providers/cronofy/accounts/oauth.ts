import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from '../../../../clock/instant.js';
import { ApplicationCalendarRequest } from '../../../../contracts/cronofy/accounts.js';
import type { World } from '../../../engine/world.js';
import type { Call, Handler, Reply } from '../../provider.js';
import { readUrl } from '../../../../read-url.js';
import { linkingProfile } from './handlers.js';
import { accountOf, applicationCalendar, ownAccount } from './accounts.js';
import { isClientSecret, limited } from './authorize.js';
import { issueText, readFields, tellIssued, textOf } from './credentials.js';
import { holderOf, linkProfile } from './linking.js';
import { empty, escape, oauth, oauthError, page, unauthorized, unknownLink } from '../errors.js';
import { FULL_SCOPE } from '../../../../contracts/cronofy/settings.js';
import { EVERYTHING } from './scopes.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account, type Code, type Grant } from '../state.js';
import { checkShape } from '../validate.js';

/** A token that has this long left is given again by a refresh. */
const FRESH = 10 * MICROS_PER_MINUTE;
const TOKEN_LENGTH = 32;

/** The client behind a call that shows id and secret in its body; `undefined` if they do not belong together. */
function clientOf({ world, credential }: Call, clientId: unknown): { foreignSecret: string | null } | undefined {
  if (!credential.issued) {
    sliceOf(world).facts.foreignSecret = credential.value;
    return { foreignSecret: credential.value };
  }
  const known = isClientSecret(world, credential.value) && clientId === settingsOf(world).client_id;
  return known ? { foreignSecret: null } : undefined;
}

/** The page where a user would consent: consents at once, and goes back with a code. */
const authorize: Handler = ({ world, request, credential }) => {
  const query = new URLSearchParams(request.query);
  const [redirectUri, state] = [query.get('redirect_uri') ?? '', query.get('state')];
  const back = readUrl(redirectUri);
  if (!back) {
    return page(400, 'Nowhere to go back to', ['<p>redirect_uri is missing or is no URL.</p>']);
  }
  if (state !== null) back.searchParams.set('state', state);
  const { authorize_consents } = settingsOf(world);
  const profile = sliceOf(world).facts.signedIn ?? ownAccount(world).sub;
  const refusal =
    query.get('response_type') !== 'code'
      ? 'unsupported_response_type'
      : authorize_consents
        ? undefined
        : 'access_denied';
  const remembered = refusal === undefined ? linkProfile(world, request, profile) : {};
  if (refusal !== undefined || !remembered) back.searchParams.set('error', refusal ?? 'invalid_request');
  else {
    const code = issueCode(world, {
      account: profile,
      client_id: credential.value.slice('client '.length),
      redirect_uri: redirectUri,
      scope: query.get('scope') ?? FULL_SCOPE,
    });
    back.searchParams.set('code', code);
  }
  world.changes++;
  return empty(302, { ...remembered, Location: back.href });
};

/** A code that can be exchanged once, for a while. */
export function issueCode(world: World, given: Pick<Code, 'account' | 'client_id' | 'redirect_uri' | 'scope'>): string {
  const { codeLifetime, client_secret } = settingsOf(world);
  return sliceOf(world).codes.add({
    ...given,
    code: issueText(world, 'code', TOKEN_LENGTH, client_secret),
    expires: world.now() + codeLifetime,
    used: false,
  }).code;
}

const requestToken = limited((call) => {
  const fields = readFields(call.request) ?? {};
  const client = clientOf(call, fields['client_id']);
  if (!client) return oauthError('invalid_client');
  const needed = NEEDED.get(fields['grant_type']);
  if (needed?.some((name) => fields[name] === undefined)) return oauthError('invalid_request');
  if (fields['grant_type'] === 'authorization_code') return exchangeCode(call.world, fields, client.foreignSecret);
  if (fields['grant_type'] === 'refresh_token') return refresh(call.world, fields);
  return oauthError(fields['grant_type'] === undefined ? 'invalid_request' : 'unsupported_grant_type');
});

/** What a grant cannot do without, by RFC 6749. */
const NEEDED: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['authorization_code', ['code', 'redirect_uri']],
  ['refresh_token', ['refresh_token']],
]);

function exchangeCode(world: World, fields: Record<string, unknown>, foreignSecret: string | null): Reply {
  const code = sliceOf(world).codes.get(textOf(fields['code']) ?? '');
  if (!code || code.used || code.expires <= world.now() || code.client_id !== fields['client_id']) {
    return oauthError('invalid_grant', 'errors.unknown_or_used');
  }
  if (code.redirect_uri !== fields['redirect_uri']) return oauthError('invalid_grant', 'errors.redirect_uri_mismatch');
  code.used = true;
  const account = sliceOf(world).accounts.get(code.account) ?? ownAccount(world);
  return oauth(200, renderTokens(world, account, makeGrant(world, account, code.scope, foreignSecret)));
}

function refresh(world: World, fields: Record<string, unknown>): Reply {
  const { grants, accounts } = sliceOf(world);
  const grant = grants.get(textOf(fields['refresh_token']) ?? '');
  if (!grant || grant.revoked) return oauthError('invalid_grant');
  const keep = settingsOf(world).reuse_fresh_tokens && expiryOf(world, grant) - world.now() >= FRESH;
  if (!keep) renew(world, grant);
  return oauth(200, renderTokens(world, accounts.get(grant.account)!, grant));
}

function makeGrant(world: World, account: Account, scope: string, foreignSecret: string | null): Grant {
  const { client_secret } = settingsOf(world);
  const grant = sliceOf(world).grants.add({
    refresh_token: issueText(world, 'refresh_token', TOKEN_LENGTH, client_secret),
    account: account.sub,
    scope,
    access_token: '',
    revoked: false,
    foreignSecret,
  });
  renew(world, grant);
  return grant;
}

function renew(world: World, grant: Grant): void {
  const { client_secret, tokenLifetime } = settingsOf(world);
  grant.access_token = issueText(world, 'access_token', TOKEN_LENGTH, client_secret);
  sliceOf(world).accessTokens.add({
    access_token: grant.access_token,
    refresh_token: grant.refresh_token,
    expires: world.now() + tokenLifetime,
  });
  tellIssued(world, grant.access_token);
}

const expiryOf = (world: World, { access_token }: Grant): number =>
  sliceOf(world).accessTokens.get(access_token)?.expires ?? 0;

/** For the account that holds the profile; it is told which profile was authorized. */
function renderTokens(world: World, profile: Account, grant: Grant): Record<string, unknown> {
  const account = accountOf(world, { account: profile.sub });
  const { access_token, refresh_token, scope } = grant;
  return {
    token_type: 'bearer',
    access_token,
    expires_in: Math.floor((expiryOf(world, grant) - world.now()) / MICROS_PER_SECOND),
    refresh_token,
    scope,
    ...(account.kind !== 'application_calendar'
      ? { account_id: account.sub }
      : { application_calendar_id: account.application_calendar_id }),
    sub: account.sub,
    linking_profile: linkingProfile(profile),
  };
}

/** By a token, by the Node SDK's `refresh_token`, or by `sub`; one that is nobody's is answered 200 too (assumed). */
const revokeToken = limited((call) => {
  const { world, request } = call;
  const fields = readFields(request) ?? {};
  if (!clientOf(call, fields['client_id'])) return oauthError('invalid_client');
  const token = textOf(fields['token']) ?? textOf(fields['refresh_token']) ?? '';
  const sub = textOf(fields['sub']);
  if (token === '' && sub === undefined) return oauthError('invalid_request');
  revoke(world, token, sub);
  return empty(200);
});

function revoke(world: World, token: string, sub: string | undefined): void {
  const { grants, accessTokens, facts } = sliceOf(world);
  const grant = grants.get(token) ?? grants.get(accessTokens.get(token)?.refresh_token ?? '');
  if (grant) grant.revoked = true;
  const isMeant = (account: string | null): boolean =>
    sub !== undefined && account !== null && holderOf(world, account) === sub;
  for (const one of grants.values()) if (isMeant(one.account)) one.revoked = true;
  if (token === settingsOf(world).access_token || isMeant(facts.ownAccount)) facts.accessTokenRevoked = true;
}

const createApplicationCalendar = limited((call) => {
  const { world, request } = call;
  const fields = readFields(request) ?? {};
  const client = clientOf(call, fields['client_id']);
  if (!client) return unauthorized('client_id and client_secret do not belong together');
  const errors = checkShape(ApplicationCalendarRequest, fields);
  if (errors.any) return errors.reply();
  const account = applicationCalendar(world, textOf(fields['application_calendar_id']) ?? '');
  return oauth(200, renderTokens(world, account, makeGrant(world, account, EVERYTHING, client.foreignSecret)));
});

/** What callers hear that show no client, or nobody's. */
export function refuseClient(path: string, known: boolean): Reply {
  if (path === '/v1/application_calendars') return unauthorized('the body names no client_secret that is known here');
  if (path === '/oauth/authorize')
    return page(400, 'Unknown application', [`<p>${escape('client_id is missing or unknown.')}</p>`]);
  if (path === '/oauth/permissions') return unknownLink();
  return oauthError(known ? 'invalid_request' : 'invalid_client');
}

export const oauthHandlers = {
  authorize,
  requestToken,
  revokeToken,
  createApplicationCalendar,
};
