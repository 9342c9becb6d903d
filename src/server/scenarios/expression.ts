import type { RE2JS } from 're2js';
import { host } from '../host/node.js';
import { partsOf } from './parts.js';

const EXPRESSION = /^\/(.+)\/([imsu]*)$/s;
/** How long an expression may be, how many parts it may have, and how long the texts are that it can fit. */
const SOURCE_MAX = 1000;
const PARTS_MAX = 1000;
const TEXT_MAX = 2000;

/** What stands between slashes. */
export interface Expression {
  /** It fits no text of more than 2000 characters. */
  readonly fits: (text: string) => boolean;
  readonly parts: number;
}

/** Expressions that were read, as agents are cast by the same again and again: the last, with so many parts together. */
const read = new Map<string, Expression>();
const READ_PARTS = 10 * PARTS_MAX;
/** What an expression takes of the memory whatever it is, as parts. */
const EACH = 50;
let readParts = 0;

/**
 * What stands between slashes, for an engine whose time grows with the text alone; `undefined` for a plain text. Throws for
 * what is no expression, looks around itself, refers to a group of its own, or would take much memory.
 */
export function readExpression(pattern: string): Expression | undefined {
  const known = read.get(pattern);
  if (known) return known;
  const [, source, flags = ''] = EXPRESSION.exec(pattern) ?? [];
  if (source === undefined) return undefined;
  const expression = compile(source, flags);
  keep(pattern, expression);
  return expression;
}

/** The parts of a pattern that {@link readExpression} has read; a plain text has none. */
export function partsIn(pattern: string): number {
  const [, source, flags = ''] = EXPRESSION.exec(pattern) ?? [];
  return source === undefined ? 0 : partsOf(source, flags);
}

function compile(source: string, flags: string): Expression {
  if (source.length > SOURCE_MAX) throw new Error(`has ${source.length} characters, and ${SOURCE_MAX} are the most`);
  const native = new RegExp(source, flags);
  const parts = partsOf(source, flags);
  if (parts > PARTS_MAX)
    throw new Error(`has ${parts} parts when its repetitions are written out, and ${PARTS_MAX} are the most`);
  if (/(?<!\\)(?:\\\\)*\\k</.test(source)) throw new Error('refers to a group by its name');
  const engine = host.loadExpressions();
  const compiled = engine.compile(engine.translateRegExp(native));
  return { fits: (text) => text.length <= TEXT_MAX && fits(compiled, text), parts };
}

/** The engine learns from a text, up to many megabytes an expression, and would keep it for the next one. */
function fits(compiled: RE2JS, text: string): boolean {
  const isFit = compiled.test(text);
  compiled.reset();
  return isFit;
}

function keep(pattern: string, expression: Expression): void {
  for (const [oldest, { parts }] of read) {
    if (readParts + expression.parts + EACH <= READ_PARTS) break;
    read.delete(oldest);
    readParts -= parts + EACH;
  }
  read.set(pattern, expression);
  readParts += expression.parts + EACH;
}
