/** No name of a host is so long, however it is written; Node takes the square of its length to read one. */
const HOST_MAX = 4096;

/** A URL as browsers read it; `undefined` if it is none. */
export function readUrl(text: string): URL | undefined {
  const authority = /^[^:]*:[/\\]*([^/\\?#]*)/.exec(text.replace(/[\t\r\n]/g, ''))?.[1] ?? '';
  if (authority.length - authority.lastIndexOf('@') > HOST_MAX || !URL.canParse(text)) return undefined;
  return new URL(text);
}

const known = new Map<string, URL | undefined>();
const KEPT = 100;
const KEPT_LENGTH = 2000;

/** {@link readUrl} for what is read again and again, such as a receiver: all get the same object, which nobody changes. */
export function knownUrl(text: string): Readonly<URL> | undefined {
  if (known.has(text)) return known.get(text);
  const url = readUrl(text);
  if (text.length > KEPT_LENGTH) return url;
  if (known.size >= KEPT) known.clear();
  known.set(text, url);
  return url;
}
