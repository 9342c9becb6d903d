const DEEPEST = 4;
const LONGEST = 200;

/**
 * A value in a sentence: `{type: "bot.state_change", state: "ended"}`; of an object of a class that shows nothing, the class.
 * What is deep is left out, and what is long is cut: people hand in whatever they have, the contexts of their runners too.
 */
export function show(value: unknown): string {
  const text = shown(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text;
}

function shown(value: unknown, depth: number): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (depth >= DEEPEST) return '\u2026';
  if (Array.isArray(value)) return `[${value.map((inner) => shown(inner, depth + 1)).join(',')}]`;
  const members = Object.entries(value).map(([name, inner]) => `${name}: ${shown(inner, depth + 1)}`);
  const kind = members.length > 0 ? 'Object' : (Object.getPrototypeOf(value) as object | null)?.constructor.name;
  return kind === undefined || kind === 'Object' ? `{${members.join(', ')}}` : `a ${kind}`;
}
