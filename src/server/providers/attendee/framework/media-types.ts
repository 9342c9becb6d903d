import { askedOnce } from '../../../../contracts/known-texts.js';
import { pythonStrip } from '../python/repr.js';
import { unquote } from '../python/urls.js';

/** Headers with parameters, and media types among them, as Django and its REST framework read them. */
export interface HeaderParts {
  /** What stands before the parameters, in small letters. */
  readonly main: string;
  /** By name in small letters; of one that is repeated, the last. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Takes `text/plain; charset="utf-8"` apart. */
export const partsOf = askedOnce((header: string): HeaderParts => {
  const [main = '', ...rest] = sections(header).map((section) => pythonStrip(section));
  const parameters = new Map<string, string>();
  for (const section of rest) {
    const at = section.indexOf('=');
    if (at < 0) continue;
    const name = pythonStrip(section.slice(0, at)).toLowerCase();
    const value = plainText(pythonStrip(section.slice(at + 1)));
    if (!name.endsWith('*')) parameters.set(name, value);
    else parameters.set(name.slice(0, -1), withoutEncoding(value));
  }
  return { main: main.toLowerCase(), parameters };
});

/** What stands between semicolons, of which those within quotation marks do not count. */
function sections(header: string): string[] {
  const found: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < header.length; at++) {
    if (header[at] === '"' && header[at - 1] !== '\\') isQuoted = !isQuoted;
    if (header[at] !== ';' || isQuoted) continue;
    found.push(header.slice(start, at));
    start = at + 1;
  }
  return [...found, header.slice(start)];
}

const plainText = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replaceAll('\\\\', '\\').replaceAll('\\"', '"')
    : value;

/** The text of `UTF-8'en'a%20b`. */
function withoutEncoding(value: string): string {
  const parts = value.split("'");
  return parts.length === 3 ? unquote(parts[2]!) : value;
}

/** Whether a range such as `text/*` has this media type. */
export function isInRange(type: string, range: string): boolean {
  const [[main, sub], [rangeMain, rangeSub]] = [halves(type), halves(range)];
  return (rangeSub === '*' || rangeSub === sub) && (rangeMain === '*' || rangeMain === main);
}

function halves(type: string): readonly [main: string, sub: string] {
  const at = type.indexOf('/');
  return at < 0 ? [type, ''] : [type.slice(0, at), type.slice(at + 1)];
}

/** How exact a range is: 3 with parameters, 2 without, 1 for `text/*`, and 0 for any type. */
export function exactness({ main, parameters }: HeaderParts): number {
  const [first, sub] = halves(main);
  if (first === '*') return 0;
  if (sub === '*') return 1;
  return parameters.size === 0 || (parameters.size === 1 && parameters.has('q')) ? 2 : 3;
}
