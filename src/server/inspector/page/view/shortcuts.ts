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
export const useShortcuts = ({ session, onHelp, onRedeliver }: Shortcuts): void =>
  useKeys({
    '?': onHelp,
    ...(onRedeliver ? { r: onRedeliver } : {}),
    ...(session
      ? {
          j: () => session.move(1),
          k: () => session.move(-1),
          n: () => session.moveToFailure(1),
          N: () => session.moveToFailure(-1),
          c: () => session.showAll(),
          '/': () => document.getElementById(SEARCH_ID)?.focus(),
        }
      : {}),
  });

/** Keys that mean something wherever nobody types. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && isTyping(event)) return (event.target as HTMLElement).blur();
      if (isTyping(event) || document.querySelector('dialog[open]')) return;
      const act = keyOf(event, keys);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
