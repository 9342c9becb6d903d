import { GreenroomError, type ErrorCode } from '../errors.js';

/** Where a workspace's control plane is, and how to get in. */
export interface ChannelOptions {
  /** The origin of the server. */
  readonly url: string;
  readonly workspace: string;
  readonly token: string | undefined;
  readonly fetch: (request: Request) => Promise<Response>;
}

type QueryValue = string | number | Readonly<Record<string, string>> | undefined;
type Query = Readonly<Record<string, QueryValue>>;

/** The control plane of one workspace: JSON in and out, and a {@link GreenroomError} for every problem document. */
export interface Channel extends ChannelOptions {
  readonly get: <T>(path: string, query?: Query) => Promise<T>;
  readonly getText: (path: string, query?: Query) => Promise<string>;
  /** An answer that goes on, until the signal ends it. */
  readonly open: (path: string, query: Query, signal: AbortSignal) => Promise<Response>;
  readonly post: <T>(path: string, body?: unknown) => Promise<T>;
  readonly put: <T>(path: string, body: unknown) => Promise<T>;
  readonly patch: <T>(path: string, body: unknown) => Promise<T>;
  readonly delete: (path: string) => Promise<void>;
}

export function openChannel(options: ChannelOptions): Channel {
  const send = (method: string, path: string, content?: Content): Promise<Response> =>
    request(options, method, path, content);
  const json = async <T>(response: Promise<Response>): Promise<T> => {
    const text = await (await response).text();
    return (text === '' ? {} : JSON.parse(text)) as T;
  };
  return {
    ...options,
    get: (path, query) => json(send('GET', path + renderQuery(query))),
    getText: async (path, query) => (await send('GET', path + renderQuery(query), { accept: 'text/plain' })).text(),
    open: (path, query, signal) => send('GET', path + renderQuery(query), { signal }),
    post: (path, body = {}) => json(send('POST', path, { body })),
    put: (path, body) => json(send('PUT', path, { body })),
    patch: (path, body) => json(send('PATCH', path, { body })),
    delete: async (path) => {
      await send('DELETE', path);
    },
  };
}

/** The JSON that a call sends, and the type of the answer that it wants. */
interface Content {
  readonly body?: unknown;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

async function request(
  { url, workspace, token, fetch }: ChannelOptions,
  method: string,
  path: string,
  { body, accept, signal }: Content = {},
): Promise<Response> {
  const response = await reach(
    fetch,
    new Request(`${url}/_greenroom${path}`, {
      method,
      headers: {
        // Without a name it is `default`, and what counts for the whole server, such as coverage, does so.
        ...(workspace === 'default' ? {} : { 'greenroom-workspace': workspace }),
        ...(accept === undefined ? {} : { accept }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  if (response.ok) return response;
  throw problemOf(response.status, await response.text());
}

async function reach(fetch: ChannelOptions['fetch'], request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new GreenroomError(
      'UNREACHABLE',
      `Failed to reach greenroom at ${new URL(request.url).origin}: ${reason}. Start it with "npx greenroom", or give the URL that it printed.`,
    );
  }
}

function problemOf(status: number, text: string): GreenroomError {
  try {
    const { detail, code, ...details } = JSON.parse(text) as { detail: string; code: ErrorCode };
    if (typeof detail === 'string') return new GreenroomError(code, detail, details);
  } catch {
    // Not a problem document: something else listens there.
  }
  return new GreenroomError(
    'UNREACHABLE',
    `Failed to call the control plane: expected a greenroom there, was an answer ${status} ${JSON.stringify(text.slice(0, 80))}.`,
  );
}

const textOf = (value: NonNullable<QueryValue>): string | undefined =>
  typeof value === 'object' ? Object.entries(value)[0]?.join(':') : String(value);

/** A reference such as `{scheduling_key: "a"}` goes as `scheduling_key:a`. */
function renderQuery(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const text = textOf(value);
    if (text !== undefined) search.set(name, text);
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}
