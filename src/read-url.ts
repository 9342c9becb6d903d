/** No name of a host is so long, however it is written; Node takes the square of its length to read one. */
const HOST_MAX = 4096;

/** A URL as browsers read it; `undefined` if it is none. */
export function readUrl(text: string): URL | undefined {
  const authority = /^[^:]*:[/\\]*([^/\\?#]*)/.exec(text.replace(/[\t\r\n]/g, ''))?.[1] ?? '';
  if (authority.length - authority.lastIndexOf('@') > HOST_MAX || !URL.canParse(text)) return undefined;
  return new URL(text);
}
