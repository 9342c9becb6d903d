import { redactorFor } from '../../contracts/redact.js';
import type { CallInput, Input, Position } from '../engine/inputs.js';
import type { Frame } from './frames.js';
import { BODY_LAST, LENGTH_FIRST, type Headers, type RunHead } from './run-file.js';

/** So many sets of headers are known by number; then numbers begin anew. */
const HEADERS_KEPT = 1000;
/** So many calls may come again. */
const CALLS_KEPT = 5000;
/** So many ways of calling are known at a time: a client has a few. */
const WAYS_KEPT = 8;
/** A credential is what the world was shown; a replay is shown it again. */
const NEEDED = 'authorization';

/** What many calls share, with its JSON. */
interface Way {
  readonly route: string;
  readonly method: string;
  readonly origin: string;
  readonly credential: CallInput['credential'];
  readonly attributed: boolean;
  /** Of the request. */
  readonly request: string;
  readonly rest: string;
}

/** A call that was written. */
interface Written {
  readonly number: number;
  readonly way: Way;
  readonly headers: number;
}

/**
 * Writes the lines of one run. It stands beside each call of a server: each object that it reads, and each text that it compares,
 * is one that the call has just made or one that all calls share, for others are far away in the memory of a machine.
 */
export class RunWriter {
  readonly #redact = redactorFor().headers;
  /** Equal headers mostly are the same object. */
  #numbers = new Map<Headers, number>();
  #texts = new Map<string, number>();
  #last = 0;
  #lastCall = 0;
  #now = Number.NaN;
  #nowText = '';
  #ways: Way[] = [];
  /** Calls without a body, by their targets. */
  readonly #calls = new Map<string, Written>();

  head(head: RunHead): string {
    return line(head);
  }

  /** The snapshot, in pieces, is a line of its own, which is taken as it is. */
  *frame({ jobs, now, given }: Frame, snapshot: Iterable<string>): Generator<string> {
    yield `{"frame":${JSON.stringify({ jobs, now, given })}}\n`;
    yield* snapshot;
    yield '\n';
  }

  input(position: Position, input: Input): string {
    const at = this.#at(position);
    if (input.kind !== 'call') return `{${at},"input":${JSON.stringify(input)}}\n`;
    const { headers } = input.request;
    const known = this.#numbers.get(headers);
    return known === undefined ? this.#withNewHeaders(at, input) : this.#call(at, input, known);
  }

  /** The world has come here without an input. */
  position(position: Position): string {
    return `{${this.#at(position)}}\n`;
  }

  /** The first part of a line. Time mostly stands: to write its digits takes longer than all else here. */
  #at({ jobs, now, seq }: Position): string {
    if (now !== this.#now) [this.#now, this.#nowText] = [now, String(now)];
    return `"at":[${jobs},${this.#nowText},${Number.isNaN(seq) ? 'null' : seq}]`;
  }

  #call(at: string, input: CallInput, headers: number): string {
    const way = this.#wayOf(input);
    const { request, tooLarge, hint } = input;
    const { body } = request;
    if (looksLikeJson(body) && !request.bytes)
      return `${LENGTH_FIRST}${body.length},${at},${inputOf(input, way, headers, false)}${BODY_LAST}${body}}\n`;
    if (body !== '' || request.bytes || tooLarge || hint !== undefined)
      return `{${at},${inputOf(input, way, headers)}}\n`;
    // The parameters are parts of the path.
    const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
    const before = this.#calls.get(target);
    if (before?.way === way && before.headers === headers) return `{${at},"again":${before.number}}\n`;
    const number = ++this.#lastCall;
    if (this.#calls.size >= CALLS_KEPT) this.#calls.clear();
    this.#calls.set(target, { number, way, headers });
    return `{${at},"call":${number},${inputOf(input, way, headers)}}\n`;
  }

  #wayOf(input: CallInput): Way {
    for (const way of this.#ways) if (isOf(way, input)) return way;
    if (this.#ways.length >= WAYS_KEPT) this.#ways = [];
    const { route, request, credential, attributed } = input;
    const { method, origin } = request;
    const way = {
      route,
      method,
      origin,
      credential,
      attributed,
      request: `"method":"${method}","origin":${quote(origin)}`,
      rest: `"kind":"call","route":${quote(route)},"credential":${JSON.stringify(credential)},"attributed":${attributed}`,
    };
    this.#ways.push(way);
    return way;
  }

  /** The line of a call, and before it that of its headers, if no text of them has a number yet. */
  #withNewHeaders(at: string, input: CallInput): string {
    const { headers } = input.request;
    const { [NEEDED]: authorization } = headers;
    const needed = authorization === undefined ? {} : { authorization };
    const text = JSON.stringify({ ...this.#redact(headers), ...needed });
    const before = this.#texts.get(text);
    const number = before ?? ++this.#last;
    if (this.#numbers.size >= HEADERS_KEPT) this.#numbers = new Map();
    if (this.#texts.size >= HEADERS_KEPT) this.#texts = new Map();
    this.#texts.set(text, number);
    this.#numbers.set(headers, number);
    const call = this.#call(at, input, number);
    return before === undefined ? `{"headers":${number},"are":${text}}\n${call}` : call;
  }
}

function isOf(way: Way, { route, request, credential, attributed }: CallInput): boolean {
  return (
    way.method === request.method &&
    way.route === route &&
    way.attributed === attributed &&
    way.credential.issued === credential.issued &&
    way.credential.value === credential.value &&
    way.origin === request.origin
  );
}

/** True of a body that may stand in a line as it is: a line break would end the line. */
const looksLikeJson = (body: string): boolean =>
  ((body.startsWith('{') && body.endsWith('}')) || (body.startsWith('[') && body.endsWith(']'))) &&
  !body.includes('\n');

function inputOf({ request, params, tooLarge, hint }: CallInput, way: Way, headers: number, hasBody = true): string {
  const { path, query, body, bytes } = request;
  const text = hasBody ? `,"body":${quote(body)}` : '';
  const raw = bytes ? `,"bytes":"${Buffer.from(bytes).toString('base64')}"` : '';
  const rest = `${tooLarge ? ',"tooLarge":true' : ''}${hint === undefined ? '' : `,"hint":${quote(hint)}`}`;
  const target = `"path":${quote(path)},"query":${quote(query)}`;
  const sent = `{${way.request},${target},"headers":${headers}${text}${raw}}`;
  return `"input":{${way.rest},"request":${sent},"params":${paramsOf(params)}${rest}}`;
}

/** Most calls have none. */
function paramsOf(params: CallInput['params']): string {
  for (const _ in params) return JSON.stringify(params);
  return '{}';
}

const quote = (text: string): string => (text === '' ? '""' : JSON.stringify(text));

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
