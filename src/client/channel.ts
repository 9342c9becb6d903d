import { isObject } from '../contracts/json/object.js';
import { GreenroomError } from '../errors.js';
import { show } from './show.js';
import { assertCredentials } from './credentials.js';
import { answered, isOfType, noGreenroom, problemIn, readJson, type ForeignAnswer } from './foreign.js';

/** Where a workspace's control plane is, and how to get in. */
export interface ChannelOptions {
  /** The origin of the server. */
  readonly url: string;
  readonly workspace: string;
  readonly token: string | undefined;
  readonly fetch: (request: Request) => Promise<Response>;
  /** The same for a server in this process: bodies go as texts, past the streams of the fetch API. */
  readonly exchange?: (url: string, call: PlainCall) => Promise<PlainAnswer>;
}

/** A call whose body is a text, if it has one. */
export interface PlainCall {
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type PlainAnswer = Omit<ForeignAnswer, 'url'>;

type QueryValue = string | number | Readonly<Record<string, string>> | undefined;
type Query = Readonly<Record<string, QueryValue>>;

/** The control plane of one workspace: JSON in and out, and a {@link GreenroomError} for every problem document. */
export interface Channel extends ChannelOptions {
  readonly get: <T>(path: string, query?: Query) => Promise<T>;
  readonly getText: (path: string, query?: Query) => Promise<string>;
  /** An answer that goes on, a line of JSON a time, until the signal ends it. */
  readonly open: (path: string, query: Query, signal: AbortSignal) => Promise<Response>;
  readonly post: <T>(path: string, body?: unknown) => Promise<T>;
  readonly put: <T>(path: string, body: unknown) => Promise<T>;
  readonly patch: <T>(path: string, body: unknown) => Promise<T>;
  readonly delete: (path: string) => Promise<void>;
}

/** Throws USAGE for a workspace or a token that no header carries. */
export function openChannel(options: ChannelOptions): Channel {
  assertCredentials(options.workspace, options.token);
  const send = (method: string, path: string, content?: Content): Promise<ForeignAnswer> =>
    request(options, method, path, content);
  const json = async <T>(answer: Promise<ForeignAnswer>): Promise<T> => {
    const found = await answer;
    return found.status === NO_CONTENT ? ({} as T) : readJson<T>(found);
  };
  return {
    ...options,
    get: (path, query) => json(send('GET', path + renderQuery(query))),
    getText: async (path, query) => (await send('GET', path + renderQuery(query), { accept: 'text/plain' })).text,
    open: (path, query, signal) => open(options, path + renderQuery(query), signal),
    post: (path, body = {}) => json(send('POST', path, { body })),
    put: (path, body) => json(send('PUT', path, { body })),
    patch: (path, body) => json(send('PATCH', path, { body })),
    delete: async (path) => {
      await send('DELETE', path);
    },
  };
}

const NO_CONTENT = 204;

/** The JSON that a call sends, and the type of the answer that it wants. */
interface Content {
  readonly body?: unknown;
  readonly accept?: string;
}

async function request(
  options: ChannelOptions,
  method: string,
  path: string,
  { body, accept }: Content = {},
): Promise<ForeignAnswer> {
  const call = {
    method,
    headers: headersOf(options, accept),
    ...(body === undefined ? {} : { body: textOfJson(body) }),
  };
  const { exchange = exchangeBy(options.fetch) } = options;
  const url = `${options.url}/_greenroom${path}`;
  const answer = { url, ...(await reached(options, () => exchange(url, call))) };
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw problemIn(answer.text) ?? noGreenroom(answer);
}

function textOfJson(body: unknown): string {
  if (isPromise(body) || (isObject(body) && Object.values(body).some(isPromise)))
    throw new GreenroomError(
      'USAGE',
      'Failed to call the control plane: expected what JSON can say, was a promise. Is an await missing before it?',
    );
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw new GreenroomError(
      'USAGE',
      `Failed to call the control plane: expected what JSON can say, was something else (${String(error)}).`,
    );
  }
}

const isPromise = (value: unknown): boolean => value instanceof Promise;

async function open(options: ChannelOptions, path: string, signal: AbortSignal): Promise<Response> {
  const asked = new Request(`${options.url}/_greenroom${path}`, {
    headers: headersOf(options),
    signal,
    redirect: 'manual',
  });
  const response = await reached(options, () => options.fetch(asked));
  if (response.ok && isOfType(response, 'application/x-ndjson')) return response;
  const { url } = asked;
  const answer = response.ok
    ? { url, status: response.status, text: await beginningOf(response) }
    : await answered(url, response);
  throw problemIn(answer.text) ?? noGreenroom(answer);
}

const headersOf = ({ workspace, token }: ChannelOptions, accept?: string): Readonly<Record<string, string>> => ({
  // Without a name it is `default`, and what counts for the whole server, such as coverage, does so.
  ...(workspace === 'default' ? {} : { 'greenroom-workspace': workspace }),
  ...(accept === undefined ? {} : { accept }),
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
});

const exchangeBy =
  (fetch: ChannelOptions['fetch']): NonNullable<ChannelOptions['exchange']> =>
  async (url, call) => {
    const response = await fetch(new Request(url, { ...call, redirect: 'manual' }));
    return answered(url, response);
  };

async function reached<T>({ url }: ChannelOptions, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new GreenroomError(
      'UNREACHABLE',
      `Failed to reach greenroom at ${new URL(url).origin}: ${reason}. Start it with "npx greenroom", or give the URL that it printed.`,
    );
  }
}

/** What came first: an answer that nobody expected may have no end. */
async function beginningOf({ body }: Response): Promise<string> {
  for await (const chunk of body ?? []) return new TextDecoder().decode(chunk as Uint8Array);
  return '';
}

const textOf = (value: NonNullable<QueryValue>): string | undefined =>
  typeof value === 'object' ? Object.entries(value)[0]?.join(':') : String(value);

/** Refuses a text, whose letters would be its members. Throws USAGE. */
export function assertQuery(query: object): void {
  if (typeof query === 'object' && query !== null && !Array.isArray(query)) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to call the control plane: expected an object of options, was ${show(query)}.`,
  );
}

/** A reference such as `{scheduling_key: "a"}` goes as `scheduling_key:a`. */
function renderQuery(query: Query = {}): string {
  assertQuery(query);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const text = textOf(value);
    if (text !== undefined) search.set(name, text);
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}
