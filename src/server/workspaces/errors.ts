import { termOptions } from '../../contracts/control/terms.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, placeAt, told } from '../../told.js';
import { SELF } from '../shared/names.js';

export const conflict = (reason: string): GreenroomError =>
  new GreenroomError('CONFLICT', `Failed to keep workspaces apart: ${reason}.`);

/** UNKNOWN_WORKSPACE: also for one that the caller may not know of. */
export const unknownWorkspace = (id: string): GreenroomError =>
  new GreenroomError(
    'UNKNOWN_WORKSPACE',
    told`Failed to find the workspace "${id}": there is none. ${controlCall('GET', '/workspaces')} lists them.`,
    { workspace: id },
  );

/** UNKNOWN_WORKSPACE: the token of a service is of no workspace. */
export const ownsNone = (): GreenroomError =>
  new GreenroomError(
    'UNKNOWN_WORKSPACE',
    told`Failed to find the workspace "self": that is the one whose token is shown, and this is the token of the server, which opens them all. Show the token of a workspace, or name one by its id; ${controlCall('GET', '/workspaces')} lists them, and ${controlCall('POST', '/workspaces')} makes one.`,
    { workspace: SELF },
  );

/** What only a service takes must not do nothing. Throws INVALID_BODY. */
export function assertNoTerms(options: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(termOptions).find((name) => options[name] !== undefined);
  if (name === undefined) return;
  throw new GreenroomError(
    'INVALID_BODY',
    told`${placeAt('make the workspace', `/${name}`)}expected nothing, for this server is not shared. "greenroom serve --shared" has owners, limits and times to live.`,
    { pointer: `/${name}`, expected: 'nothing' },
  );
}
