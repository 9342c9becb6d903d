import type { Call } from './provider.js';

const PACKED =
  'A body comes packed, as its Content-Encoding says, and cannot be read: nothing is known that unpacks it at the vendor. Send it as it is.';

/** To be called for a body that cannot be read: to who packed it, what the vendor says of its bytes tells nothing. */
export function notePacked({ request, world }: Call): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') world.noteOnce('packed', PACKED);
}
