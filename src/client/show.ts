/** A value in a sentence: `{type: "bot.state_change", state: "ended"}`; of an object of a class that shows nothing, the class. */
export function show(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`);
  const kind = members.length > 0 ? 'Object' : (Object.getPrototypeOf(value) as object | null)?.constructor.name;
  return kind === undefined || kind === 'Object' ? `{${members.join(', ')}}` : `a ${kind}`;
}
