import { Type, type Static } from '@sinclair/typebox';
import { alsoCalled } from '../schemas/schema.js';

/** The shapes of `POST /v1/delegated_authorizations`, and of what is told afterwards. */

const closed = { additionalProperties: false } as const;
const filled = (expected: string) => Type.String({ minLength: 1, expected });

export const DelegatedAuthorizationRequest = Type.Object({
  profile_id: filled('a profile of the account'),
  email: filled('the e-mail address of somebody whose calendar the profile may act for'),
  callback_url: Type.String({
    minLength: 1,
    expected: 'an HTTP or HTTPS URL',
    ...alsoCalled('redirect_uri', 'uri', 'url'),
  }),
  scope: filled('scopes, separated by spaces'),
  state: Type.Optional(Type.String()),
});
export type DelegatedAuthorizationRequest = Static<typeof DelegatedAuthorizationRequest>;

const state = { state: Type.Optional(Type.String()) };

/** A code that is exchanged with the callback URL as `redirect_uri`. */
export const AuthorizationCode = Type.Object({ code: Type.String(), ...state }, closed);

export const AuthorizationRefusal = Type.Object(
  { error: Type.String(), error_key: Type.String(), error_description: Type.String(), ...state },
  closed,
);
export type Authorization = Static<typeof AuthorizationCode> | Static<typeof AuthorizationRefusal>;
