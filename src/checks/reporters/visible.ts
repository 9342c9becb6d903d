import { onOneLine, visible } from '../../contracts/visible.js';
import type { Report } from '../report.js';

export { onOneLine, visible };

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
