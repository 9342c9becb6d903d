import { useState } from 'preact/hooks';
import { wordsOf } from '../model/causes.js';
import type { Session } from '../session.js';
import { Sign } from './sign.js';
import { useChanges } from './use.js';

const SHOWN = 3;

/** What went wrong, by cause: each is a search. */
export function CausesBar({ session }: { readonly session: Session }) {
  useChanges(session);
  const [all, showAll] = useState(false);
  const causes = session.timeline.causes.list;
  if (causes.length === 0) return null;
  const rest = causes.length - SHOWN;
  return (
    <section class="causes" aria-label="What went wrong">
      <Sign kind="violation" weight="bad" /> <strong>What went wrong:</strong>
      {(all ? causes : causes.slice(0, SHOWN)).map((cause) => {
        const isPressed = session.search === cause.search;
        return (
          <button
            key={cause.search}
            type="button"
            class="small"
            aria-pressed={isPressed}
            title={cause.search}
            onClick={() => {
              session.find(isPressed ? '' : cause.search);
              session.choose(undefined);
              if (!isPressed) session.moveToFailure(1);
            }}
          >
            {wordsOf(cause)}
          </button>
        );
      })}
      {rest > 0 && (
        <button type="button" class="small" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? 'fewer' : `and ${rest} more`}
        </button>
      )}
    </section>
  );
}
