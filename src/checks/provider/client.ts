import { readText } from '../../read-text.js';

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The exact text. */
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export type Client = (call: Call) => Promise<Answer>;

/**
 * Calls one API, one call after the other. It follows no redirect, and gives up after the given milliseconds. `base` may
 * end with the path that people give to clients with the origin: the paths of the contract have it.
 */
export function createClient(base: URL, basePath: string, timeoutMs: number): Client {
  const given = base.href.replace(/(?<!\/)\/+$/, '');
  const root = given.endsWith(basePath) ? given.slice(0, given.length - basePath.length) : given;
  return async ({ method, path, authorization, headers = {}, body }) => {
    const response = await fetch(root + path, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        'user-agent': 'greenroom check provider',
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, body: await readText(response) };
  };
}
