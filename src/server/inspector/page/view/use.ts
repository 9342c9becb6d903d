import type { RefObject } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';

interface Subject {
  readonly subscribe: (listener: () => void) => () => void;
}

/** Draws anew, at most once a frame, whenever this has changed. */
export function useChanges(subject: Subject): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let frame: number | undefined;
    const stop = subject.subscribe(() => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        draw(0);
      });
    });
    draw(0);
    return () => {
      stop();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [subject]);
}

/** What a promise comes to; `undefined` until then. */
export function useAnswer<T>(ask: () => Promise<T>, key: unknown): { readonly value?: T; readonly error?: string } {
  const [answer, setAnswer] = useState<{ readonly key: unknown; readonly value?: T; readonly error?: string }>({
    key: undefined,
  });
  useEffect(() => {
    let isWanted = true;
    ask().then(
      (value) => isWanted && setAnswer({ key, value }),
      (error: unknown) => isWanted && setAnswer({ key, error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return answer.key === key ? answer : {};
}

/** What of a box that scrolls is in sight, in CSS pixels. */
export function useSight(box: RefObject<HTMLElement | null>, key: unknown, onLook: () => void = () => undefined) {
  const [sight, setSight] = useState({ width: 0, height: 0, top: 0 });
  const look = (): void => {
    if (!box.current) return;
    const { clientWidth, clientHeight, scrollTop } = box.current;
    onLook();
    setSight({ width: clientWidth, height: clientHeight, top: scrollTop });
  };
  useEffect(() => {
    const watcher = new ResizeObserver(look);
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, [key]);
  return { ...sight, look };
}

/** Draws anew when the system turns dark or light. */
export function useScheme(): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const turn = (): void => draw(0);
    scheme.addEventListener('change', turn);
    return () => scheme.removeEventListener('change', turn);
  }, []);
}

/** Of the root font, in CSS pixels. */
export const rootSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Scrolls so far that a row is in sight. */
export function reveal(box: HTMLElement, index: number, row: number): void {
  const top = index * row;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + row > box.scrollTop + box.clientHeight) box.scrollTop = top + row - box.clientHeight;
}
