import { GreenroomError } from '../errors.js';

/** What an id of a workspace is made of, and what a header carries besides. */
const WORKSPACE = /^[\w.-]+$/;
const TOKEN = /^\s*[\u0021-\u007e]+\s*$/;

/** Refuses what no header carries. Throws USAGE; the token is not told. */
export function assertCredentials(workspace: string | undefined, token: string | undefined): void {
  if (workspace !== undefined && !WORKSPACE.test(workspace))
    throw new GreenroomError(
      'USAGE',
      `Failed to name the workspace: expected letters, digits, ".", "_" and "-", was ${JSON.stringify(workspace)}.`,
    );
  if (token !== undefined && !TOKEN.test(token))
    throw new GreenroomError(
      'USAGE',
      'Failed to show the token: expected one word of ASCII, was something else. Is it whole, and without quotes?',
    );
}
