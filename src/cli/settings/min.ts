import { GreenroomError } from '../../errors.js';
import type { Flag, FlagValues } from './flags.js';

export const MIN: Flag = { name: 'min', value: 'PERCENT', help: 'end with 1 if less is exercised' };

/** The share of the contracts that is asked for; 0 if none is. Throws USAGE. */
export function readMin(value: FlagValues[string]): number {
  const min = value === undefined ? 0 : Number(value);
  if (String(value).trim() !== '' && min >= 0 && min <= 100) return min;
  throw new GreenroomError(
    'USAGE',
    `Failed to read the command line: expected a percentage from 0 to 100 for --min, was "${String(value)}".`,
  );
}

/** That too little was exercised, in words. */
export const tooLittle = (percent: number, min: number): string =>
  `${percent} % is exercised, and --min asks for ${min} %.\n`;
