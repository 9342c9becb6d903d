const CLASS = '(?<letters>\\[(?:\\\\[^]|[^\\]\\\\])*\\])';
const OPENING = '(?<opening>\\((?:\\?(?:[:=!]|<[=!]|<[^>]*>))?)';
const COUNT = '\\{(?<least>\\d+)(?<more>,(?<most>\\d*))?\\}';
/** What one part of an expression may be written as, and what makes more or less of the part before it. */
const partOf = (named: string): RegExp =>
  new RegExp(`${CLASS}|${OPENING}|(?<closing>\\))|(?<often>[*+?])|${COUNT}|${named}\\\\[^]|[^]`, 'gy');
const PART = partOf('');
/** With braces that count nothing. */
const PART_OF_UNICODE = partOf('(?<named>\\\\[pP]\\{[^}]*\\})|\\\\u\\{[^}]*\\}|');

/** The engine reads some parts as if they were so many. */
const NAMED = 10;
/** It looks for each letter of a range whether it is also written otherwise. */
const WIDE_RANGE = 50;
const GROUP = 2;

/**
 * How many parts an expression has when its counted repetitions are written out, as the engine does it: how much memory it
 * takes and how long a letter of a text takes follow from that. The expression must be one of JavaScript.
 */
export function partsOf(source: string, flags: string): number {
  const open: number[] = [];
  let [before, last] = [0, 0];
  const add = (size: number): void => {
    before += last;
    last = size;
  };
  for (const { groups = {} } of source.matchAll(flags.includes('u') ? PART_OF_UNICODE : PART)) {
    if (groups['opening'] !== undefined) {
      open.push(before + last);
      [before, last] = [0, 0];
    } else if (groups['closing'] !== undefined) [before, last] = [open.pop() ?? 0, before + last + GROUP];
    else if (groups['often'] !== undefined) last++;
    else if (groups['least'] !== undefined) last = timesOf(groups) * (last + (groups['more'] === undefined ? 0 : 1));
    else add(sizeOf(groups, flags));
  }
  return before + last;
}

type Groups = Readonly<Record<string, string | undefined>>;

const timesOf = ({ least, most }: Groups): number => Math.max(1, Number(least), Number(most ?? 0));

function sizeOf({ letters, named }: Groups, flags: string): number {
  if (named !== undefined) return NAMED;
  if (letters === undefined) return 1;
  const names = letters.match(/\\[pP]\{/g)?.length ?? 0;
  const wide = flags.includes('i') ? (letters.match(/-(?:\\|[^\0-~])/g)?.length ?? 0) : 0;
  return 1 + names * NAMED + wide * WIDE_RANGE;
}
