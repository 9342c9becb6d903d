/** The end of a timeline that a failure is shown with. */
const LINES_SHOWN = 20;
const LINE = /^(\S+)( {2}(\S+).*)$/s;

interface Shown {
  readonly line: string;
  count: number;
  since: string;
}

/**
 * The last lines of a timeline. Among neighbours of one kind, those that differ in their instants alone are one, the last, with their
 * number: an app that polls would hide what it polls for.
 */
export function endOf(newestFirst: Iterable<string>): readonly string[] {
  const shown: Shown[] = [];
  let [kind, neighbours]: [string | undefined, Map<string, Shown>] = [undefined, new Map()];
  for (const line of newestFirst) {
    const [, since = '', what = line, of] = LINE.exec(line) ?? [];
    if (of !== kind) [kind, neighbours] = [of, new Map()];
    const equal = neighbours.get(what);
    if (equal) [equal.count, equal.since] = [equal.count + 1, since];
    if (equal) continue;
    if (shown.length === LINES_SHOWN) break;
    const one = { line, count: 1, since };
    neighbours.set(what, one);
    shown.push(one);
  }
  return shown.toReversed().map(({ line, count, since }) => {
    if (count === 1) return line;
    return line.startsWith(`${since} `) ? `${line} (\u00d7${count})` : `${line} (\u00d7${count} since ${since})`;
  });
}
