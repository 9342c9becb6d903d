import type { Report } from '../report.js';

/** What acts on a terminal, or turns the direction of what stands beside it; a line feed apart. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const ACTING = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** A text that strangers may have written, for a terminal or the log of CI: what would act there stands as an escape. */
export const visible = (text: string): string =>
  text.replace(ACTING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same on one line: CI takes a line that begins with :: for a command. */
export const onOneLine = (text: string): string => visible(text).replaceAll('\n', '\\n');

/** A report whose texts cannot act; each stands on one line, but for what can be copied. */
export const visibleReport = (report: Report): Report =>
  withTexts(report, (text, name) => (name === 'paste' ? visible(text) : onOneLine(text)));

/** Plain data with each of its texts changed. */
export function withTexts<Data>(data: Data, change: (text: string, name: string) => string, name = ''): Data {
  if (typeof data === 'string') return change(data, name) as Data;
  if (Array.isArray(data)) return data.map((item: unknown) => withTexts(item, change, name)) as Data;
  if (typeof data !== 'object' || data === null) return data;
  const changed = Object.entries(data).map(([key, value]) => [key, withTexts(value as unknown, change, key)]);
  return Object.fromEntries(changed) as Data;
}

/** JSON for people and programs, in which nothing acts on a terminal either. */
export const visibleJson = (data: unknown): string => `${visible(JSON.stringify(data, null, 2))}\n`;
