import { formatInstant, type Micros } from '../../../../clock/instant.js';

/** `09:05:00.000` */
export const clockTime = (at: Micros): string => {
  const text = formatInstant(at).slice(11, -1);
  const [seconds, fraction = ''] = text.split('.') as [string, string?];
  return `${seconds}.${fraction.padEnd(3, '0')}`;
};

/** The same from an instant on: `+1:05:00.000`. */
export function offset(micros: Micros): string {
  const size = Math.abs(micros);
  const hours = Math.floor(size / 3_600_000_000);
  return `${micros < 0 ? '−' : '+'}${hours}${clockTime(size - hours * 3_600_000_000).slice(2)}`;
}

/** A time without the part of a second that it has not. */
export const whole = (time: string): string => time.replace(/\.000$/, '');

export const dayOf = (at: Micros): string => formatInstant(at).slice(0, 10);

const UNITS: readonly (readonly [Micros, string])[] = [
  [86_400_000_000, 'd'],
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1000, 'ms'],
];

/** `1 h 5 min`: the two largest units. */
export function span(micros: Micros): string {
  const parts: string[] = [];
  let rest = micros;
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    parts.push(`${count} ${unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

const STEPS: readonly Micros[] = [
  1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 5_000_000, 15_000_000, 30_000_000, 60_000_000, 300_000_000, 900_000_000,
  1_800_000_000, 3_600_000_000, 10_800_000_000, 21_600_000_000, 43_200_000_000, 86_400_000_000, 604_800_000_000,
  2_592_000_000_000,
];

/** Instants at round times, no more than so many. */
export function ticks(from: Micros, to: Micros, most: number): Micros[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most);
  const found: Micros[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}
