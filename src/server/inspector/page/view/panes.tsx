import type { Live } from '../live.js';
import type { Session } from '../session.js';
import { CausesBar } from './causes.js';
import { Detail } from './detail.js';
import { Lanes } from './lanes.js';
import { List } from './list.js';
import { SearchBar } from './search-bar.js';

/** Lanes above, the list below, and beside it the chosen line. */
export function Panes({ session, live }: { readonly session: Session; readonly live?: Live }) {
  return (
    <main class="panes">
      <SearchBar session={session} />
      <CausesBar session={session} />
      <Lanes session={session} />
      <div class="below">
        <List session={session} label="What happened, in order" />
        <Detail session={session} live={live} beside="view" />
      </div>
    </main>
  );
}
