import type { ExploreFinding } from './report.js';
import { signedDuration } from '../stories/story.js';

const MOST_LINES = 12;

interface Line {
  readonly text: string;
  /** Only the story has it, only its quiet one, or both. */
  readonly sign: '+' | '-' | ' ';
}

const isChange = ({ sign }: Line): boolean => sign !== ' ';

/** The lines of the story beside those of its quiet one: what is new, what is missing, and what is around that. */
export function sideBySide({ timeline, quiet_timeline }: Pick<ExploreFinding, 'timeline' | 'quiet_timeline'>): string {
  const lines = compared(timeline, quiet_timeline);
  const kept = new Set(nearChanges(lines));
  return lines
    .flatMap(({ text, sign }, i) => {
      if (kept.has(i))
        return [`${sign} ${sign === '-' ? text.replace(/^ *\S+/, (time) => ' '.repeat(time.length)) : text}`];
      return i === 0 || kept.has(i - 1) ? [GAP] : [];
    })
    .join('\n');
}

/** Stands for lines that are left out. */
const GAP = '          …';

/** At most so many lines: those that differ, those next to them, and the first and the last. */
function nearChanges(lines: readonly Line[]): number[] {
  const differing = lines.flatMap((line, i) => (isChange(line) ? [i] : []));
  const failing = lines.findIndex(({ text }) => FAILING.test(text));
  // A quiet life that fails is compared with itself.
  const all = differing.length === 0 && failing >= 0 ? [failing] : differing;
  const isOverAndOver = repeatedIn(lines, all);
  const once = all.filter((i) => !isOverAndOver(i));
  const changes = once.length === 0 ? all : once;
  const ends = [0, lines.length - 1];
  const weight = (i: number): number => {
    const distance = Math.min(...changes.map((at) => Math.abs(at - i)));
    if (distance > 0 && isChange(lines[i]!)) return OVER_AND_OVER + distance / lines.length;
    if (lines[i]!.sign === '+') return 0;
    if (lines[i]!.sign === '-') return 0.5;
    return ends.includes(i) ? Math.min(distance, 2) : distance;
  };
  const order = lines.map((_, i) => i).sort((a, b) => weight(a) - weight(b) || a - b);
  return order.slice(0, MOST_LINES);
}

/** An attempt of a webhook that the app did not answer as it should. */
const FAILING = / {2}(?:5\d\d|timeout|none)$/;

/** A line that differs so often says nothing new after the first time: an app that polls has others at other times. */
const SELDOM = 3;
/** After the neighbours of what differs once. */
const OVER_AND_OVER = 1.5;

function repeatedIn(lines: readonly Line[], changes: readonly number[]): (i: number) => boolean {
  const places = new Map<string, number[]>();
  for (const i of changes) {
    const body = bodyOf(lines[i]!.text);
    places.set(body, [...(places.get(body) ?? []), i]);
  }
  return (i) => {
    const [first, ...again] = places.get(bodyOf(lines[i]!.text)) ?? [];
    return again.length >= SELDOM && i !== first;
  };
}

/** What happened, without when. */
const bodyOf = (line: string): string => line.trim().replace(/^\S+ /, '');

const timeOf = (line: string): number => signedDuration(line.trim().split(' ', 1)[0]!);

/** So many lines of each are compared, from the first difference on. */
const MOST_COMPARED = 1000;

/** Both as one list, in which as many lines as can be are those of both. */
function compared(lines: readonly string[], quiet: readonly string[]): Line[] {
  const [ours, theirs] = [lines.map(bodyOf), quiet.map(bodyOf)];
  const differing = ours.findIndex((body, i) => body !== theirs[i]);
  const start = differing < 0 ? ours.length : differing;
  const [ourRest, theirRest] = [ours, theirs].map((all) => all.slice(start, start + MOST_COMPARED)) as [
    string[],
    string[],
  ];
  const common = commonLengths(ourRest, theirRest);
  /** Of two ways with as much in common, the one that tells what was earlier. */
  const isFirst = (i: number, j: number): boolean =>
    common[i + 1]![j]! === common[i]![j + 1]!
      ? timeOf(lines[start + i]!) < timeOf(quiet[start + j]!)
      : common[i + 1]![j]! > common[i]![j + 1]!;
  const merged = lines.slice(0, start).map((text): Line => ({ text, sign: ' ' }));
  for (let [i, j] = [0, 0]; i < ourRest.length || j < theirRest.length;) {
    const isOurs = j === theirRest.length || (i < ourRest.length && isFirst(i, j));
    const isShared = i < ourRest.length && ourRest[i] === theirRest[j];
    if (isShared || isOurs) merged.push({ text: lines[start + i]!, sign: isShared ? ' ' : '+' });
    else merged.push({ text: quiet[start + j]!, sign: '-' });
    if (isShared || isOurs) i++;
    if (isShared || !isOurs) j++;
  }
  return merged;
}

/** How many lines the rests of two lists have in common in the same order, from each place of the one and of the other on. */
function commonLengths(ours: readonly string[], theirs: readonly string[]): number[][] {
  const common = Array.from({ length: ours.length + 1 }, () => Array.from({ length: theirs.length + 1 }, () => 0));
  for (let i = ours.length - 1; i >= 0; i--)
    for (let j = theirs.length - 1; j >= 0; j--)
      common[i]![j] =
        ours[i] === theirs[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  return common;
}
