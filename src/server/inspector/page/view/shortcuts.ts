import { useEffect } from 'preact/hooks';
import type { Session } from '../session.js';
import { isTyping, keyOf } from './keys.js';
import { SEARCH_ID } from './search-bar.js';

interface Shortcuts {
  /** Without one, there is nothing to move in. */
  readonly session: Session | undefined;
  readonly onHelp: () => void;
  readonly onRedeliver?: (() => void) | undefined;
}

/** The keys of the page. */
export function useShortcuts({ session, onHelp, onRedeliver }: Shortcuts): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && isTyping(event)) return (event.target as HTMLElement).blur();
      if (isTyping(event) || document.querySelector('dialog[open]')) return;
      const act = keyOf<() => void>(event, {
        j: () => session?.move(1),
        k: () => session?.move(-1),
        c: () => {
          session?.limit(undefined);
          session?.find('');
        },
        r: () => onRedeliver?.(),
        '/': () => document.getElementById(SEARCH_ID)?.focus(),
        '?': onHelp,
      });
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
