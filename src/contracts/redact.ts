/** Takes secrets out of what leaves greenroom: by the names of fields, after parsing, and with all other text as it was. */

import { REDACTED, redactQuery, redactText, type TextRules } from './redact-text.js';

export { REDACTED };

/** Names of fields whose values are secrets, as they end: vendors add names of their own. What is no letter and no digit counts as `_`. */
const SECRET_NAME =
  /(secrets?|password|passwd|passphrase|token|(api|access|private|stream)_?keys?|authorization(_?code)?|cookies?|credentials?)[_\d]*$/;
/** Cheap to ask of a whole text: without one of these, or an escape, no field of it is secret. */
const HINTS = String.raw`secret|passw|passphrase|token|(?:api|access|private|stream)[^a-z\d]*key|authorization|cookie|credential|signature|%|\\[u/]`;

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
      .replace(/[^a-z\d]+/g, '_');
    secret = names.has(plain) || SECRET_NAME.test(plain);
    if (known.size < KNOWN_NAMES && name.length <= KNOWN_LENGTH) known.set(name, secret);
    return secret;
  };
  const own = more.map((name) => `|${name.split('_').join(String.raw`[^a-z\d]*`)}`);
  const hint = new RegExp(HINTS + own.join(''), 'i');
  const mayHold = (text: string): boolean => hint.test(text) || (text.includes('://') && text.includes('@'));
  const within = (text: string, levels: number): string =>
    levels > 0 && isJson(text)
      ? redactJson(text, { isSecret, url: (inner) => within(inner, levels - 1) })
      : redactText(text, rules, levels);
  const rules: TextRules = { isSecret, mayHold, within };
  const query = (text: string): string => redactQuery(text, rules, LEVELS);
  const url = (text: string): string => within(text, LEVELS);
  const redactor: Redactor = {
    isSecret,
    query,
    url,
    headers: (headers) => {
      const known = shared.get(headers);
      if (known) return known;
      const redacted: Record<string, string> = {};
      for (const name in headers)
        redacted[name] = isSecret(name) ? redactValue(name, headers[name]!) : url(headers[name]!);
      if (Object.isFrozen(headers)) shared.set(headers, redacted);
      return redacted;
    },
    body: (text) => {
      if (!mayHold(text)) return text;
      if (text.startsWith('--')) return redactParts(text, redactor);
      return isJson(text) ? redactJson(text, redactor) : query(text);
    },
  };
  return redactor;
}

/** How deep a text is read that is written in another one. */
const LEVELS = 4;

/** A bracket may also begin a sentence. */
const isJson = (text: string): boolean => /^\s*(?:\{|\[\s*(?:["{[\]\d-]|true\b|false\b|null\b))/.test(text);

const SCHEME = /^[a-z][a-z\d-]{0,19} /i;

function redactValue(name: string, value: string): string {
  if (value === '') return value;
  const scheme = /authorization$/i.test(name) ? SCHEME.exec(value) : null;
  return `${scheme ? scheme[0] : ''}${REDACTED}`;
}

const ESCAPE = /\\(?:u([\da-fA-F]{4})|([^]))/g;
const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The host reads escapes sooner; but to hear that there is one of no meaning takes as long as to read so many. */
const LONG = 1000;

function parsed(token: string): string | undefined {
  try {
    return String(JSON.parse(token));
  } catch {
    return undefined;
  }
}

/** What a token says, also one that was cut or has an escape of no meaning. */
function textIn(token: string): string {
  if (!token.startsWith('"')) return token;
  const text = token.slice(1, token.length > 1 && token.endsWith('"') ? -1 : undefined);
  if (!text.includes('\\')) return text;
  return (
    (text.length > LONG ? parsed(token) : undefined) ??
    text.replace(ESCAPE, (_, code: string | undefined, sign: string) =>
      code === undefined ? (SHORT[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
    )
  );
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
function redactJson(text: string, redactor: Pick<Redactor, 'isSecret' | 'url'>): string {
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

function redactToken(token: string, isSecret: boolean, { url }: Pick<Redactor, 'url'>): string {
  if (isSecret) return token === 'null' || token === '""' ? token : `"${REDACTED}"`;
  return TELLING.test(token) ? redactString(token, url) : token;
}

/** A text without one of these holds no URL with a secret, and no JSON. */
const TELLING = /[?&#@%{\\]/;

function redactString(token: string, url: Redactor['url']): string {
  const text = textIn(token);
  const shown = url(text);
  return shown === text ? token : JSON.stringify(shown);
}

const PART_NAME = /name="?([^";\r\n]*)/i;

function redactParts(text: string, { isSecret, url }: Redactor): string {
  const boundary = text.slice(0, text.search(/\r?\n|$/));
  return text
    .split(boundary)
    .map((part) => {
      const [gap] = /\r?\n\r?\n/.exec(part) ?? [];
      if (gap === undefined) return part;
      const end = part.indexOf(gap);
      return isSecret(PART_NAME.exec(part.slice(0, end))?.[1] ?? '')
        ? `${part.slice(0, end)}${gap}${REDACTED}\r\n`
        : part.slice(0, end + gap.length) + url(part.slice(end + gap.length));
    })
    .join(boundary);
}
