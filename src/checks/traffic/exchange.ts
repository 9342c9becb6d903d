import { isObject, type JsonObject } from '../../contracts/json/object.js';
/** A request and its answer, as a recording holds them. */
export interface Exchange {
  /** From 1, in its file. */
  readonly number: number;
  /** Said by a journal and a HAR that greenroom has written; of other HARs only the host tells. */
  readonly provider?: string;
  /** The version of the vendor; likewise. */
  readonly version?: string;
  readonly url: URL;
  readonly method: string;
  readonly request: Message;
  /** The answer was a fault that somebody had planted: it says nothing of the vendor. */
  readonly faulted?: true;
  /** `undefined` if there was none. */
  readonly response?: Message & { readonly status: number };
}

export interface Message {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text; `undefined` if the recording does not hold it. */
  readonly body: string | undefined;
}

/** What a journal's paths are below; nothing depends on it. */
export const JOURNAL_ORIGIN = 'http://greenroom.localhost';

/** An entry of a HAR file or a call of a greenroom journal; `undefined` for anything else. */
export function readExchange(entry: unknown, number: number): Exchange | undefined {
  if (!isObject(entry) || !isObject(entry['request'])) return undefined;
  return 'url' in entry['request'] ? fromHar(entry, entry['request'], number) : fromJournal(entry, number);
}

function fromHar(entry: JsonObject, request: JsonObject, number: number): Exchange | undefined {
  const { url, method } = request;
  if (typeof url !== 'string' || !URL.canParse(url) || typeof method !== 'string') return undefined;
  const response = isObject(entry['response']) ? entry['response'] : {};
  const status = response['status'];
  const isAnswered = typeof status === 'number' && status > 0;
  const sent = sentBody(request);
  return {
    number,
    ...origin(entry['_provider'], entry['_version'], entry['_fault']),
    url: new URL(url),
    method,
    request: {
      headers: pairs(request['headers']),
      // A call that was blocked or given up has often no body yet.
      body: isAnswered || sent !== '' || method === 'GET' ? sent : undefined,
    },
    ...(isAnswered ? { response: { status, headers: pairs(response['headers']), body: receivedBody(response) } } : {}),
  };
}

/** Without `postData` there was no body, unless the recorder counted bytes that it did not keep. */
function sentBody(request: JsonObject): string | undefined {
  const data = request['postData'];
  const size = sizeOf(request['bodySize'], pairs(request['headers']));
  if (!isObject(data)) return (size ?? 0) > 0 ? undefined : '';
  // Some recorders give an empty text in place of each body that they do not keep, and no size.
  return data['text'] === '' && size !== 0 ? undefined : textIn(data);
}

/** An answer is not empty for a recorder that did not keep what it was, or where it did not say how long. */
function receivedBody({ status, content, headers }: JsonObject): string | undefined {
  const kept = isObject(content) ? content : {};
  const { size } = kept;
  if (typeof kept['text'] === 'string')
    return kept['text'] === '' && (isAttached(kept) || Number(size) > 0) ? undefined : textIn(kept);
  if (isAttached(kept) || kept['_cut'] !== undefined) return undefined;
  if (typeof size !== 'number' || size === 0 || BODILESS.has(Number(status))) return '';
  return sizeOf(size, pairs(headers)) === 0 ? '' : undefined;
}

/** By HTTP these answers have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

const isAttached = ({ _file: file }: JsonObject): boolean => file !== undefined;

/** Bytes of a body: those that a recorder counted (a negative number says that it did not), else those of the headers. */
function sizeOf(counted: unknown, { 'content-length': said }: Readonly<Record<string, string>>): number | undefined {
  if (typeof counted === 'number' && counted >= 0) return counted;
  return said !== undefined && /^\d+$/.test(said) ? Number(said) : undefined;
}

function textIn({ text, encoding, _cut: cut }: JsonObject): string | undefined {
  const whole = wholeBody({ body: text, cut });
  return whole !== undefined && encoding === 'base64' ? Buffer.from(whole, 'base64').toString('utf8') : whole;
}

function fromJournal(entry: JsonObject, number: number): Exchange | undefined {
  const { provider, version, method, path, query, request, response, fault } = entry;
  if (typeof method !== 'string' || typeof path !== 'string' || !isObject(request)) return undefined;
  const search = typeof query === 'string' && query !== '' ? `?${query}` : '';
  const url = JOURNAL_ORIGIN + path + search;
  if (!path.startsWith('/') || !URL.canParse(url)) return undefined;
  return {
    number,
    ...origin(provider, version, fault),
    url: new URL(url),
    method,
    request: { headers: named(request['headers']), body: wholeBody(request) },
    ...(isObject(response) && typeof response['status'] === 'number'
      ? {
          response: {
            status: response['status'],
            headers: named(response['headers']),
            body: wholeBody(response),
          },
        }
      : {}),
  };
}

/** What greenroom knows of a call, and writes into a journal and, with underscores, into a HAR. */
const origin = (
  provider: unknown,
  version: unknown,
  fault: unknown,
): Pick<Exchange, 'provider' | 'version' | 'faulted'> => ({
  ...(typeof provider === 'string' ? { provider } : {}),
  ...(typeof version === 'string' ? { version } : {}),
  ...(typeof fault === 'string' ? { faulted: true } : {}),
});

/** A long body is kept cut, and nobody can judge a part of it. */
const wholeBody = ({ body, cut }: JsonObject): string | undefined =>
  typeof body === 'string' && cut === undefined ? body : undefined;

/** Headers as HAR lists them. */
function pairs(headers: unknown): Record<string, string> {
  if (!Array.isArray(headers)) return {};
  return named(Object.fromEntries(headers.filter(isObject).map(({ name, value }) => [String(name), value])));
}

const named = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
