import { redactorFor } from './redact.js';
import type { VendorProfile } from './vendor.js';
import { VENDOR_LIST } from './vendors.js';

/** A call of the journal, as `GET /_greenroom/requests` shows it. */
export interface JournalCall {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly provider: string;
  /** The version of the vendor. */
  readonly version?: string;
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly cut?: Cut;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly cut?: Cut;
  } | null;
  /** The fault that a suite had planted there. */
  readonly fault?: string | null;
}

/** Only the start of the body is there; `length` is that of the whole, in bytes. */
interface Cut {
  readonly length: number;
}

const cutMark = (cut: Cut | undefined) => (cut === undefined ? {} : { _cut: cut });

type Pairs = readonly { readonly name: string; readonly value: string }[];

/** HTTP Archive 1.2 of a journal, oldest call first. Calls without an answer are left out: HAR has no place for them. */
export function toHar(
  calls: readonly JournalCall[],
  version: string,
  dropped = 0,
): { readonly log: Readonly<Record<string, unknown>> & { readonly entries: readonly object[] } } {
  return {
    log: {
      version: '1.2',
      creator: { name: 'greenroom', version },
      // Before the entries, where a reader sees it first.
      ...(dropped > 0 ? { _dropped: dropped } : {}),
      entries: calls.filter(({ response }) => response !== null).map(toEntry),
    },
  };
}

function toEntry({ id, at, provider, version, operation, method, path, query, request, response, fault }: JournalCall) {
  const { status, headers } = response!;
  const content = contentOf(method, response!);
  const queryString = readQuery(query);
  const search = queryString.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return {
    startedDateTime: at,
    // A call takes no virtual time, and its duration in real time differs from run to run.
    time: 0,
    request: {
      method,
      url: `http://${request.headers['host'] ?? '127.0.0.1'}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(request.headers),
      queryString,
      ...postDataOf(request),
      headersSize: -1,
      bodySize: sentSize(request),
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(headers),
      content,
      redirectURL: find(redact.headers(headers), 'location') ?? '',
      headersSize: -1,
      bodySize: content.size,
    },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    // Fields of our own begin with an underscore, as HAR wants it: no host says whose call it was.
    _provider: provider,
    ...(version === undefined ? {} : { _version: version }),
    ...(typeof fault === 'string' ? { _fault: fault } : {}),
    comment: `${id}: ${provider} ${operation ?? 'unknown operation'}`,
  };
}

/** As the log names a body of bytes: only their number is kept. */
const BYTES = /^\[(\d+) bytes\]$/;
const TEXTUAL = /^(text\/|application\/(.*\+)?(json|xml))/i;
/** What stands in a text for bytes that are none of UTF-8. */
const NO_TEXT = '\uFFFD';

function contentOf(method: string, { headers, body, cut }: NonNullable<JournalCall['response']>) {
  const mimeType = find(headers, 'content-type') ?? '';
  // What a GET would have been answered is not sent.
  if (method === 'HEAD') return { size: 0, mimeType };
  const bytes = TEXTUAL.test(mimeType) ? undefined : BYTES.exec(body)?.[1];
  if (bytes !== undefined) return { size: Number(bytes), mimeType, comment: 'Of bytes, only their number is kept.' };
  const text = redact.body(body);
  return { size: cut?.length ?? sizeOf(text), mimeType, text, ...cutMark(cut) };
}

function postDataOf({ headers, body, cut }: JournalCall['request']) {
  if (body === '') return {};
  const mimeType = headers['content-type'] ?? 'application/octet-stream';
  const comment = body.includes(NO_TEXT) ? { comment: 'Bytes that are no UTF-8 stand as U+FFFD.' } : {};
  return { postData: { mimeType, text: redact.body(body), ...cutMark(cut), ...comment } };
}

/** Bytes as they came: what is kept of them may have no secrets, and no bytes. */
function sentSize({ headers, body, cut }: JournalCall['request']): number {
  const { 'content-length': length } = headers;
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : (cut?.length ?? sizeOf(body));
}

const redact = redactorFor(VENDOR_LIST.flatMap(({ secretFields = [] }: VendorProfile) => secretFields));

const readQuery = (query: string): Pairs =>
  [...new URLSearchParams(redact.query(query))].map(([name, value]) => ({ name, value }));

const pairsOf = (headers: Readonly<Record<string, string>>): Pairs =>
  Object.entries(redact.headers(headers)).map(([name, value]) => ({ name, value }));

const find = (headers: Readonly<Record<string, string>>, wanted: string): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

const sizeOf = (text: string): number => new TextEncoder().encode(text).length;
