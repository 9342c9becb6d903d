import { redactorFor } from '../../contracts/redact.js';
import type { CallInput, Input, Position } from '../engine/inputs.js';
import type { Frame } from './frames.js';
import type { Headers, RunHead } from './run-file.js';

/** So many sets of headers are known by number; then numbers begin anew. */
const HEADERS_KEPT = 1000;
/** So many calls may come again, unless their bodies have more characters: more than a client asks for by turns. */
const CALLS_KEPT = 5000;
const REPEATED_BODY = 1000;

/** A call that was written, the headers by number. */
interface Written {
  readonly number: number;
  readonly input: CallInput;
  readonly headers: number;
}
/** A credential is what the world was shown; a replay is shown it again. */
const NEEDED = 'authorization';

/** Writes the lines of one run. */
export class RunWriter {
  readonly #redact = redactorFor().headers;
  /** Clients send the same objects again as long as a connection lasts. */
  #numbers = new WeakMap<Headers, number>();
  #texts = new Map<string, number>();
  #last = 0;
  #lastCall = 0;
  /** The set of headers before, of whatever connection. */
  #before: Headers = {};
  #now = Number.NaN;
  #nowText = '';
  readonly #route = quoteAgain();
  readonly #origin = quoteAgain();
  readonly #credential = quoteAgain();
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
    if (input.kind !== 'call') return `${at},"input":${JSON.stringify(input)}}\n`;
    const { headers } = input.request;
    const known = this.#numbers.get(headers);
    const [number, before] = known === undefined ? this.#numberOf(headers) : [known, ''];
    const [call, isAgain] = this.#callNumber(input, number);
    return isAgain
      ? `${before}${at},"again":${call}}\n`
      : `${before}${at},"call":${call},"input":${this.#call(input, number)}}\n`;
  }

  /** The beginning of a line. Time mostly stands: to write its digits takes longer than all else here. */
  #at({ jobs, now, seq }: Position): string {
    if (now !== this.#now) [this.#now, this.#nowText] = [now, String(now)];
    return `{"at":[${jobs},${this.#nowText},${Number.isNaN(seq) ? 'null' : seq}]`;
  }

  /** The JSON of a call, which shares most of its texts with the one before. */
  #call({ route, request, params, credential, attributed, tooLarge, hint }: CallInput, headers: number): string {
    const { method, path, query, origin, body, bytes } = request;
    const raw = bytes ? `,"bytes":"${Buffer.from(bytes).toString('base64')}"` : '';
    const sent =
      `{"method":"${method}","path":${quote(path)},"query":${quote(query)},"headers":${headers},` +
      `"origin":${this.#origin(origin)},"body":${quote(body)}${raw}}`;
    const { value, issued } = credential;
    const rest = `${tooLarge ? ',"tooLarge":true' : ''}${hint === undefined ? '' : `,"hint":${quote(hint)}`}`;
    return (
      `{"kind":"call","route":${this.#route(route)},"request":${sent},"params":${quoteAll(params)},` +
      `"credential":{"value":${this.#credential(value)},"issued":${issued}},"attributed":${attributed}${rest}}`
    );
  }

  /** The number of a call, and whether an equal one has it already. */
  #callNumber(input: CallInput, headers: number): [number: number, isAgain: boolean] {
    const { path, body, bytes } = input.request;
    const key = body === '' ? path : body;
    const before = this.#calls.get(key);
    if (before?.headers === headers && areSame(before.input, input)) return [before.number, true];
    const number = ++this.#lastCall;
    if (bytes || body.length > REPEATED_BODY) return [number, false];
    if (this.#calls.size >= CALLS_KEPT) this.#calls.clear();
    this.#calls.set(key, { number, input, headers });
    return [number, false];
  }

  /** The world has come here without an input. */
  position(position: Position): string {
    return `${this.#at(position)}}\n`;
  }

  /** The number of a set of headers, and the line that tells it if it is new. */
  #numberOf(headers: Headers): [number: number, line: string] {
    const same = areEqual(headers, this.#before) ? this.#numbers.get(this.#before) : undefined;
    if (same !== undefined) return [same, ''];
    this.#before = headers;
    const { [NEEDED]: authorization } = headers;
    const text = JSON.stringify({
      ...this.#redact(headers),
      ...(authorization === undefined ? {} : { authorization }),
    });
    let number = this.#texts.get(text);
    let told = '';
    if (number === undefined) {
      number = ++this.#last;
      told = `{"headers":${number},"are":${text}}\n`;
      if (this.#texts.size >= HEADERS_KEPT) {
        this.#texts = new Map();
        this.#numbers = new WeakMap();
      }
      this.#texts.set(text, number);
    }
    this.#numbers.set(headers, number);
    return [number, told];
  }
}

/**
 * True of two calls with the same headers and the same body, or with none and the same path, if they are the same. To compare
 * bodies once more would take longer than all else here. The parameters are parts of the path.
 */
function areSame(a: CallInput, b: CallInput): boolean {
  const [one, other] = [a.request, b.request];
  if (one.bytes || other.bytes || (one.body === '') !== (other.body === '')) return false;
  const isThere = one.method === other.method && one.path === other.path && one.query === other.query;
  const isSent = isThere && one.origin === other.origin;
  const isPlain = a.tooLarge === b.tooLarge && a.hint === b.hint && a.route === b.route;
  const { value, issued } = a.credential;
  return (
    isSent && isPlain && value === b.credential.value && issued === b.credential.issued && a.attributed === b.attributed
  );
}

function areEqual(a: Headers, b: Headers): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

const quote = (text: string): string => (text === '' ? '""' : JSON.stringify(text));

/** Quotes what mostly is the text of the call before. */
function quoteAgain(): (text: string) => string {
  let [last, quoted] = ['', '""'];
  return (text) => {
    if (text !== last) [last, quoted] = [text, JSON.stringify(text)];
    return quoted;
  };
}

function quoteAll(texts: Readonly<Record<string, string>>): string {
  const all = Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}:${quote(text)}`);
  return `{${all.join(',')}}`;
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
