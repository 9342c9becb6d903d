import { Type } from '@sinclair/typebox';
import { defineOperations } from '../contract.js';
import { CancelRequest, ResourceResponse, ScheduleRequest, ScheduleResponse } from './agents.js';
import { assumed, BODIES, CANCEL, RESOURCES, says, SCHEDULE, TIMES_AND_HOSTS, TRANSCRIPTS, ZOOM } from './evidence.js';
import { common, invalid, json, notFound, planLacksFeature, TOKEN_KINDS } from './responses.js';

/** Agents and what they bring back. */
export const agentOperations = defineOperations([
  {
    id: 'scheduleMeetingAgent',
    method: 'POST',
    path: '/v1/meeting_agents',
    summary: 'Send an agent to a meeting at once, or schedule it for later',
    auth: 'any_bearer',
    body: ScheduleRequest,
    responses: {
      ...common,
      200: json(
        'Without join_time: the agent at the point of its creation',
        ScheduleResponse,
        says(SCHEDULE, 'nested under meeting_agent; un-nested in early 2026', 'legacy_unnested_response'),
      ),
      202: {
        description: 'With scheduling_key and join_time: accepted, no body',
        evidence: says(SCHEDULE, 'no body is shown; that it has zero bytes is assumed'),
        bodyBasis: 'assumed',
      },
      402: planLacksFeature,
      422: invalid,
    },
    evidence: [
      SCHEDULE,
      says(
        ZOOM,
        'an attendee is asked once to authorize Zoom meetings that Cronofy did not make',
        'zoom_authorization',
      ),
      ...TIMES_AND_HOSTS,
      BODIES,
      says(SCHEDULE, "the API key and a user's access token are shown, one in each example; both are always taken"),
      says(
        SCHEDULE,
        'a known key replaces join_url, join_time and subscriptions; of more nothing is said',
        'reschedule_replaces',
      ),
      assumed('omitted subscriptions stay'),
      assumed(
        'an agent that was activated and is moved farther than 5 minutes away is activated anew',
        'joining_begins',
      ),
      assumed('"begun joining" starts with the activation', 'joining_begins'),
      assumed('how long an agent prepares that had too little notice', 'preparation_time'),
    ],
  },
  {
    id: 'cancelMeetingAgent',
    method: 'DELETE',
    path: '/v1/meeting_agents',
    summary: 'Cancel a scheduled agent that has not begun joining',
    auth: 'api_key',
    body: CancelRequest,
    responses: {
      ...common,
      202: {
        description: 'Accepted, no body',
        evidence: says(CANCEL, 'that an unknown or already joining key is also answered 202 is assumed'),
      },
      402: planLacksFeature,
      422: invalid,
    },
    evidence: [
      says(CANCEL, 'it names remove_from_meeting for an agent that has begun joining; no page says what that is'),
      TOKEN_KINDS,
      assumed('no callback tells of a cancellation'),
    ],
  },
  {
    id: 'downloadResource',
    method: 'GET',
    path: '/v1/meeting_agents/resources/{key}',
    summary: 'The way to a transcript, an audio or a video file',
    auth: 'api_key',
    responses: {
      ...common,
      302: json('Location, and the same URL in the body', ResourceResponse, RESOURCES),
      404: notFound,
    },
    evidence: [
      RESOURCES,
      assumed('the path of the resource URL: opaque, whatever the callback says, and none without subscriptions'),
      assumed('how long the signed URL lives', 'download_lifetime'),
    ],
  },
  {
    id: 'readDownload',
    method: 'GET',
    path: '/store/{key}/{file}',
    summary: 'The file itself, as an object store serves it',
    auth: 'none',
    elsewhere: true,
    responses: {
      200: {
        description: 'The transcript as JSON, or the bytes of a recording',
        body: Type.String({ minLength: 2 }),
        contentType: 'application/octet-stream',
        evidence: says(
          TRANSCRIPTS,
          'the shape of the transcript is documented; the containers mp3 and mp4 are assumed',
        ),
      },
      206: {
        description: 'The bytes that Range asks for',
        body: Type.String({ minLength: 1 }),
        contentType: 'application/octet-stream',
        evidence: assumed('as public object stores answer'),
      },
      400: storeRefusal('The call carries an Authorization header beside the signed URL'),
      403: storeRefusal('The URL has expired, nobody signed it, or the method is HEAD'),
      404: storeRefusal('The file is kept no longer'),
      416: storeRefusal('The range begins behind the end of the file'),
    },
    evidence: [
      assumed('the store behaves as public object stores do; where it lives', 'store_url'),
      assumed('names of speakers; the vendor says that they may be absent', 'speaker_names'),
    ],
  },
  {
    id: 'showDashboard',
    method: 'GET',
    path: '/dashboard/meeting_agents/{key}',
    summary: 'The page of an agent, for a browser',
    auth: 'none',
    elsewhere: true,
    responses: {
      200: {
        description: 'A page',
        body: Type.String({ minLength: 1 }),
        contentType: 'text/html; charset=utf-8',
        evidence: says(RESOURCES, 'that it is for browsers is documented; what it looks like is not'),
      },
      403: notFound,
      404: notFound,
    },
    evidence: [RESOURCES],
  },
]);

function storeRefusal(description: string) {
  return {
    description,
    body: Type.String(),
    contentType: 'application/xml',
    evidence: assumed('as public object stores answer'),
  };
}
