import { GreenroomError, reasonOf } from '../../errors.js';
import type { Kept } from './kept.js';

/** For who runs a server: what could not be written, and why. */
export function cannotWrite(name: string, error: unknown): GreenroomError {
  if (error instanceof GreenroomError) return error;
  return new GreenroomError(
    'STORE_FAILED',
    `Failed to write to ${name}: ${reasonOf(error)}. Calls are refused until greenroom can write there. Make room, or let it write, and call again; a call that was under way when this began may have been done all the same.`,
  );
}

/** The same for those who share a server: where its files are is nobody's business but its own. */
export function toldStrangers(error: unknown): GreenroomError {
  const reason = error instanceof GreenroomError ? '' : ` (${(error as NodeJS.ErrnoException).code ?? 'no room'})`;
  return new GreenroomError(
    'STORE_FAILED',
    `Failed to keep what was called for: the service cannot write${reason}. Calls are refused until it can; a call that was under way when this began may have been done all the same. Ask whoever runs the service to make room, or delete workspaces that are not needed.`,
  );
}

/** For the owner of one workspace. */
export const overfull = ({ workspace, log }: Kept): GreenroomError =>
  new GreenroomError(
    'STORE_FAILED',
    `Failed to keep more of the workspace ${workspace.id}: its run has ${log.size} characters, and can be shortened only while no webhook is on its way and the clock stands. Calls are refused until then.`,
  );
