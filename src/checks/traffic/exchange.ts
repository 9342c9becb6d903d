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

type Fields = Readonly<Record<string, unknown>>;

function fromHar(entry: Fields, request: Fields, number: number): Exchange | undefined {
  const { url, method } = request;
  if (typeof url !== 'string' || !URL.canParse(url) || typeof method !== 'string') return undefined;
  const response = isObject(entry['response']) ? entry['response'] : undefined;
  const status = response?.['status'];
  return {
    number,
    ...origin(entry['_provider'], entry['_version'], entry['_fault']),
    url: new URL(url),
    method,
    request: { headers: pairs(request['headers']), body: sentBody(request) },
    ...(response && typeof status === 'number' && status > 0
      ? { response: { status, headers: pairs(response['headers']), body: receivedBody(response) } }
      : {}),
  };
}

/** Without `postData` there was no body, unless the recorder counted bytes that it did not keep. */
function sentBody(request: Fields): string | undefined {
  const data = request['postData'];
  if (isObject(data)) return wholeBody({ body: data['text'], cut: data['_cut'] });
  const size = request['bodySize'];
  return typeof size === 'number' && size > 0 ? undefined : '';
}

function receivedBody(response: Fields): string | undefined {
  const content = isObject(response['content']) ? response['content'] : {};
  const { text, encoding, size, _cut: cut } = content;
  if (cut !== undefined) return undefined;
  if (typeof text === 'string') return encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
  return typeof size === 'number' && size > 0 ? undefined : '';
}

function fromJournal(entry: Fields, number: number): Exchange | undefined {
  const { provider, version, method, path, query, request, response, fault } = entry;
  if (typeof method !== 'string' || typeof path !== 'string' || !isObject(request)) return undefined;
  const search = typeof query === 'string' && query !== '' ? `?${query}` : '';
  return {
    number,
    ...origin(provider, version, fault),
    url: new URL(JOURNAL_ORIGIN + path + search),
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
const wholeBody = ({ body, cut }: Fields): string | undefined =>
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

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
