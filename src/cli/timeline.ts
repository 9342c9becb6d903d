import { readFlags, renderHelp, type Flag } from './flags.js';
import { callControl, REMOTE_FLAGS } from './remote.js';

const USAGE = `greenroom timeline prints what happened in a running greenroom, in virtual time:

  greenroom timeline --subject bot_…`;

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
  { name: 'json', help: 'print the entries as JSON' },
  { name: 'help', help: 'print this' },
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
  const accept = values['json'] === true ? 'application/json' : 'text/plain';
  const text = await callControl(values, `/timeline?${query.toString()}`, { accept });
  process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
  return 0;
}
