import type { RequestEntry } from './journal.js';
import type { LoggedRequest } from './requests.js';

type Answer = NonNullable<LoggedRequest['response']>;
type Sent = LoggedRequest['request'];

/** What few calls have. */
interface Rare extends Pick<RequestEntry, 'unattributed' | 'fault' | 'lost' | 'reason'> {
  readonly violations?: LoggedRequest['violations'];
  readonly lost_answer?: Answer;
  readonly sent?: Sent['cut'];
  readonly given?: Answer['cut'];
}

type Head = readonly [
  id: string,
  seq: number,
  at: number,
  provider: string,
  operation: string | null,
  subject: string | null,
  method: string,
  path: string,
  query: string,
  /** The lengths of the bodies, which follow the head. */
  sent: number,
  given: number,
  status: number | null,
  rare: Rare | null,
];

/** A call with its line as a text: a head in JSON, the body, the body of the answer. The headers are those of many calls. */
export function packCall(request: LoggedRequest, line?: RequestEntry): [text: string, shared: string[]] {
  const { id, seq, at, provider, operation, subject, method, path, query, request: sent, response } = request;
  const given = response?.body ?? '';
  const rare = isPlain(request, line) ? 'null' : JSON.stringify(rareOf(request, line));
  // Written by hand: JSON.stringify takes longer for a list than all else here.
  const who = `${quoted(id)},${seq},${at},${quoted(provider)},${quoted(operation)},${quoted(subject)}`;
  const what = `${quoted(method)},${quoted(path)},${quoted(query)},${sent.body.length},${given.length}`;
  return [
    `[${who},${what},${response?.status ?? null},${rare}]\n${sent.body}${given}`,
    [textOfSent(sent.headers), textOfGiven(response?.headers ?? {})],
  ];
}

/** What JSON has as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string | null): string {
  if (text === null) return 'null';
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

type Headers = Readonly<Record<string, string>>;

/** So many objects of headers are known by themselves. */
const HEADERS_KEPT = 1000;

/** Writes headers as JSON. Mostly the same object has come before; another is mostly equal to the one before it. */
function headerWriter(): (headers: Headers) => string {
  const known = new Map<Headers, string>();
  let names: string[] = [];
  let before: Headers = {};
  let text = '{}';
  return (headers) => {
    const written = known.get(headers);
    if (written !== undefined) return written;
    const given = Object.keys(headers);
    const isSame =
      given.length === names.length && given.every((name, i) => name === names[i] && headers[name] === before[name]);
    if (!isSame) [names, before, text] = [given, headers, JSON.stringify(headers)];
    if (known.size >= HEADERS_KEPT) known.clear();
    known.set(headers, text);
    return text;
  };
}

const textOfSent = headerWriter();
const textOfGiven = headerWriter();

function isPlain(
  { request, response, violations, unattributed, fault, lost_answer }: LoggedRequest,
  line?: RequestEntry,
) {
  const isCut = request.cut !== undefined || response?.cut !== undefined;
  const isTold = line?.reason !== undefined || line?.lost !== undefined;
  return violations.length === 0 && !isCut && !isTold && !unattributed && fault === undefined && !lost_answer;
}

const rareOf = (request: LoggedRequest, line: RequestEntry | undefined): Rare => ({
  ...(request.unattributed ? { unattributed: true } : {}),
  ...(request.fault === undefined ? {} : { fault: request.fault }),
  ...(line?.reason === undefined ? {} : { reason: line.reason }),
  ...(line?.lost === undefined ? {} : { lost: line.lost }),
  ...(request.lost_answer ? { lost_answer: request.lost_answer } : {}),
  ...(request.request.cut ? { sent: request.request.cut } : {}),
  ...(request.response?.cut ? { given: request.response.cut } : {}),
  violations: request.violations,
});

/** The head, and where the bodies begin. */
function headOf(text: string): [Head, number] {
  const end = text.indexOf('\n');
  return [JSON.parse(text.slice(0, end)) as Head, end + 1];
}

/** The number of the line of a call is read from so many characters: it stands behind the id. */
export const SEQ_WITHIN = 64;

export function seqIn(text: string): number {
  const from = text.indexOf(',') + 1;
  return Number(text.slice(from, text.indexOf(',', from)));
}

export function unpackCall(text: string, [sentHeaders, givenHeaders]: readonly string[]): LoggedRequest {
  const [[id, seq, at, provider, operation, subject, method, path, query, ...more], start] = headOf(text);
  const [sentLength, givenLength, status] = more;
  const rare = more[3] ?? {};
  const between = start + sentLength;
  const sent = { headers: parse(sentHeaders), body: text.slice(start, between), ...cutOf(rare.sent) };
  const body = text.slice(between, between + givenLength);
  return {
    id,
    seq,
    at,
    provider,
    operation,
    subject,
    method,
    path,
    query,
    request: sent,
    response: status === null ? null : { status, headers: parse(givenHeaders), body, ...cutOf(rare.given) },
    violations: rare.violations ?? [],
    ...(rare.unattributed ? { unattributed: true } : {}),
    ...(rare.fault === undefined ? {} : { fault: rare.fault }),
    ...(rare.lost_answer ? { lost_answer: rare.lost_answer } : {}),
  };
}

const parse = (headers = '{}'): Record<string, string> => JSON.parse(headers) as Record<string, string>;
const cutOf = (cut: Sent['cut']) => (cut === undefined ? {} : { cut });

/** The line of the timeline that a call has. */
export function unpackLine(text: string): RequestEntry {
  const [[id, seq, at, provider, operation, subject, method, path, , , , status, rare]] = headOf(text);
  const { unattributed, fault, reason, lost } = rare ?? {};
  return {
    kind: 'request',
    id,
    provider,
    operation,
    subject,
    method,
    path,
    status,
    ...(unattributed ? { unattributed } : {}),
    seq,
    at,
    ...(fault === undefined ? {} : { fault }),
    ...(reason === undefined ? {} : { reason }),
    ...(lost === undefined ? {} : { lost }),
  };
}
