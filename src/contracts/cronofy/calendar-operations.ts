import { Type } from '@sinclair/typebox';
import { defineOperations, type ResponseContract } from '../contract.js';
import {
  AccessibleCalendars,
  BatchRequest,
  BatchResponse,
  BulkDeleteRequest,
  ConferencingAuthorizationRequest,
  ConferencingAuthorizationResponse,
  ConsentQuery,
  CreateCalendarRequest,
  CreateCalendarResponse,
  FreeBusyPage,
  FreeBusyQuery,
  LinkTokenResponse,
  ParticipationRequest,
  PermissionsRequest,
  PermissionsResponse,
  ProfileList,
} from './calendars.js';
import { assumed, BATCH, FLAGS, FREE_BUSY, LINKING, PARTICIPATION, says, SDKS } from './evidence.js';
import { common, forbidden, invalid, json, locked, notFound, TOKEN_KINDS } from './responses.js';

const accepted = { description: 'Accepted, no body', evidence: SDKS } as const;
const CONSENT = assumed('the user consents on the page that the answer leads to', 'authorize_consents');

const consentPage = (description: string): ResponseContract => ({
  description,
  body: Type.String(),
  contentType: 'text/html; charset=utf-8',
  evidence: assumed('what the page says'),
});

/** What is said of every call with a user's token. */
const USERS = [SDKS, TOKEN_KINDS] as const;

/** Free-busy, batches, and whatever else is about calendars, profiles and permissions. */
export const calendarOperations = defineOperations([
  {
    id: 'readFreeBusy',
    method: 'GET',
    path: '/v1/free_busy',
    summary: 'When the account is busy, without a word on why',
    auth: 'access_token',
    query: FreeBusyQuery,
    responses: {
      ...common,
      200: json('The first page', FreeBusyPage, FREE_BUSY),
      403: forbidden,
      422: invalid,
      423: locked,
    },
    evidence: [
      FREE_BUSY,
      ...USERS,
      FLAGS,
      assumed('whether free entries are shown without include_free', 'free_busy_includes_free'),
      assumed('declined events are left out'),
    ],
  },
  {
    id: 'readFreeBusyPage',
    method: 'GET',
    path: '/v1/free_busy/pages/{page}',
    summary: 'A further page, by the URL that the page before it gave',
    auth: 'access_token',
    responses: { ...common, 200: json('A page', FreeBusyPage, FREE_BUSY), 403: forbidden, 404: notFound, 423: locked },
    evidence: [FREE_BUSY],
  },
  {
    id: 'deleteEvents',
    method: 'DELETE',
    path: '/v1/events',
    summary: 'Delete all events that the application manages, everywhere or in some calendars',
    auth: 'access_token',
    body: BulkDeleteRequest,
    responses: { ...common, 202: accepted, 403: forbidden, 422: invalid, 423: locked },
    evidence: [
      ...USERS,
      says(SDKS, 'the Python SDK sends the fields in the query; that production takes them there is assumed'),
      assumed('the agents of the deleted events are cancelled, as with a single deletion (documented)'),
    ],
  },
  {
    id: 'changeParticipation',
    method: 'POST',
    path: '/v1/calendars/{calendar_id}/events/{event_uid}/participation_status',
    summary: 'Answer an invitation of the account',
    auth: 'access_token',
    body: ParticipationRequest,
    responses: { ...common, 202: accepted, 403: forbidden, 404: notFound, 422: invalid, 423: locked },
    evidence: [
      PARTICIPATION,
      ...USERS,
      says(PARTICIPATION, 'Office 365 and Exchange delete what is declined, for good', 'calendar_provider'),
      assumed('the option change_participation_status is true where the owner is among the attendees'),
    ],
  },
  {
    id: 'batch',
    method: 'POST',
    path: '/v1/batch',
    summary: 'Up to 50 writes and deletions of events in one call',
    auth: 'access_token',
    body: BatchRequest,
    responses: { ...common, 207: json('What became of each', BatchResponse, BATCH), 422: invalid },
    evidence: [
      BATCH,
      ...USERS,
      assumed('more than 50 calls are 422 as a whole; a call that cannot be in a batch is 404 in its place'),
      assumed('what counts for the rate limit', 'batch_counts'),
    ],
  },
  {
    id: 'createCalendar',
    method: 'POST',
    path: '/v1/calendars',
    summary: 'Another calendar in a profile of the account',
    auth: 'access_token',
    body: CreateCalendarRequest,
    responses: {
      ...common,
      200: json('The calendar', CreateCalendarResponse, SDKS),
      403: forbidden,
      422: invalid,
      423: locked,
    },
    evidence: [...USERS, assumed('a profile that the account does not have is 422 on profile_id')],
  },
  {
    id: 'listProfiles',
    method: 'GET',
    path: '/v1/profiles',
    summary: 'The profiles of the account',
    auth: 'access_token',
    responses: { ...common, 200: json('The profiles', ProfileList, SDKS) },
    evidence: [...USERS],
  },
  {
    id: 'revokeProfile',
    method: 'POST',
    path: '/v1/profiles/{profile_id}/revoke',
    summary: 'End the access to a profile, which stays',
    auth: 'access_token',
    responses: { ...common, 202: accepted, 404: notFound },
    evidence: [...USERS, assumed('a profile of somebody else is 404')],
  },
  {
    id: 'requestPermissions',
    method: 'POST',
    path: '/v1/permissions',
    summary: 'Ask the user to let the application touch the events of others',
    auth: 'access_token',
    body: PermissionsRequest,
    responses: { ...common, 200: json('Where the user is asked', PermissionsResponse, SDKS), 422: invalid },
    evidence: [...USERS, CONSENT, assumed('calendars start so', 'permission_level')],
  },
  {
    id: 'consent',
    method: 'GET',
    path: '/oauth/permissions',
    summary: 'The page where a user allows more; greenroom allows it at once',
    auth: 'none',
    undocumented: true,
    query: ConsentQuery,
    responses: {
      302: {
        description: 'Back to redirect_uri',
        evidence: assumed('where the page is, and what it adds to redirect_uri'),
      },
      200: consentPage('Allowed, and nowhere to go back to'),
      404: consentPage('Nobody was asked'),
    },
    evidence: [CONSENT],
  },
  {
    id: 'authorizeConferencing',
    method: 'POST',
    path: '/v1/conferencing_service_authorizations',
    summary: 'Ask the user to connect a conferencing service',
    auth: 'access_token',
    body: ConferencingAuthorizationRequest,
    responses: {
      ...common,
      200: json('Where the user is asked', ConferencingAuthorizationResponse, SDKS),
      422: invalid,
    },
    evidence: [...USERS, CONSENT],
  },
  {
    id: 'createLinkToken',
    method: 'POST',
    path: '/v1/link_tokens',
    summary: 'A token that joins the next authorization to this account',
    auth: 'access_token',
    responses: { ...common, 200: json('The token', LinkTokenResponse, SDKS) },
    evidence: [...USERS, LINKING, says(SDKS, 'it is valid for five minutes', 'link_token_lifetime')],
  },
  {
    id: 'listAccessibleCalendars',
    method: 'GET',
    path: '/v1/accessible_calendars',
    summary: 'Calendars that a profile may be asked for',
    auth: 'access_token',
    responses: { ...common, 200: json('The calendars', AccessibleCalendars, SDKS), 404: notFound },
    evidence: [...USERS, assumed('the rooms of the workspace are those')],
  },
]);
