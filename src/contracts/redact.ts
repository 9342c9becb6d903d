/** Takes secrets out of what leaves greenroom: by the names of fields, after parsing, and with all other text as it was. */

export const REDACTED = '[redacted]';

/** Names of fields whose values are secrets, as they end: vendors add names of their own. `-` counts as `_`. */
const SECRET_NAME =
  /(^|_)(secrets?|password|passwd|passphrase|token|api_?key|access_?key|private_?key|stream_?key|authorization(_code)?|cookies?|credentials?)$/;
/** Cheap to ask of a whole text: without one of these, or an escape, no field of it is secret. */
const HINT =
  /secret|passw|passphrase|token|(api|access|private|stream)[_-]?key|authorization|cookie|credential|signature|%|\\u/i;

export interface Redactor {
  readonly isSecret: (name: string) => boolean;
  /** The scheme of an authorization stays. */
  readonly headers: (headers: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** A query, without `?`; also the body of a form. */
  readonly query: (query: string) => string;
  readonly url: (url: string) => string;
  /** JSON, a form, or the parts of a multipart form. */
  readonly body: (body: string) => string;
}

const redactors = new WeakMap<object, Redactor>();

/** How many names are looked up only once, and how long they may be. */
const [KNOWN_NAMES, KNOWN_LENGTH] = [1000, 100];

/** With the names of a vendor. */
export function redactorOf(profile: { readonly secretFields?: readonly string[] }): Redactor {
  let redactor = redactors.get(profile);
  if (!redactor) redactors.set(profile, (redactor = redactorFor(profile.secretFields)));
  return redactor;
}

/** For fields of these names too. */
export function redactorFor(more: readonly string[] = []): Redactor {
  const names = new Set(more);
  /** Headers that never change, and that many answers have. */
  const shared = new WeakMap<object, Readonly<Record<string, string>>>();
  /** Clients use the same names in every call. */
  const known = new Map<string, boolean>();
  const isSecret = (name: string): boolean => {
    let secret = known.get(name);
    if (secret !== undefined) return secret;
    const plain = name
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replaceAll('-', '_');
    secret = names.has(plain) || SECRET_NAME.test(plain);
    if (known.size < KNOWN_NAMES && name.length <= KNOWN_LENGTH) known.set(name, secret);
    return secret;
  };
  const mayHold = (text: string): boolean =>
    HINT.test(text) ||
    more.some((name) => text.includes(name)) ||
    (text.includes('://') && (text.includes('@') || text.includes('?')));
  const query = (text: string): string =>
    mayHold(text)
      ? text
          .split('&')
          .map((pair) => redactPair(pair, (name) => isSecret(name) || name.toLowerCase() === 'signature'))
          .join('&')
      : text;
  const url = (text: string): string => redactUrl(text, query);
  const redactor: Redactor = {
    isSecret,
    query,
    url,
    headers: (headers) => {
      const known = shared.get(headers);
      if (known) return known;
      const redacted: Record<string, string> = {};
      for (const name in headers) redacted[name] = isSecret(name) ? redactValue(headers[name]!) : url(headers[name]!);
      if (Object.isFrozen(headers)) shared.set(headers, redacted);
      return redacted;
    },
    body: (text) => {
      if (!mayHold(text)) return text;
      if (text.startsWith('--')) return redactParts(text, isSecret);
      return /^\s*[{[]/.test(text) ? redactJson(text, redactor) : query(text);
    },
  };
  return redactor;
}

function redactValue(value: string): string {
  if (value === '') return value;
  const [scheme, secret] = value.split(' ', 2);
  return secret === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

function redactPair(pair: string, isSecret: (name: string) => boolean): string {
  const end = pair.indexOf('=');
  if (end < 0) return pair;
  return isSecret(decoded(pair.slice(0, end))) ? `${pair.slice(0, end)}=${REDACTED}` : pair;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** What stands before the host, and the secrets of the query. */
function redactUrl(text: string, query: Redactor['query']): string {
  const start = text.indexOf('://');
  if (start < 0) return text;
  const host = start + 3;
  const rest = text.slice(host);
  const authority = rest.slice(0, rest.search(/[/?#\s]|$/));
  const at = authority.lastIndexOf('@');
  const shown = at < 0 ? text : `${text.slice(0, host)}${REDACTED}${text.slice(host + at)}`;
  const mark = shown.indexOf('?');
  return mark < 0 ? shown : `${shown.slice(0, mark + 1)}${query(shown.slice(mark + 1))}`;
}

function textIn(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token.replaceAll('"', '');
  }
}

/** Also of JSON that was cut, or is none at all. Of a text only the quote with which it begins: how long it is, no expression says. */
const TOKEN = /"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Where a text ends that begins with a quote here: behind the next one that no backslash escapes, or at the end of what was
 * cut, before a backslash that escapes nothing. An expression would keep a place to go back to for each escape.
 */
function endOfText(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); ; quote = json.indexOf('"', quote + 1)) {
    const end = quote < 0 ? json.length : quote;
    let before = end;
    while (before > start + 1 && json[before - 1] === '\\') before--;
    const isEscaped = (end - before) % 2 === 1;
    if (quote < 0) return isEscaped ? end - 1 : end;
    if (!isEscaped) return quote + 1;
  }
}

/** The same JSON with each of its tokens as the function gives it. */
function mapTokens(json: string, shown: (token: string) => string): string {
  const pieces: string[] = [];
  let copied = 0;
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(json);
    if (!found) break;
    at = found[0] === '"' ? endOfText(json, found.index) : TOKEN.lastIndex;
    const token = found[0] === '"' ? json.slice(found.index, at) : found[0];
    const instead = shown(token);
    if (instead === token) continue;
    pieces.push(json.slice(copied, found.index), instead);
    copied = at;
  }
  return copied === 0 ? json : pieces.join('') + json.slice(copied);
}

/** An object or a list that is open, and the field of it that comes next. */
interface Open {
  readonly isObject: boolean;
  /** All that is in it. */
  readonly isSecret: boolean;
  name: string | undefined;
}

/** JSON token by token: its numbers and its spaces are to stay as they were written. */
function redactJson(text: string, redactor: Redactor): string {
  const open: Open[] = [];
  return mapTokens(text, (token) => {
    const inner = open.at(-1);
    const isSecret = inner !== undefined && (inner.isSecret || redactor.isSecret(inner.name ?? ''));
    switch (token) {
      case '{':
      case '[':
        open.push({ isObject: token === '{', isSecret, name: undefined });
        return token;
      case '}':
      case ']':
        open.pop();
        return token;
      case ',':
        if (inner?.isObject) inner.name = undefined;
        return token;
      case ':':
        return token;
    }
    if (!inner?.isObject || inner.name !== undefined) return redactToken(token, isSecret, redactor);
    inner.name = textIn(token);
    return token;
  });
}

function redactToken(token: string, isSecret: boolean, { url }: Redactor): string {
  if (isSecret) return token === 'null' || token === '""' ? token : `"${REDACTED}"`;
  return token.includes('://') ? redactText(token, url) : token;
}

function redactText(token: string, url: Redactor['url']): string {
  const text = textIn(token);
  const shown = url(text);
  return shown === text ? token : JSON.stringify(shown);
}

const PART_NAME = /name="?([^";\r\n]*)/i;

function redactParts(text: string, isSecret: Redactor['isSecret']): string {
  const boundary = text.slice(0, text.search(/\r?\n|$/));
  return text
    .split(boundary)
    .map((part) => {
      const [gap] = /\r?\n\r?\n/.exec(part) ?? [];
      if (gap === undefined) return part;
      const end = part.indexOf(gap);
      return isSecret(PART_NAME.exec(part.slice(0, end))?.[1] ?? '')
        ? `${part.slice(0, end)}${gap}${REDACTED}\r\n`
        : part;
    })
    .join(boundary);
}
