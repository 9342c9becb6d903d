import { parseInstant, type Micros } from '../../../clock/instant.js';
import { isSpelledZone, isTimeZone } from '../../../clock/zones.js';
import type { CronofySettings } from './settings.js';

/** The forms of the page on data types, and what the C# SDK sends: a space before a time in UTC (observed). */
const DOCUMENTED = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)| \d\d:\d\d:\d\dZ)$/;

/** True for a form of a time that is taken. */
export const isTakenForm = (text: string, { time_forms }: CronofySettings): boolean =>
  time_forms === 'any' || DOCUMENTED.test(text);

/** True for a zone in letters that are taken. */
export const isTakenZone = (name: string, { time_forms }: CronofySettings): boolean =>
  time_forms === 'any' ? isTimeZone(name) : isSpelledZone(name);

/** The instant that a client means; `undefined` for what is no time, or none in a form that is taken. */
export const readTime = (text: string, settings: CronofySettings): Micros | undefined =>
  isTakenForm(text, settings) ? parseInstant(text) : undefined;
