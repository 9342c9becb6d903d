import { useMemo, useRef, useState } from 'preact/hooks';
import { diff, type Pair } from '../model/diff.js';
import { KIND_WORDS, weightOf, type Line } from '../model/line.js';
import { clockTime, span } from '../model/time.js';
import type { Timeline } from '../model/timeline.js';
import type { Session } from '../session.js';
import { Detail } from './detail.js';
import { keyOf } from './keys.js';
import { Lanes } from './lanes.js';
import { Sign } from './sign.js';
import { rootSize, useChanges, useSight } from './use.js';

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
  const pairs = useMemo(() => diff(left.timeline, right.timeline), [left.timeline.size, right.timeline.size]);
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
        {onClose && (
          <button type="button" onClick={onClose}>
            End the comparison
          </button>
        )}
      </div>
      <div class="two-lanes">
        <Lanes session={left} />
        <Lanes session={right} />
      </div>
      <div class="below">
        <Pairs {...{ left, right, pairs: shown, onChoose: choose, chosen }} />
        <Detail session={chosen} />
      </div>
    </main>
  );
}

/** Lines around one that differs. */
const AROUND = 2;

function withNeighbours(pairs: readonly Pair[]): Pair[] {
  const near = new Uint8Array(pairs.length);
  pairs.forEach(({ state }, i) => {
    if (state !== 'same') near.fill(1, Math.max(0, i - AROUND), i + AROUND + 1);
  });
  return pairs.filter((_, i) => near[i]);
}

interface PairsProps {
  readonly left: Session;
  readonly right: Session;
  readonly pairs: readonly Pair[];
  readonly chosen: Session;
  readonly onChoose: (session: Session) => void;
}

const PAIR_REM = 1.75;
const SPARE = 12;

/** The same in words, a pair a row. */
function Pairs({ left, right, pairs, onChoose, chosen }: PairsProps) {
  const box = useRef<HTMLDivElement>(null);
  const row = PAIR_REM * rootSize();
  const { top, height, look } = useSight(box, pairs);
  const first = Math.max(0, Math.floor(top / row) - SPARE);
  const last = Math.min(pairs.length, Math.ceil((top + height) / row) + SPARE);
  const [at, setAt] = useState(-1);
  const pick = (index: number, session?: Session): void => {
    const pair = pairs[index];
    if (!pair) return;
    const wanted = session ?? (pair.right === undefined ? left : right);
    const place = wanted === left ? pair.left : pair.right;
    if (place === undefined) return;
    setAt(index);
    wanted.choose(wanted.timeline.lines[place]!.seq);
    onChoose(wanted);
    const { scrollTop, clientHeight } = box.current!;
    if (index * row < scrollTop) box.current!.scrollTop = index * row;
    else if ((index + 1) * row > scrollTop + clientHeight) box.current!.scrollTop = (index + 1) * row - clientHeight;
  };
  return (
    <div
      class="list"
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label="What happened in both"
      aria-activedescendant={at >= first && at < last ? `pair-${at}` : undefined}
      onScroll={look}
      onKeyDown={(event) => {
        const by = keyOf(event, { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 });
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        pick(Math.min(Math.max(at + by, 0), pairs.length - 1), undefined);
      }}
    >
      <div class="list-all" style={{ height: `${pairs.length * row}px` }}>
        {pairs.slice(first, last).map((pair, i) => (
          <PairRow
            key={first + i}
            {...{
              left,
              right,
              pair,
              index: first + i,
              row,
              total: pairs.length,
              isChosen: first + i === at && chosen !== undefined,
            }}
            onPick={pick}
          />
        ))}
      </div>
      {pairs.length === 0 && <p class="nothing">Both say the same, line by line.</p>}
    </div>
  );
}

const WORDS: Readonly<Record<Pair['state'], readonly [sign: string, word: string]>> = {
  same: ['=', 'the same'],
  changed: ['≠', 'differs'],
  left: ['−', 'only on the left'],
  right: ['+', 'only on the right'],
};

interface PairRowProps {
  readonly left: Session;
  readonly right: Session;
  readonly pair: Pair;
  readonly index: number;
  readonly row: number;
  readonly total: number;
  readonly isChosen: boolean;
  readonly onPick: (index: number, session: Session) => void;
}

function PairRow({ left, right, pair, index, row, total, isChosen, onPick }: PairRowProps) {
  const [sign, word] = WORDS[pair.state];
  return (
    <div
      id={`pair-${index}`}
      class={`row pair ${pair.state}${isChosen ? ' chosen' : ''}`}
      role="option"
      aria-selected={isChosen}
      aria-posinset={index + 1}
      aria-setsize={total}
      style={{ transform: `translateY(${index * row}px)` }}
    >
      <span class="differs" title={word} role="img" aria-label={word}>
        {sign}
      </span>
      <Side timeline={left.timeline} place={pair.left} onPick={() => onPick(index, left)} />
      <Side timeline={right.timeline} place={pair.right} onPick={() => onPick(index, right)} />
      <span class="later quiet">{laterBy(left.timeline, right.timeline, pair)}</span>
    </div>
  );
}

function Side({
  timeline,
  place,
  onPick,
}: {
  readonly timeline: Timeline;
  readonly place: number | undefined;
  readonly onPick: () => void;
}) {
  const line: Line | undefined = place === undefined ? undefined : timeline.lines[place];
  if (!line) return <span class="side none" />;
  return (
    <span class="side" onClick={onPick} title={line.summary}>
      <span class="at">{clockTime(timeline.at[place!]!)}</span> <Sign kind={line.kind} weight={weightOf(line)} />{' '}
      <span class="sr">{KIND_WORDS[line.kind]}</span>
      {line.summary}
    </span>
  );
}

/** How much later it is on the right, counted from the starts. */
function laterBy(left: Timeline, right: Timeline, pair: Pair): string {
  if (pair.left === undefined || pair.right === undefined) return '';
  const later = right.at[pair.right]! - right.start - (left.at[pair.left]! - left.start);
  if (later === 0) return '';
  return later > 0 ? `${span(later)} later` : `${span(-later)} earlier`;
}
