import type { TObject, TSchema } from '@sinclair/typebox';
import type { Evidence, Operation, ResponseContract } from '../../contract.js';
import { ASSUMED, FRAMEWORK, RECORDED } from '../evidence.js';
import * as schemas from '../schemas.js';

export const json = (description: string, body: TSchema): ResponseContract => ({
  description,
  body,
  contentType: 'application/json',
  evidence: RECORDED,
});
export const empty = (description: string): ResponseContract => ({ description, evidence: RECORDED });

const COMMON: Readonly<Record<number, ResponseContract>> = {
  401: json('The token is missing, malformed, unknown or disabled', schemas.Detail),
  404: json('No such thing in this project, or no such format or cursor', schemas.NotFound),
  406: json('Only JSON is served', schemas.Detail),
};
export const FAILS = {
  500: {
    description: "The vendor's own code fails",
    contentType: 'text/html; charset=utf-8',
    evidence: RECORDED,
    body: schemas.Page,
  },
};

/** Of a path that names something. */
const NAMES: Readonly<Record<number, ResponseContract>> = {
  500: {
    ...FAILS[500],
    evidence: { ...ASSUMED, note: 'for an id with NUL, which the driver of its database refuses' },
  },
};

export const READS_BODY: Readonly<Record<number, ResponseContract>> = {
  400: json('A field or the state does not allow it', schemas.BadRequest),
  415: json('The body is neither JSON nor a form', schemas.Detail),
  500: {
    ...FAILS[500],
    evidence: { ...FRAMEWORK, note: 'for JSON of more levels than 938, and JSON that is no object' },
  },
};
export const REFUSES = { 400: READS_BODY[400]! };
/** Calls share the project's rolling window. */
export const THROTTLED = { 429: json("The project's window of POSTs is full", schemas.Detail) };

export interface Row {
  readonly summary: string;
  readonly ok: readonly [status: 200 | 201, answer: ResponseContract];
  readonly body?: TSchema;
  readonly query?: TObject;
  readonly undocumented?: true;
  readonly errors?: Readonly<Record<number, ResponseContract>>;
  readonly evidence?: readonly Evidence[];
}

/** One operation of the API. Every path stands under `/api/v1`. */
export function operation<const Id extends string>(
  id: Id,
  method: Operation['method'],
  path: string,
  { summary, ok: [status, answer], body, query, undocumented, errors = {}, evidence = [RECORDED] }: Row,
): Operation & { readonly id: Id } {
  return {
    id,
    method,
    path: `/api/v1${path}`,
    summary,
    auth: 'token',
    ...(body ? { body } : {}),
    ...(query ? { query } : {}),
    ...(undocumented ? { undocumented } : {}),
    responses: { ...COMMON, ...(path.includes('{id}') ? NAMES : {}), ...errors, [status]: answer },
    evidence,
  };
}

export const ok = (description: string, body: TSchema): Row['ok'] => [200, json(description, body)];
export const bot = (description = 'The bot'): Row['ok'] => ok(description, schemas.Bot);
export const done: Row['ok'] = [200, empty('Done; no body')];

export const POSTS = { ...READS_BODY, ...THROTTLED };

/** A list in pages of a cursor. */
export const listing = (summary: string, query: TObject, page: TSchema): Row => ({
  summary,
  query,
  ok: ok('A page', page),
  errors: FAILS,
});

export const command = (summary: string, body?: TSchema): Row => ({
  summary,
  ...(body ? { body } : {}),
  ok: done,
  errors: POSTS,
});
