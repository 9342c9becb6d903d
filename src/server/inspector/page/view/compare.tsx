import type { RecordingNotes } from '../../../../contracts/control/recording.js';
import { useMemo, useState } from 'preact/hooks';
import { diff, type Pair } from '../model/diff.js';
import type { Session } from '../session.js';
import { Detail } from './detail.js';
import { Lanes, type Frame } from './lanes.js';
import { countedFrom, Pairs } from './pairs.js';
import { Facts } from './texts.js';
import { useChanges } from './use.js';

interface Props {
  readonly left: Session;
  readonly right: Session;
  readonly onClose?: (() => void) | undefined;
}

/** Two timelines beside each other, with what differs marked. */
export function Compare({ left, right, onClose }: Props) {
  useChanges(left);
  useChanges(right);
  const [differs, setDiffers] = useState(true);
  const [chosen, choose] = useState<Session>(right);
  const pairs = useMemo(
    () => diff(left.timeline, right.timeline, { left: left.about.names ?? [], right: right.about.names ?? [] }),
    [left.timeline.size, right.timeline.size],
  );
  const both = [left, right];
  const frame = framesOf(left, right);
  const { verdict, facts } = right.about;
  const shown = useMemo(() => (differs ? withNeighbours(pairs) : pairs), [pairs, differs]);
  const count = pairs.filter(({ state }) => state !== 'same').length;
  return (
    <main class="panes compare">
      <div class="search-bar">
        <h2>{left.title}</h2>
        <span class="quiet">beside</span>
        <h2>{right.title}</h2>
        <output>
          {count === 0 ? 'They say the same.' : `${count} ${count === 1 ? 'place differs' : 'places differ'}.`}
        </output>
        <label>
          <input type="checkbox" checked={differs} onChange={() => setDiffers(!differs)} /> what differs alone
        </label>
        {facts && chosen.chosen !== undefined && (
          <button type="button" onClick={() => both.forEach((session) => session.choose(undefined))}>
            What was found
          </button>
        )}
        {onClose && (
          <button type="button" onClick={onClose}>
            End the comparison
          </button>
        )}
      </div>
      <div class="two-lanes">
        <Lanes session={left} frame={frame(left)} />
        <Lanes session={right} frame={frame(right)} />
      </div>
      <div class="below">
        <Pairs key={String(differs)} {...{ left, right, pairs: shown, onChoose: choose }} />
        <Detail session={chosen} hint={facts && <Found title={verdict ?? right.title} facts={facts} />} />
      </div>
    </main>
  );
}

/** The same stretch of time before and after what each counts from, so that what happens then stands below it. */
function framesOf(left: Session, right: Session): (session: Session) => Frame {
  const both = [left, right];
  const before = Math.max(...both.map(({ origin, timeline }) => origin - timeline.start));
  const after = Math.max(...both.map(({ origin, timeline }) => timeline.end - origin));
  return ({ origin }) => ({ from: origin - before, to: origin + after, origin: countedFrom(left, right, origin) });
}

/** What was found in the two, as words beside words. */
const Found = ({ title, facts }: { readonly title: string; readonly facts: NonNullable<RecordingNotes['facts']> }) => (
  <>
    <h2>{title}</h2>
    <Facts facts={facts} />
    <p class="quiet">n goes to the next place that differs, N to the one before.</p>
  </>
);

/** Lines around one that differs. */
const AROUND = 2;

function withNeighbours(pairs: readonly Pair[]): Pair[] {
  const near = new Uint8Array(pairs.length);
  pairs.forEach(({ state }, i) => {
    if (state !== 'same') near.fill(1, Math.max(0, i - AROUND), i + AROUND + 1);
  });
  return pairs.filter((_, i) => near[i]);
}
