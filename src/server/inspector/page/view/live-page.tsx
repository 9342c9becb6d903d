import type { Live } from '../live.js';
import { Panes } from './panes.js';
import { TokenForm } from './token-form.js';
import { useChanges } from './use.js';

/** A server that is followed. */
export function LivePage({ live }: { readonly live: Live }) {
  useChanges(live);
  if (live.wantsToken) return <TokenForm live={live} />;
  return (
    <div class="page">
      <header class="top">
        <h1>greenroom</h1>
        <p role="status" class={`stream ${live.state}`}>
          {STATES[live.state]}
          {live.trouble !== undefined && ` ${live.trouble}`}
        </p>
      </header>
      <Panes session={live.session} live={live} />
    </div>
  );
}

const STATES = { connecting: '◌ connecting', live: '● live', lost: '✕ the connection is lost; trying again' } as const;
