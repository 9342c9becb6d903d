import { askedOnce } from './known-texts.js';

/** Reads the reason in the body of a refusal, in one line for people; `undefined` if the body has none. */
export type ReasonReader = (body: string) => string | undefined;

const REASON_MAX = 200;

/**
 * A reader of JSON, pages and plain texts. Of JSON, each text stands behind the names that lead to it. `unnamed` are names
 * that say nothing to a person, and what stands under a name of `unread` is left out.
 *
 * @example reasonReader({ unnamed: ['errors', 'description'], unread: ['key'] })
 */
export function reasonReader({
  unnamed = [],
  unread = [],
}: { readonly unnamed?: readonly string[]; readonly unread?: readonly string[] } = {}): ReasonReader {
  const tell = (value: unknown, path: string): string[] => {
    if (Array.isArray(value)) return value.flatMap((item) => tell(item, path));
    if (typeof value !== 'object' || value === null) return [path === '' ? String(value) : `${path}: ${String(value)}`];
    return Object.entries(value)
      .filter(([name]) => !unread.includes(name))
      .flatMap(([name, inner]) => tell(inner, unnamed.includes(name) ? path : path === '' ? name : `${path}.${name}`));
  };
  const read = askedOnce((body) => {
    const value = parsed(body);
    return oneLine(value === undefined ? textIn(body) : tell(value, '').join('; '), REASON_MAX);
  });
  return (body) => read(body) || undefined;
}

/** A text without its line breaks, and not longer than this. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** The text of a page or of XML, which may be cut off anywhere, without its title, if it has more; other texts as they are. */
export function textIn(body: string): string {
  if (!/^\s*</.test(body)) return body;
  const shown = body.replace(/<!--.*?(?:-->|$)|<(style|script)\b.*?(?:<\/\1>|$)/gis, ' ');
  const text = withoutTags(shown.replace(/<title\b.*?(?:<\/title>|$)/gis, ' '));
  return text.trim() === '' ? withoutTags(shown) : text;
}

const withoutTags = (page: string): string =>
  page.replace(/<[^>]*(?:>|$)/g, ' ').replace(/&(#?\w+);/g, (whole, name: string) => characterOf(name) ?? whole);

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** What a reference of HTML such as `&#x27;` stands for; `undefined` for what is none, or seldom. */
function characterOf(name: string): string | undefined {
  const code = /^#(?:x([\da-f]{1,5})|(\d{1,6}))$/i.exec(name);
  if (!code) return NAMED[name];
  return String.fromCodePoint(code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16));
}
