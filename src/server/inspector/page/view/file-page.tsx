import type { Session } from '../session.js';
import { Panes } from './panes.js';

/** A recording that was kept. */
export function FilePage({ sessions }: { readonly sessions: readonly Session[] }) {
  const [session] = sessions;
  if (!session) return <p class="nothing">This file has no recording in it.</p>;
  return (
    <div class="page">
      <header class="top">
        <h1>{session.title}</h1>
        <p class="quiet">a recording of greenroom {session.head?.greenroom}</p>
      </header>
      <Panes session={session} />
    </div>
  );
}
