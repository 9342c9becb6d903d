import { SEARCH_WORDS } from '../model/search.js';
import { Dialog } from './dialog.js';

/** A file has nobody who could deliver. */
const REDELIVER = 'r';
const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['j, k', 'the next line, the one before'],
  [
    'n, N',
    'the next that went wrong, the retries of a webhook as one, or that differs in a comparison; the one before',
  ],
  ['↓ ↑ PgDn PgUp Home End', 'the same in the list'],
  ['← → ↑ ↓', 'on the lanes: along a lane, with the meetings of a calendar, and to the next'],
  ['/', 'search; Enter goes on to the list'],
  [REDELIVER, 'redeliver the chosen webhook'],
  ['c', 'show all: no search, no range'],
  ['Esc', 'leave a field, with what is in it, or a dialog'],
  ['?', 'this'],
];

/** Keys, and the words of a search. */
export const Help = ({ isLive = false, onClose }: { readonly isLive?: boolean; readonly onClose: () => void }) => (
  <Dialog title="Keys and words" onClose={onClose}>
    <h3>Keys</h3>
    <Pairs pairs={KEYS.filter(([keys]) => isLive || keys !== REDELIVER)} />
    <h3>Words of a search</h3>
    <Pairs pairs={SEARCH_WORDS} />
    <p>Drag over the lanes, or give two times, to look at a stretch of time. A double click shows all of it again.</p>
  </Dialog>
);

const Pairs = ({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }) => (
  <dl class="pairs">
    {pairs.map(([name, meaning]) => (
      <div key={name}>
        <dt>
          <kbd>{name}</kbd>
        </dt>
        <dd>{meaning}</dd>
      </div>
    ))}
  </dl>
);
