import { Type, type Static } from '@sinclair/typebox';
import { closed, Count, Cut, Headers, Instant, listing, orNull, Text, wordOf } from './fields.js';
import type { VendorFields } from './vendor-fields.js';

export const ContractViolation = Type.Object({
  rule: Text,
  severity: wordOf(['error', 'warning']),
  pointer: Text,
  expected: Text,
  was: Text,
  nearest: Type.Optional(Text),
});

/** The answer to `POST /_greenroom/requests/verify`: whether the count is right, and what the nearest of the others lack. */
export const Verification = Type.Object({
  ok: Type.Boolean(),
  count: Count,
  matched: Type.Array(Text),
  closest: Type.Array(
    Type.Object({
      id: Text,
      differs: Type.Array(Type.Object({ pointer: Text, expected: Type.Unknown(), was: Type.Unknown() })),
    }),
  ),
});
export type Verification = Static<typeof Verification>;

const Whole = Type.Integer({ minimum: 0 });

export function requestSchemas({ Provider }: VendorFields) {
  const LoggedRequest = Type.Object({
    id: Text,
    seq: Count,
    at: Instant,
    provider: Provider,
    /** The version of the vendor in this workspace. */
    version: Type.Optional(Text),
    /** `null` for a path that is no operation of the vendor. */
    operation: orNull(Text),
    subject: orNull(Text),
    method: Text,
    path: Text,
    query: Text,
    request: Type.Object({ headers: Headers, body: Text, cut: Cut }),
    response: orNull(Type.Object({ status: Type.Integer(), headers: Headers, body: Text, cut: Cut })),
    violations: Type.Array(ContractViolation),
    /** No workspace was found for its credential. */
    unattributed: Type.Optional(Type.Literal(true)),
  });
  const RequestMatch = Type.Object(
    {
      provider: Type.Optional(Provider),
      operation: Type.Optional(Type.String()),
      method: Type.Optional(Type.String()),
      path: Type.Optional(Type.String()),
      /** The least that the JSON body has. */
      body: Type.Optional(Type.Unknown()),
    },
    closed,
  );
  const VerifyBody = Type.Object(
    {
      match: RequestMatch,
      /** How often: exactly, or within bounds; at least once if nothing is said. */
      times: Type.Optional(
        Type.Union(
          [
            Whole,
            Type.Object(
              { at_least: Type.Optional(Whole), at_most: Type.Optional(Whole) },
              { ...closed, minProperties: 1 },
            ),
          ],
          { expected: 'a number, {"at_least": …}, {"at_most": …} or both' },
        ),
      ),
    },
    closed,
  );
  const RequestList = Type.Object({ requests: Type.Array(LoggedRequest), ...listing });
  return { LoggedRequest, RequestList, VerifyBody };
}

type Schemas = ReturnType<typeof requestSchemas>;
/** A call of a client as it came and was answered, whole but for its secrets. Bodies are the exact texts. */
export type LoggedRequest = Static<Schemas['LoggedRequest']>;
export type RequestList = Static<Schemas['RequestList']>;
export type VerifyBody = Static<Schemas['VerifyBody']>;
/** Which calls are meant: all that is said must be equal. */
export type RequestMatch = VerifyBody['match'];
export type Times = NonNullable<VerifyBody['times']>;
