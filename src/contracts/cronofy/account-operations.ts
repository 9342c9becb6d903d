import { Type } from '@sinclair/typebox';
import { defineOperations } from '../contract.js';
import {
  AccountResponse,
  ApplicationCalendarRequest,
  ApplicationCalendarResponse,
  AuthorizeQuery,
  CalendarList,
  RevokeRequest,
  TokenRequest,
  TokenResponse,
  UserInfo,
} from './accounts.js';
import { OAuthError } from './errors.js';
import {
  APPLICATION_CALENDARS,
  assumed,
  CONFERENCING,
  DELEGATED_ACCESS,
  ERROR_CODES,
  LINKING,
  REQUEST_TOKEN,
  says,
  SDKS,
} from './evidence.js';
import { DelegatedAuthorizationRequest } from './delegated.js';
import { common, forbidden, invalid, json, TOKEN_KINDS, tooMany, unauthorized } from './responses.js';

const refused = json(
  'The grant or the client is not good',
  OAuthError,
  says(ERROR_CODES, '400 and the style of RFC 6749 are documented; the words are assumed'),
);

/** Accounts, calendars and tokens. */
export const accountOperations = defineOperations([
  {
    id: 'listCalendars',
    method: 'GET',
    path: '/v1/calendars',
    summary: 'The calendars of the account',
    auth: 'access_token',
    responses: { ...common, 200: json('The calendars', CalendarList, SDKS), 403: forbidden },
    evidence: [SDKS, TOKEN_KINDS, assumed('any of the scopes that touch calendars is enough', 'access_token_scope')],
  },
  {
    id: 'readAccount',
    method: 'GET',
    path: '/v1/account',
    summary: 'The account behind the token',
    auth: 'access_token',
    responses: {
      ...common,
      200: json('The account', AccountResponse, SDKS),
      403: { ...forbidden, evidence: says(ERROR_CODES, 'an application calendar has no account (assumed)') },
    },
    evidence: [SDKS, TOKEN_KINDS],
  },
  {
    id: 'readUserInfo',
    method: 'GET',
    path: '/v1/userinfo',
    summary: 'The account with its profiles, calendars and conferencing profiles',
    auth: 'access_token',
    responses: { ...common, 200: json('The account', UserInfo, SDKS) },
    evidence: [SDKS, CONFERENCING, TOKEN_KINDS, assumed('a profile that is disconnected', 'profile_connected')],
  },
  {
    id: 'requestToken',
    method: 'POST',
    path: '/oauth/token',
    summary: 'An access token for a code or a refresh token',
    auth: 'none',
    body: TokenRequest,
    responses: { 200: json('The tokens', TokenResponse, REQUEST_TOKEN), 400: refused, 429: tooMany },
    evidence: [
      REQUEST_TOKEN,
      says(REQUEST_TOKEN, 'tokens live for an hour', 'token_lifetime'),
      assumed('how long a code lives', 'code_lifetime'),
      assumed('a refresh while ten minutes or more are left gives the same access token', 'reuse_fresh_tokens'),
    ],
  },
  {
    id: 'revokeToken',
    method: 'POST',
    path: '/oauth/token/revoke',
    summary: 'End an authorization, by one of its tokens or its sub',
    auth: 'none',
    body: RevokeRequest,
    responses: {
      200: { description: 'Done, no body', evidence: says(SDKS, 'the status is assumed') },
      400: refused,
      429: tooMany,
    },
    evidence: [SDKS],
  },
  {
    id: 'authorize',
    method: 'GET',
    path: '/oauth/authorize',
    summary: 'The page where a user consents; greenroom consents at once',
    auth: 'none',
    query: AuthorizeQuery,
    responses: {
      302: { description: 'Back to redirect_uri with a code and the state', evidence: SDKS },
      400: {
        description: 'There is nowhere to go back to',
        body: Type.String(),
        contentType: 'text/html; charset=utf-8',
        evidence: assumed('what the page says'),
      },
    },
    evidence: [
      says(SDKS, 'the parameters of the link'),
      assumed('the user consents', 'authorize_consents'),
      says(LINKING, 'what is authorized in one browser is linked to one account, by a cookie', 'authorize_browser'),
      says(LINKING, 'link_token names the account that the profile is linked to'),
      says(SDKS, 'avoid_linking keeps the profile an account of its own'),
      assumed(
        'the name of the cookie, which account it names after several, and that avoid_linking leaves it as it is',
      ),
      assumed('a link token that is unknown or expired leads back with the error invalid_request'),
      assumed('an account that was authorized apart and is linked later is one with the other from then on'),
    ],
  },
  {
    id: 'delegateAuthorization',
    method: 'POST',
    path: '/v1/delegated_authorizations',
    summary: 'Ask for tokens of somebody else whose calendar a profile of the account may act for',
    auth: 'access_token',
    body: DelegatedAuthorizationRequest,
    responses: { ...common, 202: { description: 'Asked for, no body', evidence: SDKS }, 422: invalid },
    evidence: [
      SDKS,
      TOKEN_KINDS,
      says(DELEGATED_ACCESS, 'the code comes to callback_url, and is exchanged with that as its redirect_uri'),
      assumed('people and rooms of the workspace can be acted for, and nobody else'),
    ],
  },
  {
    id: 'createApplicationCalendar',
    method: 'POST',
    path: '/v1/application_calendars',
    summary: 'A calendar of the application itself, by an id of its own',
    auth: 'none',
    body: ApplicationCalendarRequest,
    responses: {
      200: json('Tokens for the calendar', ApplicationCalendarResponse, APPLICATION_CALENDARS),
      401: unauthorized,
      422: invalid,
      429: tooMany,
    },
    evidence: [APPLICATION_CALENDARS],
  },
]);
