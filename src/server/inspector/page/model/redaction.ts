const REDACTED = '[redacted]';

/** A value without what was redacted in it, and without what is then empty. */
export function whole(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
      if (field === undefined || field === REDACTED) return [];
      if (typeof field !== 'object' || field === null || Array.isArray(field)) return [[name, field]];
      const inner = whole(field);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }),
  );
}
