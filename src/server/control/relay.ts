import { ListenReport } from '../../contracts/control/relay.js';
import { GreenroomError } from '../../errors.js';
import { told } from '../../told.js';
import type { StreamReply } from '../streams.js';
import type { Relay } from '../relay/relay.js';
import type { Workspace } from '../workspaces/workspace.js';
import { noContent, type ControlHandler } from './call.js';
import { assertQuery, wholeNumber } from './query.js';

/** The line of a listener, which takes webhooks to a machine that cannot be reached from here. */
export function relayRoutes() {
  return {
    listen: ({ workspace, query, lease }): StreamReply => {
      assertQuery(query, { session: 'any', after: 'any' });
      const relay = relayOf(workspace);
      const session = query.get('session') ?? '';
      if (!/^[\w-]{16,64}$/.test(session)) throw noSession(session);
      const last = wholeNumber(query, 'after', 0);
      return {
        status: 200,
        headers: { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
        open: (outlet) => relay.open(session, last, outlet, lease),
        // Who opens a line again is not kept out by the one that was cut.
        takesPlace: relay.isOpen,
      };
    },
    report: ({ workspace, body }) => {
      relayOf(workspace).hear(body(ListenReport));
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

function relayOf({ relay }: Workspace): Relay {
  if (relay) return relay;
  throw new GreenroomError(
    'CONFLICT',
    'Failed to listen: this greenroom is on the machine of its apps and reaches them itself; --forward-to URL leads webhooks for other hosts to one, and `greenroom env` prints the variables for a command that is run against it. A service, `greenroom serve --shared`, has listeners.',
  );
}

const noSession = (was: string): GreenroomError =>
  new GreenroomError(
    'INVALID_BODY',
    told`${{ pointer: '?session', text: 'Failed to read the query: at session, ' }}expected 16 to 64 letters, digits, "_" and "-" that no other listener has, was "${was}".`,
    { pointer: '?session', was },
  );
