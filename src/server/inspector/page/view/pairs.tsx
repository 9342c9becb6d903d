import { useRef, useState } from 'preact/hooks';
import type { Pair } from '../model/diff.js';
import { KIND_WORDS, weightOf, type Line } from '../model/line.js';
import { clockTime, offset, span, whole } from '../model/time.js';
import { withoutHost } from '../model/words.js';
import type { Timeline } from '../model/timeline.js';
import type { Session } from '../session.js';
import { keyOf } from './keys.js';
import { useKeys } from './shortcuts.js';
import { Sign } from './sign.js';
import { reveal, rootSize, useSight } from './use.js';

interface PairsProps {
  readonly left: Session;
  readonly right: Session;
  readonly pairs: readonly Pair[];
  readonly onChoose: (session: Session) => void;
}

const PAIR_REM = 1.75;
const SPARE = 12;

/** The same in words, a pair a row. */
export function Pairs({ left, right, pairs, onChoose }: PairsProps) {
  const box = useRef<HTMLDivElement>(null);
  const row = PAIR_REM * rootSize();
  const { top, height, look } = useSight(box, pairs);
  const first = Math.max(0, Math.floor(top / row) - SPARE);
  const last = Math.min(pairs.length, Math.ceil((top + height) / row) + SPARE);
  const [at, setAt] = useState(-1);
  const pick = (index: number, session?: Session): void => {
    const pair = pairs[index];
    if (!pair) return;
    setAt(index);
    left.choose(seqAt(left, pair.left));
    right.choose(seqAt(right, pair.right));
    onChoose(session ?? (pair.right === undefined ? left : right));
    reveal(box.current!, index, row);
  };
  const move = (by: number): void => pick(Math.min(Math.max(at + by, 0), pairs.length - 1));
  useKeys(keysFor(pairs, at, { move, pick }));
  const isChosen = left.chosen !== undefined || right.chosen !== undefined;
  const rows = pairs
    .slice(first, last)
    .map((pair, i) => (
      <PairRow
        key={first + i}
        {...{ left, right, pair, row, index: first + i, total: pairs.length, isChosen: isChosen && first + i === at }}
        onPick={pick}
      />
    ));
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
        const by = keyOf(event, { ArrowDown: 1, ArrowUp: -1 });
        if (by === undefined) return;
        event.preventDefault();
        move(by);
      }}
    >
      <div class="list-all" style={{ height: `${pairs.length * row}px` }}>
        {rows}
      </div>
      {pairs.length === 0 && <p class="nothing">Both say the same, line by line.</p>}
    </div>
  );
}

interface Moving {
  readonly move: (by: number) => void;
  readonly pick: (index: number) => void;
}

/** From pair to pair, and from one that differs to the next. */
function keysFor(pairs: readonly Pair[], at: number, { move, pick }: Moving): Readonly<Record<string, () => void>> {
  const moveToDifference = (by: 1 | -1): void => {
    let index = at < 0 && by < 0 ? pairs.length - 1 : at + by;
    while (pairs[index]?.state === 'same') index += by;
    pick(index);
  };
  return { j: () => move(1), k: () => move(-1), n: () => moveToDifference(1), N: () => moveToDifference(-1) };
}

const seqAt = ({ timeline }: Session, place: number | undefined): number | undefined =>
  place === undefined ? undefined : timeline.lines[place]!.seq;

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

/** Where both begin at one time, and nothing else is said, that is what people look for. */
export const countedFrom = (left: Session, right: Session, origin: number): number | undefined =>
  left.origin === right.origin && right.about.origin === undefined ? undefined : origin;

function PairRow({ left, right, pair, index, row, total, isChosen, onPick }: PairRowProps) {
  const [sign, word] = WORDS[pair.state];
  const sideOf = (session: Session) => ({
    timeline: session.timeline,
    origin: countedFrom(left, right, session.origin),
  });
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
      <Side {...sideOf(left)} place={pair.left} onPick={() => onPick(index, left)} />
      <Side {...sideOf(right)} place={pair.right} onPick={() => onPick(index, right)} />
      <span class="later quiet">{laterBy(left, right, pair)}</span>
    </div>
  );
}

function Side({
  timeline,
  origin,
  place,
  onPick,
}: {
  readonly timeline: Timeline;
  readonly origin: number | undefined;
  readonly place: number | undefined;
  readonly onPick: () => void;
}) {
  const line: Line | undefined = place === undefined ? undefined : timeline.lines[place];
  if (!line) return <span class="side none" />;
  const at = timeline.at[place!]!;
  return (
    <span class="side" onClick={onPick} title={`${line.at} ${line.summary}`}>
      <span class="at">{whole(origin === undefined ? clockTime(at) : offset(at - origin))}</span>{' '}
      <Sign kind={line.kind} weight={weightOf(line)} /> <span class="sr">{KIND_WORDS[line.kind]}</span>
      {withoutHost(line.summary)}
    </span>
  );
}

/** How much later it is on the right, counted from what each counts from. */
function laterBy(left: Session, right: Session, pair: Pair): string {
  if (pair.left === undefined || pair.right === undefined) return '';
  const later = right.timeline.at[pair.right]! - right.origin - (left.timeline.at[pair.left]! - left.origin);
  if (later === 0) return '';
  return later > 0 ? `${span(later)} later` : `${span(-later)} earlier`;
}
