import { isRefused, KIND_WORDS, KINDS, type Line } from './line.js';
import type { Timeline } from './timeline.js';
import { folded, receiverOf } from './words.js';

/** Whether the line at a place is wanted. */
export type Test = (timeline: Timeline, place: number) => boolean;

/** What a search is made of, and what of it means nothing. */
export interface Search {
  readonly tests: readonly Test[];
  /** Words before a colon that are none of those known. */
  readonly unknown: readonly string[];
}

export interface SearchContext {
  /** What an agent is called. */
  readonly nameOf: (id: string) => string | undefined;
}

const TERM = /(-?)(?:([a-z]+):(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+))/gi;

/** Reads `bot:ada state:joined -kind:note "not found"`: all of it must be so. */
export function readSearch(text: string, context: SearchContext): Search {
  const tests: Test[] = [];
  const unknown: string[] = [];
  for (const [whole, minus, word, ...values] of folded(text).matchAll(TERM)) {
    const wanted = values.find((value) => value !== undefined) ?? '';
    const make = word === undefined ? undefined : WORDS[word];
    if (word !== undefined && !make && !wanted.startsWith('//')) unknown.push(word);
    const test = make ? make(wanted, context) : freeText(word === undefined ? wanted : whole);
    tests.push(minus === '-' ? (timeline, place) => !test(timeline, place) : test);
  }
  return { tests, unknown };
}

/** The words of a search, for people. */
export const SEARCH_WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ['bot:ada', 'an agent, by its name or a part of its id'],
  ['state:joined', 'an agent comes to a state or leaves it, or a webhook tells of it'],
  ['fault:', 'what a fault rule had a hand in; fault:flt_1 for one rule'],
  ['status:401', 'calls and webhooks that were answered so; status:4xx, status:refused and status:timeout, too'],
  ['to:/hooks', 'webhooks to a receiver, by its host or its path'],
  ['op:createBot', 'calls of an operation'],
  ['kind:webhook', 'one kind of line: call, state, webhook, violation, fault, backstage or note'],
  ['-kind:note', 'anything but these'],
  ['"not found"', 'lines with this text'],
];

const freeText =
  (wanted: string): Test =>
  ({ texts }, place) =>
    texts[place]!.includes(wanted);

const agent = (wanted: string, { nameOf }: SearchContext): Test => {
  const known = new Map<string, boolean>();
  const matches = (id: string | null): boolean => {
    if (id === null) return false;
    let does = known.get(id);
    if (does === undefined) known.set(id, (does = includes(id, wanted) || includes(nameOf(id) ?? '', wanted)));
    return does;
  };
  return ({ lane, lanes, lines }, place) => {
    const { id, calendar } = lanes[lane[place]!]!;
    // What people do to the meeting of an agent stands in the calendar's lane.
    return matches(id) || (calendar !== undefined && matches(lines[place]!.subject));
  };
};

const ofLine =
  (test: (line: Line) => boolean): Test =>
  ({ lines }, place) =>
    test(lines[place]!);

const WORDS: Readonly<Record<string, (wanted: string, context: SearchContext) => Test>> = {
  bot: agent,
  agent,
  state: (wanted) =>
    ofLine((line) => {
      if (line.kind === 'transition')
        return line.to.toLowerCase().includes(wanted) || line.from.toLowerCase().includes(wanted);
      return line.kind === 'delivery' && (line.state?.toLowerCase().includes(wanted) ?? false);
    }),
  fault: (wanted) => ofLine((line) => 'fault' in line && line.fault !== undefined && includes(line.fault, wanted)),
  status: (wanted) =>
    ofLine((line) => {
      if (line.kind === 'request') return fitsStatus(line.status, wanted) || line.lost === wanted;
      if (line.kind !== 'delivery') return false;
      return fitsStatus(line.status, wanted) || line.outcome === wanted || (wanted === 'refused' && isRefused(line));
    }),
  to: (wanted) => ofLine((line) => line.kind === 'delivery' && includes(receiverOf(line), wanted)),
  op: (wanted) => ofLine((line) => line.kind === 'request' && includes(line.operation ?? '', wanted)),
  kind: (wanted) => {
    const numbers = KINDS.map((kind) => [kind, KIND_WORDS[kind]].some((word) => word.startsWith(wanted)));
    return ({ kind }, place) => numbers[kind[place]!]!;
  },
};

const includes = (text: string, wanted: string): boolean => folded(text).includes(wanted);

/** `4xx` stands for all that begin with 4. */
const fitsStatus = (status: number | null | undefined, wanted: string): boolean =>
  status != null && (String(status) === wanted || (/^\dxx$/.test(wanted) && String(status)[0] === wanted[0]));
