import { GreenroomError } from '../../errors.js';
import { isOfState } from '../../explore/playing/unread.js';
import type { Printout } from './printout.js';

interface Printing {
  readonly printout: Printout;
}

const LAST_LINES = 20;

/** People who are told that their app fails want to see what it says itself. */
export function withContext(error: unknown, asked: string | undefined, apps: readonly Printing[]): unknown {
  if (!(error instanceof GreenroomError)) return error;
  const printed = apps
    .map(({ printout }) => printout.since(printout.mark - LAST_LINES))
    .find(({ length }) => length > 0);
  const lines = [
    ...(asked === undefined || !isOfState(error) ? [] : [`The state was asked at ${asked}.`]),
    ...(printed === undefined ? [] : ['The app printed last:', ...printed]),
  ];
  return new GreenroomError(error.code, [...error.message.split('\n'), ...lines]);
}
