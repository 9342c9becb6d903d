import { termOptions } from '../contracts/control/terms.js';
import { GreenroomError } from '../errors.js';

export const conflict = (reason: string): GreenroomError =>
  new GreenroomError('CONFLICT', `Failed to keep workspaces apart: ${reason}.`);

/** UNKNOWN_WORKSPACE: also for one that the caller may not know of. */
export const unknownWorkspace = (id: string): GreenroomError =>
  new GreenroomError(
    'UNKNOWN_WORKSPACE',
    `Failed to find the workspace "${id}": there is none. GET /_greenroom/workspaces lists them.`,
    { workspace: id },
  );

/** What only a service takes must not do nothing. Throws INVALID_BODY. */
export function assertNoTerms(options: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(termOptions).find((name) => options[name] !== undefined);
  if (name === undefined) return;
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to make the workspace: at /${name}, expected nothing, for this server is not shared. "greenroom serve --shared" has owners, limits and times to live.`,
    { pointer: `/${name}`, expected: 'nothing' },
  );
}
