import { COMPACT, isPyObject, parsePython, PyFloat, writePython, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import type { Utterance } from './state.js';

/**
 * `split_on_turns=true`: an utterance is cut where its speaker pauses and somebody else begins a word (observed). If any
 * utterance has no single words, all stay as they are.
 */
export function splitOnTurns(utterances: readonly Utterance[]): Utterance[] {
  const spoken = utterances.map((utterance) => ({ utterance, words: wordsOf(utterance) }));
  if (spoken.some(({ words }) => words.length === 0)) return [...utterances];
  const starts = spoken.flatMap(({ utterance, words }) =>
    words.map(({ start }) => ({ participant: utterance.participant, at: start })),
  );
  const pieces = spoken.flatMap(({ utterance, words }) => {
    const others = starts.filter(({ participant }) => participant !== utterance.participant).map(({ at }) => at);
    return cut(words, others).map((part) => rebuild(utterance, part));
  });
  return pieces.sort((a, b) => a.timestamp_ms - b.timestamp_ms);
}

/** Milliseconds that a speaker must be silent for, and how far a word may stick out of the pause. */
const PAUSE_MS = 300;
const SLACK_MS = 60;

interface Word {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly raw: PyObject;
}

function wordsOf({ transcription, timestamp_ms }: Utterance): Word[] {
  const parsed = parsePython(transcription ?? 'null');
  const words = isPyObject(parsed) ? parsed.get('words') : undefined;
  if (!Array.isArray(words)) return [];
  return words.filter(isPyObject).map((raw) => ({
    start: timestamp_ms + numberOf(raw.get('start')) * 1000,
    end: timestamp_ms + numberOf(raw.get('end')) * 1000,
    raw,
  }));
}

const numberOf = (value: PyValue | undefined): number => Number(value instanceof PyFloat ? value.value : (value ?? 0));

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
  const seconds = (at: number): PyFloat => new PyFloat(Math.round(at - first.start) / 1000);
  const rebased = words.map(({ raw, start, end }) => {
    const copy: PyObject = new Map(raw);
    if (copy.has('start')) copy.set('start', seconds(start));
    if (copy.has('end')) copy.set('end', seconds(end));
    return copy;
  });
  const transcript = words.map(({ raw }) => pythonStr(raw.get('punctuated_word') ?? raw.get('word') ?? '')).join(' ');
  const transcription: PyObject = new Map<string, PyValue>([
    ['words', rebased],
    ['transcript', transcript],
  ]);
  return {
    ...utterance,
    timestamp_ms: Math.round(first.start),
    duration_ms: Math.round(last.end - first.start),
    transcription: writePython(transcription, COMPACT),
  };
}
