import { GreenroomError } from '../errors.js';
import { HELP, readFlags, renderHelp, type Flag, type FlagValues } from './flags.js';
import { callControl, openControl, REMOTE_FLAGS } from './remote.js';

const USAGE = `greenroom timeline prints what happened in a running greenroom, in virtual time:

  greenroom timeline --subject bot_…
  greenroom timeline --follow`;

/** Flags that are words of the control plane's query. */
const FILTERS: readonly Flag[] = [
  { name: 'subject', value: 'ID', help: 'of this agent alone, as a vendor id or scheduling_key:…' },
  { name: 'kind', value: 'KIND', help: 'of this kind alone: request, transition, delivery, violation, …' },
  { name: 'after', value: 'SEQ', help: 'what came after this entry' },
  { name: 'limit', value: 'N', help: 'at most this number of entries' },
];

const FLAGS: readonly Flag[] = [
  ...REMOTE_FLAGS,
  ...FILTERS,
  { name: 'follow', help: 'go on with each entry as it happens, until interrupted' },
  { name: 'json', help: 'print the entries as JSON' },
  HELP,
];

/** `greenroom timeline`. */
export async function run(args: readonly string[]): Promise<number> {
  const values = readFlags('timeline', FLAGS, args);
  if (values['help'] === true) {
    process.stdout.write(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const query = new URLSearchParams();
  for (const { name } of FILTERS) {
    const value = values[name];
    if (typeof value === 'string') query.set(name, value);
  }
  if (values['follow'] === true) return follow(values, query);
  const accept = values['json'] === true ? 'application/json' : 'text/plain';
  const text = await callControl(values, `/timeline?${query.toString()}`, { accept });
  process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
  return 0;
}

/** Prints what there is and what comes, until the server ends or the reader has seen enough. */
async function follow(values: FlagValues, query: URLSearchParams): Promise<number> {
  if (query.has('limit') || values['json'] === true)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: --follow prints lines without an end, and takes no ${query.has('limit') ? '--limit' : '--json'}.`,
    );
  if (!query.has('after')) query.set('after', '0');
  const { body } = await openControl(values, `/stream?${query.toString()}`, { accept: 'text/plain' });
  for await (const part of body!) process.stdout.write(part);
  return 0;
}
