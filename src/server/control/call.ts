import type { TSchema } from '@sinclair/typebox';
import { httpDate } from '../../clock/instant.js';
import type { ScenarioCoverage } from '../../contracts/coverage.js';
import { nearest } from '../../contracts/nearest.js';
import { mismatches, unknownFields, type Mismatch } from '../../contracts/schema.js';
import { GreenroomError } from '../../errors.js';
import { readRequest, send, sendStream, type AppContext, type StreamReply } from '../http.js';
import type { Provider, Reply } from '../providers/provider.js';
import type { ScenarioStore } from '../scenarios/store.js';
import { DEFAULT_WORKSPACE, type Workspace } from '../workspace.js';
import type { Workspaces } from '../workspaces.js';
import { problem } from './problem.js';

export interface ControlOptions {
  readonly workspaces: Workspaces;
  readonly providers: readonly Provider[];
  readonly scenarios: ScenarioStore;
  /** What each scenario of the library exercises, found out when it is first asked for. */
  readonly rehearsals: () => Promise<ScenarioCoverage>;
  readonly version: string;
  readonly publicOrigin: string | undefined;
  readonly maxBody: number;
  /** Without it, only callers on this machine are served. */
  readonly controlToken: string | undefined;
}

/** A call of the control plane in the hands of its route. */
export interface ControlCall {
  readonly workspace: Workspace;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
  /** The parts of the path that the route leaves open. */
  readonly param: (name: string) => string;
  /** The body, valid by this schema. Throws MALFORMED_JSON and INVALID_BODY. */
  readonly body: (schema: TSchema) => unknown;
  /** The body, valid or not. Throws MALFORMED_JSON. */
  readonly json: () => unknown;
}

export type ControlHandler = (call: ControlCall) => Reply | StreamReply | Promise<Reply | StreamReply>;

export const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

export const noContent: Reply = { status: 204 };

/** Serves one route: checks the caller, finds the workspace, turns whatever is thrown into a problem document. */
export function control(options: ControlOptions, handler: ControlHandler) {
  return async (c: AppContext): Promise<Response> => {
    const { request, tooLarge } = await readRequest(c, options.publicOrigin, options.maxBody);
    const query = new URLSearchParams(request.query);
    let reply: Reply | StreamReply;
    let answered = (): void => undefined;
    let date = options.workspaces.default.world.now();
    try {
      admit(request.headers, options);
      if (tooLarge)
        throw new GreenroomError(
          'PAYLOAD_TOO_LARGE',
          `Failed to read the body: it is larger than ${options.maxBody} bytes.`,
        );
      const workspace = options.workspaces.get(
        request.headers['greenroom-workspace'] ?? query.get('workspace') ?? DEFAULT_WORKSPACE,
      );
      reply = await handler({
        workspace,
        query,
        headers: request.headers,
        origin: request.origin,
        param: (name) => c.req.param(name) ?? '',
        body: (schema) => readBody(request.body, schema),
        json: () => parseBody(request.body),
      });
      date = workspace.world.now();
      // What a route made due runs after its answer, as for a vendor's call.
      if (request.method !== 'GET')
        answered = workspace.world.clock.activity.request({ inProcess: c.env?.incoming === undefined });
    } catch (error) {
      reply = problem(error);
    }
    if ('open' in reply) return sendStream(c, reply, httpDate(date));
    return send(c, reply, httpDate(date), answered);
  };
}

/** Programs on this machine may come in; web pages of other origins, and other machines without the token, may not. */
function admit(headers: Readonly<Record<string, string>>, { controlToken, publicOrigin }: ControlOptions): void {
  if (controlToken !== undefined) {
    if (headers['authorization'] === `Bearer ${controlToken}`) return;
    throw new GreenroomError(
      'UNAUTHORIZED',
      'Failed to enter the control plane: it wants "Authorization: Bearer" with the --control-token.',
    );
  }
  const host = hostOf(headers['host'] ?? '');
  const ownHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).hostname;
  if (!isLocal(host) && host !== ownHost) {
    throw new GreenroomError(
      'FORBIDDEN_HOST',
      `Failed to enter the control plane: the Host header must name this machine, was "${headers['host'] ?? ''}".`,
    );
  }
  const { origin } = headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== headers['host'])) {
    throw new GreenroomError(
      'FORBIDDEN_HOST',
      `Failed to enter the control plane: a web page of ${origin} may not call it.`,
    );
  }
}

const hostOf = (host: string): string => host.replace(/:\d+$/, '');
const isLocal = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

function readBody(text: string, schema: TSchema): unknown {
  const value = parseBody(text);
  assertBody(schema, value);
  return value;
}

/** Throws INVALID_BODY for the first thing in the value that its schema does not want. */
export function assertBody(schema: TSchema, value: unknown): void {
  const [fault] = mismatches(schema, value);
  if (fault) throw invalidBody(schema, value, fault);
}

function parseBody(text: string): unknown {
  if (isTooDeep(text)) throw tooDeep();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new GreenroomError(
      'MALFORMED_JSON',
      `Failed to read the body: it is not JSON (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

const DEEPEST = 200;

/** Nothing that means anything is nested so deep, and what reads it would run out of stack. */
function isTooDeep(text: string): boolean {
  if (text.length <= DEEPEST) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') inString = !inString;
    else if (inString) i += char === '\\' ? 1 : 0;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

const tooDeep = (): GreenroomError => {
  const expected = `at most ${DEEPEST} levels of objects and lists`;
  return new GreenroomError('INVALID_BODY', `Failed to read the body: expected ${expected}, were more.`, {
    pointer: '',
    expected,
    was: 'more',
  });
};

function invalidBody(schema: TSchema, value: unknown, fault: Mismatch): GreenroomError {
  const unknown = unknownFields(schema, value).find(({ pointer }) => pointer === fault.pointer);
  const { pointer, expected, was, nearest = unknown?.nearest } = fault;
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return new GreenroomError(
    'INVALID_BODY',
    `Failed to read the body: at ${pointer || '/'}, expected ${expected}, was ${was}.${hint}`,
    {
      pointer,
      expected,
      was,
      ...(nearest === undefined ? {} : { nearest }),
    },
  );
}

/** A query parameter that counts something. Throws INVALID_BODY for anything else. */
export function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to read the query: expected a whole number for ${name}, was "${text}".`,
    {
      pointer: `?${name}`,
      expected: 'a whole number',
      was: text,
    },
  );
}

/** The query parameters that a read takes; those with words of their own take no other. */
export type QueryWords = Readonly<Record<string, readonly string[] | 'any'>>;

/** A misspelt filter would find everything, or nothing. Throws INVALID_BODY. */
export function assertQuery(query: URLSearchParams, words: QueryWords): void {
  const known: QueryWords = { ...words, workspace: 'any' };
  for (const [name, value] of query) {
    const taken = known[name];
    if (taken === undefined) throw unknownWord('the query', '?', name, Object.keys(known));
    if (taken !== 'any' && !taken.includes(value)) throw unknownWord('the query', `?${name}`, value, taken);
  }
}

/** INVALID_BODY for a word that is none of those known. */
export function unknownWord(what: string, pointer: string, word: string, known: readonly string[]): GreenroomError {
  const meant = nearest(word, known);
  const expected = `one of ${known.join(', ')}`;
  return new GreenroomError(
    'INVALID_BODY',
    `Failed to read ${what}: expected ${expected}, was "${word}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
    {
      pointer,
      expected,
      was: word,
      ...(meant === undefined ? {} : { nearest: meant }),
    },
  );
}
