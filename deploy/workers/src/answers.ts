import { GreenroomError } from '../../../src/errors.js';
import { problem } from '../../../src/server/control/problem.js';
import type { Reply } from '../../../src/server/providers/provider.js';

export function responseOf({ status, headers = {}, body }: Reply): Response {
  const isEmpty = body === undefined || status === 204;
  return new Response(isEmpty ? null : typeof body === 'string' ? body : Buffer.from(body), { status, headers });
}

export const json = (value: unknown, status = 200, headers: Reply['headers'] = {}): Response =>
  responseOf({ status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) });

/** Seconds. */
const SOON = '1';

/** The object of a workspace was thrown away, or moved, while it had a call in hand. */
export function interrupted(isControl: boolean, error: unknown): Response {
  const reason = error instanceof Error ? error.message : String(error);
  const detail = `Failed to finish this call: the object of the workspace went away in the midst of it (${reason}). All that was answered is kept, and this call may have been done in part. Look at the workspace, and call again.`;
  const { headers, body } = isControl
    ? problem(new GreenroomError('UNREACHABLE', detail, { status: 503 }))
    : { headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: detail };
  return responseOf({
    status: 503,
    headers: { ...headers, 'Retry-After': SOON },
    ...(body === undefined ? {} : { body }),
  });
}
