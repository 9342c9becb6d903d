import { Type, type Static } from '@sinclair/typebox';

/** The documented shape of every 422: each field maps to an array. */
export const Errors = Type.Object(
  {
    errors: Type.Record(
      Type.String(),
      Type.Array(Type.Object({ key: Type.String(), description: Type.String() }, { additionalProperties: false }), {
        minItems: 1,
      }),
    ),
  },
  { additionalProperties: false },
);
export type Errors = Static<typeof Errors>;

/** The error of the OAuth endpoints (RFC 6749). */
export const OAuthError = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) });
