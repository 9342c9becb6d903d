import { visible } from '../../contracts/visible.js';
import type { Changes, RecordChange } from '../../contracts/control/history.js';

const VALUE_SHOWN = 120;

/** The changes as lines for people. What would act on a terminal stands as an escape. */
export function* printChanges(changes: Changes): Generator<string> {
  for (const line of linesOf(changes)) yield visible(line);
}

function* linesOf({ since, now, lines, changes, total }: Changes): Generator<string> {
  const records = total === 1 ? '1 record' : `${total} records`;
  yield `From ${since.name} (${since.at}, line ${lines.after}) to ${now} (line ${lines.to}): ${total === 0 ? 'nothing' : records} changed.\n`;
  for (const change of changes) yield* printChange(change);
  if (total > changes.length) yield `\nand ${total - changes.length} more\n`;
}

function* printChange({ provider, table, id, change, fields, fields_total, by, by_total }: RecordChange) {
  yield `\n${[provider, table, id].filter(Boolean).join(' ')} ${change}\n`;
  for (const { pointer, ...values } of fields) {
    const [was, is] = [values.was, values.is].map((value) => cut(JSON.stringify(value)));
    yield `  ${[pointer, [was, is].filter((value) => value !== undefined).join(' → ')].filter(Boolean).join(' ')}\n`;
  }
  if (fields_total > fields.length) yield `  and ${fields_total - fields.length} more fields\n`;
  if (by_total > by.length) yield `  after ${by_total - by.length} earlier steps:\n`;
  for (const { who, at, seq, what } of by)
    yield `  by the ${who}: ${at}${seq === null ? '' : ` line ${seq}`}  ${what}\n`;
}

const cut = (text: string | undefined): string | undefined =>
  text === undefined || text.length <= VALUE_SHOWN ? text : `${text.slice(0, VALUE_SHOWN)}…`;
