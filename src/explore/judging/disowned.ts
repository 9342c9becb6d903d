import type { Disowned, Outcome } from '../playing/outcome.js';
import type { Problem, References } from './problem.js';

/** True if a second agent came of this meeting because its user was told that the first had failed. */
export const isDisowned = ({ disowned }: Pick<Outcome, 'disowned'>, meeting: number): boolean =>
  disowned.some((one) => one.meeting === meeting && one.asked === 1);

/**
 * Where the app told its user that a meeting could not be scheduled, and its agent comes all the same: twice in a row, or
 * once, and the second try brings another. An error is no lie where no agent comes, nor where the second try finds the first.
 */
export function disowning(outcome: Outcome, { plain }: References): Problem[] {
  const { disowned, came, faults } = outcome;
  // Whoever is no more answers nobody.
  if (faults.some(({ what }) => what === 'crash' || what === 'hang')) return [];
  const most = Math.max(1, plain.came[0] ?? 0);
  return disowned.flatMap((one) => {
    const count = came[one.meeting - 1] ?? 0;
    if (count === 0 || !isDisowned(outcome, one.meeting)) return [];
    if (one.again === undefined) return count > most ? [foundTwice(one, count)] : [];
    return [
      {
        ...FOUND,
        sentence: `${TOLD}, at the second try too, though its agent comes`,
        expected: 'a meeting, or no agent',
        was: one.again,
      },
    ];
  });
}

const FOUND = { oracle: 'acts', family: 'disowned', what: 'disowned' };
const TOLD = 'The app tells its user that a meeting failed';

const foundTwice = ({ error }: Disowned, count: number): Problem => ({
  ...FOUND,
  sentence: `${TOLD}, though its agent comes, and a second try brings another`,
  expected: 'one agent',
  was: `${count}, and "${error}"`,
});

const DENIED = {
  reschedule: ['could not be moved', 'a meeting that is moved'],
  cancel: ['could not be called off', 'a meeting that is called off'],
} as const;

/** Where the app told its user twice that a meeting could not be moved or called off, and the vendor had done it. */
export const denying = ({ denied, faults }: Outcome): Problem[] =>
  faults.some(({ what }) => what === 'crash' || what === 'hang')
    ? []
    : denied.map(({ act, again }) => ({
        oracle: 'acts',
        family: `denied ${act}`,
        what: `denied ${act}`,
        sentence: `The app tells its user that a meeting ${DENIED[act][0]}, at the second try too, though the vendor has done it`,
        expected: DENIED[act][1],
        was: again,
      }));
