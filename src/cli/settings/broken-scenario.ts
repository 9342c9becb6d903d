import { didYouMean } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { ScenarioFault } from '../../server/scenarios/read.js';

/** The error of a scenario file with all that is known to be wrong with it, a line each, and with what tells of the other files. */
export function withAllMistakes({ code, message, details }: GreenroomError, folder: string): GreenroomError {
  const { more = [] } = details as { readonly more?: readonly ScenarioFault[] };
  const others = more.map(
    ({ pointer, expected, was, nearest }) => `  at ${pointer}, expected ${expected}, was ${was}.${didYouMean(nearest)}`,
  );
  const advice = `greenroom check scenarios ${folder} names the mistakes of every file.`;
  return new GreenroomError(code, [message, ...others, advice], details);
}
