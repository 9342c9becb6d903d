/** What a key stands for, unless it is held together with another. */
export function keyOf<T>(event: KeyboardEvent, keys: Readonly<Record<string, T>>): T | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
}

/** True where letters are typed. */
export const isTyping = ({ target }: Event): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
