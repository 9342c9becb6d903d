/** What a key stands for, unless it is held together with another. */
export function keyOf<T>(event: KeyboardEvent, keys: Readonly<Record<string, T>>): T | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
}
