import { VendorCrash } from '../framework/replies.js';
import {
  byCodePoint,
  COMPACT,
  isPyObject,
  isTruthy,
  parsePython,
  PyFloat,
  writePython,
  type PyObject,
  type PyValue,
} from '../python/json.js';
import { pythonFloat, roundHalfEven } from '../python/numbers.js';
import type { Utterance } from './state.js';

/**
 * `split_on_turns=true`: an utterance is cut where its speaker pauses and somebody else begins a word (observed). If any
 * utterance has no single words, all stay as they are; words that are not as they should be break the vendor's code.
 */
export function splitOnTurns(
  utterances: readonly Utterance[],
  speakerOf: (utterance: Utterance) => string,
): readonly Utterance[] {
  const spoken = utterances.map((utterance) => ({
    utterance,
    speaker: speakerOf(utterance),
    given: parsePython(utterance.transcription ?? '{}') as PyObject,
  }));
  if (spoken.some(({ given }) => !given.has('words'))) return utterances;
  const timed = spoken.map(({ given, ...rest }) => ({ ...rest, words: wordsOf(given.get('words')!, rest.utterance) }));
  const starts = timed.flatMap(({ speaker, words }) => words.map(({ start }) => ({ speaker, at: start })));
  const pieces = timed.flatMap(({ utterance, speaker, words }) => {
    const others = starts.filter((start) => start.speaker !== speaker).map(({ at }) => at);
    return cut(words, others).map((part) => ({ speaker, utterance: rebuild(utterance, part) }));
  });
  return pieces
    .sort((a, b) => a.utterance.timestamp_ms - b.utterance.timestamp_ms || byCodePoint(a.speaker, b.speaker))
    .map(({ utterance }) => utterance);
}

/** Milliseconds that a speaker must be silent for, and how far a word may stick out of the pause. */
const PAUSE_MS = 300;
const SLACK_MS = 60;

interface Word {
  /** Milliseconds since the epoch, whole ones. */
  readonly start: number;
  readonly end: number;
  readonly raw: PyObject;
}

function wordsOf(given: PyValue, { timestamp_ms }: Utterance): Word[] {
  if (!Array.isArray(given) || given.length === 0) throw new VendorCrash('words');
  return given.map((raw) => {
    if (!isPyObject(raw)) throw new VendorCrash('words');
    const [start, end] = [raw.get('start'), raw.get('end')].map(pythonFloat);
    if (!Number.isFinite(start) || !Number.isFinite(end)) throw new VendorCrash('the times of words');
    return {
      start: timestamp_ms + roundHalfEven(start! * 1000),
      end: timestamp_ms + roundHalfEven(end! * 1000),
      raw,
    };
  });
}

function cut(words: readonly Word[], others: readonly number[]): Word[][] {
  const parts: Word[][] = [];
  words.forEach((word, i) => {
    const before = words[i - 1];
    const isNewTurn =
      before === undefined ||
      (word.start - before.end >= PAUSE_MS &&
        others.some((at) => at >= before.end - SLACK_MS && at <= word.start + SLACK_MS));
    if (isNewTurn) parts.push([word]);
    else parts.at(-1)!.push(word);
  });
  return parts;
}

/** One turn as an utterance of its own: its words count from its own beginning. */
function rebuild(utterance: Utterance, words: readonly Word[]): Utterance {
  const [first, last] = [words[0]!, words.at(-1)!];
  const seconds = (at: number): PyFloat => new PyFloat((at - first.start) / 1000);
  const rebased = words.map(({ raw, start, end }): PyObject =>
    new Map(raw).set('start', seconds(start)).set('end', seconds(end)),
  );
  const transcription: PyObject = new Map<string, PyValue>([
    ['words', rebased],
    ['transcript', words.map(({ raw }) => textOf(raw)).join(' ')],
  ]);
  return {
    ...utterance,
    timestamp_ms: first.start,
    duration_ms: last.end - first.start,
    transcription: writePython(transcription, COMPACT),
  };
}

function textOf(word: PyObject): string {
  const punctuated = word.get('punctuated_word');
  const text = isTruthy(punctuated) ? punctuated : word.get('word');
  if (typeof text !== 'string') throw new VendorCrash('a word without text');
  return text;
}
