import type { TSchema } from '@sinclair/typebox';
import type { Evidence, ResponseContract } from '../contract.js';
import { Errors } from './errors.js';
import { AUTHENTICATION, ERROR_CODES, RATE_LIMITS, says } from './evidence.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

export const json = (description: string, body: TSchema, evidence: Evidence): ResponseContract => ({
  description,
  body,
  contentType: JSON_TYPE,
  evidence,
});

const status = (description: string, evidence: Evidence): ResponseContract => ({
  description,
  evidence,
  bodyBasis: 'assumed',
});

const EMPTY = 'the status is documented; that the body is empty is assumed';

export const unauthorized = status('The credential is not recognized; empty body, with WWW-Authenticate', {
  ...says(ERROR_CODES, `${EMPTY}; that another data center answers it is said by others`, 'data_center'),
});
export const planLacksFeature = status(
  'The plan or the application lacks the feature',
  says(
    ERROR_CODES,
    'documented for the plan; assumed for a feature that is not toggled on',
    'plan_includes_agents, agent_features_enabled',
  ),
);
export const forbidden = status(
  'The credential is recognized, its scope is not enough',
  says(ERROR_CODES, EMPTY, 'access_token_scope'),
);
export const notFound = status('There is no such thing, or no access to it', says(ERROR_CODES, EMPTY));
export const invalid = json(
  'A parameter is invalid',
  Errors,
  says(
    ERROR_CODES,
    'the shape and errors.required are documented, errors.must_be_boolean is in a test of the C# SDK; the other keys are assumed',
  ),
);
export const locked = status(
  'The profile below the calendar is disconnected',
  says(ERROR_CODES, EMPTY, 'profile_connected'),
);
export const tooMany = status(
  'More than 50 calls in a second or 500 in a minute',
  says(RATE_LIMITS, 'the limits are documented; that windows are whole seconds and minutes is assumed', 'rate_limit'),
);

/** What every call with a credential may be answered. */
export const common = { 401: unauthorized, 429: tooMany } as const;

/** That a user's call wants an access token and an application's the API key. */
export const TOKEN_KINDS = says(
  AUTHENTICATION,
  'the two kinds are not interchangeable; greenroom takes either unless told otherwise',
  'token_kinds',
);
