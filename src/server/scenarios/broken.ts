import { didYouMean } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { ScenarioFault } from './read.js';

/** So many files are told of. */
const TOLD = 20;

/** One error for all files of a folder that cannot be played, in their order, with all that is known to be wrong with each. Its details are those of the first. */
export function brokenScenarios(errors: readonly GreenroomError[], folder: string): GreenroomError {
  const [first] = errors;
  const left = errors.length - TOLD;
  const lines = errors.slice(0, TOLD).flatMap(linesOf);
  const rest = `\u2026 and ${left} more. greenroom check scenarios ${folder} names the mistakes of every file.`;
  return new GreenroomError('INVALID_SCENARIO', left > 0 ? [...lines, rest] : lines, first!.details);
}

function linesOf({ message, details }: GreenroomError): readonly string[] {
  const { more = [] } = details as { readonly more?: readonly ScenarioFault[] };
  return [
    message,
    ...more.map(
      ({ pointer, expected, was, nearest }) =>
        `  at ${pointer}, expected ${expected}, was ${was}.${didYouMean(nearest)}`,
    ),
  ];
}
