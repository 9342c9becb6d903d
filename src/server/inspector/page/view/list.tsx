import { useLayoutEffect, useRef } from 'preact/hooks';
import { KIND_WORDS, weightOf, type Line } from '../model/line.js';
import { clockTime, dayOf, whole } from '../model/time.js';
import { rowWords } from '../model/words.js';
import type { Session } from '../session.js';
import { keyOf } from './keys.js';
import { Sign } from './sign.js';
import { reveal, rootSize, useChanges, useSight } from './use.js';

export const LIST_ID = 'list';

const SPARE_ROWS = 12;
/** Of the style sheet, in root font sizes. */
const ROW_REM = 1.75;

/** What came of a call or a webhook, in a word. */
function resultOf(line: Line): string {
  if (line.kind === 'request') return line.lost ?? String(line.status ?? '…');
  if (line.kind === 'delivery') return String(line.status ?? line.outcome ?? '…');
  return '';
}

const attemptsOf = ({ timeline }: Session, line: Line): number =>
  line.kind === 'delivery' ? timeline.attempts.get(line.delivery)! : 0;

/** The lines in words, of which only those in sight are elements. */
export function List({ session, label }: { readonly session: Session; readonly label: string }) {
  useChanges(session);
  const box = useRef<HTMLDivElement>(null);
  const row = ROW_REM * rootSize();
  const { top, height, look } = useSight(box, session, () => {
    const { scrollTop, clientHeight, scrollHeight } = box.current!;
    session.follows = session.follows && scrollTop + clientHeight > scrollHeight - row * 3;
  });
  const { places } = session.view;
  const first = Math.max(0, Math.floor(top / row) - SPARE_ROWS);
  const last = Math.min(places.size, Math.ceil((top + height) / row) + SPARE_ROWS);
  const chosen = session.chosenIndex;
  useLayoutEffect(() => {
    if (chosen >= 0) reveal(box.current!, chosen, row);
  }, [session.chosen, session.view]);
  useLayoutEffect(() => {
    if (session.follows && chosen < 0) box.current!.scrollTop = places.size * row;
  }, [places.size]);
  const rows = [];
  for (let index = first; index < last; index++) {
    const line = session.timeline.lines[places.at(index)]!;
    rows.push(
      <Row key={line.seq} {...{ session, line, index, row, total: places.size, isChosen: index === chosen }} />,
    );
  }
  return (
    <div
      class="list"
      id={LIST_ID}
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={chosen >= first && chosen < last ? idOf(session.chosen!) : undefined}
      onScroll={look}
      onKeyDown={(event) => moveByKey(session, event, Math.floor(height / row) - 1)}
    >
      <div class="list-all" style={{ height: `${places.size * row}px` }}>
        {rows}
      </div>
      {places.size === 0 && <p class="nothing">{nothing(session)}</p>}
    </div>
  );
}

const nothing = (session: Session): string =>
  session.timeline.size === 0
    ? 'Nothing has happened here yet. Calls to the vendors’ APIs appear as they come.'
    : 'No line fits the search and the range.';

function moveByKey(session: Session, event: KeyboardEvent, page: number): void {
  const { size } = session.view.places;
  const keys = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -size, End: size };
  const by = keyOf(event, keys);
  if (by === undefined) return;
  event.preventDefault();
  session.follows = by === size;
  session.move(by);
}

const idOf = (seq: number): string => `line-${seq}`;

interface RowProps {
  readonly session: Session;
  readonly line: Line;
  readonly index: number;
  readonly row: number;
  readonly total: number;
  readonly isChosen: boolean;
}

function Row({ session, line, index, row, total, isChosen }: RowProps) {
  const place = session.view.places.at(index);
  const at = session.timeline.at[place]!;
  const before = index > 0 ? session.timeline.at[session.view.places.at(index - 1)]! : undefined;
  const isNewDay = before === undefined || dayOf(before) !== dayOf(at);
  const weight = weightOf(line);
  return (
    <div
      id={idOf(line.seq)}
      class={`row ${weight}${isChosen ? ' chosen' : ''}`}
      role="option"
      aria-selected={isChosen}
      aria-posinset={index + 1}
      aria-setsize={total}
      style={{ transform: `translateY(${index * row}px)` }}
      onClick={() => session.choose(line.seq)}
    >
      <span class="at">{whole(clockTime(at))}</span>
      <Sign kind={line.kind} weight={weight} />
      <span class="kind">{KIND_WORDS[line.kind]}</span>
      <span class="result">{resultOf(line)}</span>
      <span class="who" title={line.subject ?? ''}>
        {line.subject === null ? '' : session.nameOf(line.subject)}
      </span>
      <span class="says" title={line.summary}>
        {isNewDay && <span class="day">{dayOf(at)} · </span>}
        {rowWords(line, attemptsOf(session, line))}
      </span>
    </div>
  );
}
