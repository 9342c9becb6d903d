import type { Outcome } from '../playing/outcome.js';
import type { Mask } from '../playing/state.js';
import { plainOf } from '../stories/plain.js';
import { keyOf } from '../stories/story.js';

/** Of one execution. */
const MOST_KEPT = 300;
const MOST_SHOWN = 6;
const LONGEST = 300;

/** The first line of an error: of Node, of Python, or of a logger. */
const ERROR_HEAD =
  /^\W*(?:Uncaught |Unhandled )?[\w.]*(?:Error|Exception|Rejection|Exit|Interrupt)\b.*|^\W*(?:error|fatal|panic)\b.*|.*\b(?:ERROR|FATAL|CRITICAL)\b.*|.*\((?:\w+(?:Error|Exception))\)$/;
const TRACEBACK = /^Traceback \(most recent call last\):/;
const NODE_FRAME = /^\s+at /;
const PYTHON_FRAME = /^\s+(?:\|\s*)?File "/;
/** Code that the app's people have not written. */
const FOREIGN = /node_modules|\bnode:|<anonymous>|site-packages|\/lib\/python3|frozen /;
/** With these Node says in which line it stopped, and at last its version. */
const ASIDE = /^\s*\^+\s*$|^\s+[~^]+\s*$|^Node\.js v\d/;

/** What no two lives have in common, and nobody looks for: times of a clock, how long something took, ports, numbers of processes. */
const OTHER_EACH_TIME: readonly (readonly [RegExp, string])[] = [
  [/\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/g, '<instant>'],
  [/\b1[5-9]\d{8}(?:\d{3}){0,2}(?:\.\d+)?\b/g, '<instant>'],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [/<instant>[.,]\d+/g, '<instant>'],
  [/\b\d+(?:\.\d+)? ?(?:ms|\u00B5s|us|seconds)\b/g, '<duration>'],
  [/\b\d+\.\d{3,}\b/g, '<number>'],
  [/\b(127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1:<port>'],
  [/("?(?:pid|process)"?\s*[:=]\s*|\(node:|\[)\d{2,}/gi, '$1<pid>'],
  [/\breq(?:uest)?-[0-9a-z]{1,6}\b/g, '<request>'],
];

/** The lines of an execution as any life of its kind could have them, each once. */
export function keptOf(lines: readonly string[], mask: Mask): readonly string[] {
  const kept = new Set<string>();
  for (const line of lines.flatMap(asProse)) {
    const text = OTHER_EACH_TIME.reduce((sofar, [what, word]) => sofar.replace(what, word), mask.text(line));
    kept.add(text.slice(0, LONGEST));
    if (kept.size === MOST_KEPT) break;
  }
  return [...kept];
}

/** What a logger writes as JSON: its level, what it says, and its error with the stack. */
function asProse(line: string): string[] {
  const said = line.startsWith('{') ? parsed(line) : undefined;
  if (!said) return [line];
  const error = said['err'] ?? said['error'];
  const stack = textOf(said['stack'], said['exception'], (error as { readonly stack?: unknown } | null)?.stack, error);
  const text = textOf(said['msg'], said['message'], said['event']);
  const frames = stack === '' ? [] : stack.split('\n');
  if (text === '' && frames.length === 0) return [line];
  return frames[0]?.endsWith(text) ? frames : [`${levelOf(said)}: ${text}`, ...frames];
}

/** The first that is a text. */
const textOf = (...values: readonly unknown[]): string => values.find((value) => typeof value === 'string') ?? '';

function levelOf({ level }: Readonly<Record<string, unknown>>): string {
  if (typeof level !== 'number') return textOf(level) || 'log';
  return LEVELS.find(([least]) => level >= least)?.[1] ?? 'log';
}

/** The numbers that pino and bunyan have for levels. */
const LEVELS: readonly (readonly [least: number, name: string])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [0, 'info'],
];

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The line that says of what an app has died; nothing if it printed no error. */
export const errorIn = (lines: readonly string[]): string | undefined =>
  lines.findLast((line) => ERROR_HEAD.test(line) && !NODE_FRAME.test(line) && !line.includes('[cause]'))?.trim();

/** What an app printed in an execution and not in its quiet one, from the first error on; of a quiet one its errors alone. */
export function printedIn({ printed, story }: Outcome, quiet: Outcome): readonly string[] {
  const isQuiet = keyOf(story) === keyOf(plainOf(story));
  const usual = new Set(isQuiet ? [] : quiet.printed);
  const own = withoutForeign(printed).filter((line) => !usual.has(line));
  const first = own.findIndex((line) => TRACEBACK.test(line) || (ERROR_HEAD.test(line) && !NODE_FRAME.test(line)));
  if (first < 0) return isQuiet ? [] : own.slice(0, MOST_SHOWN);
  const trace = own.slice(first);
  if (!TRACEBACK.test(trace[0]!))
    return trace.filter((line) => /^\s/.test(line) || ERROR_HEAD.test(line)).slice(0, MOST_SHOWN);
  // Python says last what it was.
  const end = trace.findIndex((line) => ERROR_HEAD.test(line));
  return end < 0 ? trace.slice(0, MOST_SHOWN) : trace.slice(Math.max(1, end + 1 - MOST_SHOWN), end + 1);
}

/** Without the frames of packages and of the runtime, and without marks below code. */
function withoutForeign(lines: readonly string[]): string[] {
  let isForeign = false;
  return lines.filter((line) => {
    if (ASIDE.test(line)) return false;
    if (NODE_FRAME.test(line)) return !FOREIGN.test(line);
    if (PYTHON_FRAME.test(line)) isForeign = FOREIGN.test(line);
    // Below a frame of Python stands its code.
    else if (!/^\s{4}|^\s+\|\s{4}/.test(line)) isForeign = false;
    return !isForeign;
  });
}
