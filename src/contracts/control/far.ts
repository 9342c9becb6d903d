const FAR_MS = 7 * 24 * 3600 * 1000;

/** What to do about a step that is due so late that somebody may have read another clock; nothing for one that is due sooner. */
export const tellFar = (now: string, due: string): string =>
  Date.parse(due) - Date.parse(now) > FAR_MS
    ? ' If the app took that time from its own clock, lockstep ({ lockstep: true }, exec --lockstep) or a clock that begins there ({ clock: { now } }, --start) makes the two one.'
    : '';
