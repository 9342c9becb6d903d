import { useState } from 'preact/hooks';
import { formatInstant, parseInstant } from '../../../../clock/instant.js';
import { clockTime, dayOf, span } from '../model/time.js';
import { SEARCH_WORDS } from '../model/search.js';
import type { Session } from '../session.js';
import { LIST_ID } from './list.js';
import { useChanges } from './use.js';

export const SEARCH_ID = 'search';

/** What is looked for, and when. */
export function SearchBar({ session }: { readonly session: Session }) {
  useChanges(session);
  const { view, timeline, unknownWords, range, isNarrowed, said } = session;
  const count = view.places.size;
  return (
    <search class="search-bar">
      <label class="wide">
        <span>Search</span>
        <input
          id={SEARCH_ID}
          type="search"
          spellcheck={false}
          placeholder="bot:ada  state:joined  status:401  kind:webhook  free text"
          title={SEARCH_WORDS.map(([word, meaning]) => `${word}: ${meaning}`).join('\n')}
          value={session.search}
          onInput={(event) => session.find(event.currentTarget.value)}
          onKeyDown={leave}
        />
      </label>
      <RangeField session={session} end="from" />
      <RangeField session={session} end="to" />
      <button type="button" disabled={!isNarrowed} onClick={() => session.showAll()}>
        Show all (c)
      </button>
      <output class="quiet">
        {isNarrowed ? `${count} of ${timeline.size} lines` : `${timeline.size} lines`}
        {range && `, ${span(range.to - range.from)}`}
        {said !== '' && `. ${said}.`}
        {unknownWords.length > 0 && `. No such word: ${unknownWords.map((word) => `${word}:`).join(', ')}`}
      </output>
    </search>
  );
}

/** Enter goes on to the list. Escape leaves the field as it is: a browser would empty it, and the list would not know. */
function leave(event: KeyboardEvent): void {
  if (event.key === 'Enter') document.getElementById(LIST_ID)?.focus();
  if (event.key === 'Escape') event.preventDefault();
}

/** One end of the range, as an instant; `09:05` alone is one of the same day. */
function RangeField({ session, end }: { readonly session: Session; readonly end: 'from' | 'to' }) {
  const { range, timeline } = session;
  const [typed, type] = useState<string>();
  const [isWrong, setWrong] = useState(false);
  const shown = typed ?? (range ? shortened(range[end], timeline.start) : '');
  const submit = (): void => {
    if (typed === undefined) return;
    const at = typed.trim() === '' ? undefined : readTime(typed.trim(), timeline.start);
    setWrong(typed.trim() !== '' && at === undefined);
    if (typed.trim() !== '' && at === undefined) return;
    const other = range ?? { from: timeline.start, to: timeline.end };
    const changed = { ...other, [end]: at ?? (end === 'from' ? timeline.start : timeline.end) };
    session.limit(changed.from <= timeline.start && changed.to >= timeline.end ? undefined : changed);
    type(undefined);
  };
  return (
    <label>
      <span>{end === 'from' ? 'From' : 'To'}</span>
      <input
        class="time"
        placeholder={clockTime(end === 'from' ? timeline.start : timeline.end)}
        aria-invalid={isWrong}
        title="An instant such as 2026-01-01T09:05:00Z, or a time such as 09:05"
        value={shown}
        onInput={(event) => type(event.currentTarget.value)}
        onBlur={submit}
        onKeyDown={(event) => event.key === 'Enter' && submit()}
      />
    </label>
  );
}

const shortened = (at: number, start: number): string =>
  dayOf(at) === dayOf(start) ? clockTime(at) : formatInstant(at);

function readTime(text: string, start: number): number | undefined {
  const [, hours, minutes, seconds = '00'] = /^(\d\d?):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?$/.exec(text) ?? [];
  if (hours === undefined) return parseInstant(text);
  return parseInstant(`${dayOf(start)}T${hours.padStart(2, '0')}:${minutes}:${seconds}Z`);
}
