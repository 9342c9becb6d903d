import type { RE2JS } from 're2js';
import { host } from '../host/node.js';

const EXPRESSION = /^\/(.+)\/([imsu]*)$/s;
/** Expressions that were read, as agents are cast by the same again and again; no more than a user writes down. */
const read = new Map<string, RE2JS>();
const READ_MAX = 100;

/**
 * What stands between slashes, for an engine whose time grows with the text alone; `undefined` for a plain text. Throws for
 * what is no expression, looks around itself or refers to a group of its own.
 */
export function readExpression(pattern: string): RE2JS | undefined {
  const known = read.get(pattern);
  if (known) return known;
  const [, source, flags] = EXPRESSION.exec(pattern) ?? [];
  if (source === undefined) return undefined;
  const native = new RegExp(source, flags);
  if (/(?<!\\)(?:\\\\)*\\k</.test(source)) throw new Error('refers to a group by its name');
  const engine = host.loadExpressions();
  const expression = engine.compile(engine.translateRegExp(native));
  if (read.size >= READ_MAX) read.clear();
  read.set(pattern, expression);
  return expression;
}
