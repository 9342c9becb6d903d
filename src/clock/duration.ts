import { LAST_INSTANT, type Micros } from './instant.js';

const UNITS: Readonly<Record<string, Micros>> = {
  us: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};
/** Longer texts are none: the largest duration in all its units is much shorter. */
export const DURATION_LENGTH = 100;
const PART = /(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/gy;
const ISO = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** The texts that {@link parseDuration} reads, but for how long they last. Each part has two characters at least. */
export const DURATION_PATTERN = `^(?:0|(?:\\d+(?:\\.\\d+)?(?:us|ms|s|m|h|d)){1,${DURATION_LENGTH / 2}}|${ISO.source.slice(1, -1)})$`;

/** What {@link parseDuration} accepts, for error messages. */
export const DURATION_FORMS =
  'a duration such as "90s", "5m", "1h30m", "PT5M" or a number of milliseconds, of 285 years at the most';

/**
 * Reads a duration: `"1h30m"`, ISO 8601 `"PT5M"`, or a number of milliseconds. Gives whole microseconds, `undefined` if
 * it is none of these, negative, or longer than the clock goes.
 */
export function parseDuration(value: string | number): Micros | undefined {
  if (typeof value === 'number') return withinReach(Math.round(value * 1000));
  if (value.length > DURATION_LENGTH) return undefined;
  let known = texts.get(value);
  if (known === undefined && (known = withinReach(parseParts(value) ?? parseIso(value))) !== undefined) {
    if (texts.size >= TEXTS_KEPT) texts.clear();
    texts.set(value, known);
  }
  return known;
}

function withinReach(duration: Micros | undefined): Micros | undefined {
  return duration !== undefined && duration >= 0 && duration <= LAST_INSTANT ? duration : undefined;
}

/** The texts that were read last: the same few defaults are read for every workspace. */
const texts = new Map<string, Micros>();
const TEXTS_KEPT = 100;

function parseParts(text: string): Micros | undefined {
  if (text === '0') return 0;
  let total = 0;
  let end = 0;
  for (const match of text.matchAll(PART)) {
    total += Number(match[1]) * UNITS[match[2]!]!;
    end = match.index + match[0].length;
  }
  return end > 0 && end === text.length ? Math.round(total) : undefined;
}

function parseIso(text: string): Micros | undefined {
  const match = ISO.exec(text);
  if (!match || /^P(T)?$|T$/.test(text)) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return Math.round(+days * UNITS['d']! + +hours * UNITS['h']! + +minutes * UNITS['m']! + +seconds * UNITS['s']!);
}

/** `1h30m`, `90s` becomes `1m30s`: for labels and messages. */
export function formatDuration(duration: Micros): string {
  if (duration === 0) return '0s';
  let rest = duration;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms', 'us'] as const) {
    const size = UNITS[unit]!;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
