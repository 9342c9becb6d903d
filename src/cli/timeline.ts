import { onOneLine } from '../contracts/visible.js';
import { GreenroomError } from '../errors.js';
import { HELP, readFlags, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { callControl, openControl, REMOTE_FLAGS } from './remote.js';
import { writeWhole } from './terminal/write-out.js';
import { say, warn } from './terminal/say.js';

const USAGE = `greenroom timeline prints what happened in a running greenroom, in virtual time:

  greenroom timeline --subject bot_…
  greenroom timeline --follow
  greenroom timeline --html timeline.html   all of it as a page that opens without a server`;

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
  { name: 'html', value: 'FILE', help: 'write the inspector with everything in it to a file' },
  HELP,
];

/** `greenroom timeline`. */
export async function run(args: readonly string[]): Promise<number> {
  const values = readFlags('timeline', FLAGS, args);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  if (typeof values['html'] === 'string') return writePage(values, values['html']);
  const query = new URLSearchParams();
  for (const { name } of FILTERS) {
    const value = values[name];
    if (typeof value === 'string') query.set(name, value);
  }
  if (values['follow'] === true) return follow(values, query);
  const accept = values['json'] === true ? 'application/json' : 'text/plain';
  const text = await callControl(values, `/timeline?${query.toString()}`, { accept });
  if (text === '') warn(onOneLine(`The timeline has no entry${sayFilters(query)}.`));
  else say(text.endsWith('\n') ? text : `${text}\n`);
  return 0;
}

const sayFilters = (query: URLSearchParams): string =>
  query.size === 0 ? ' yet' : ` with ${[...query].map(([name, value]) => `--${name} ${value}`).join(' ')}`;

/** Everything, with the calls and the webhooks whole: what of it is looked at is chosen in the page. */
async function writePage(values: FlagValues, file: string): Promise<number> {
  const other = [...FILTERS.map(({ name }) => name), 'follow', 'json'].find((name) => values[name] !== undefined);
  if (other !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: --html writes the whole timeline, and takes no --${other}.`,
    );
  const { body } = await openControl(values, '/timeline.html', { accept: 'text/html' });
  await writeWhole('--html', file, body!);
  say(`The timeline is in ${file}: open it in a browser. It needs no server.\n`);
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
  for await (const part of body!.pipeThrough(new TextDecoderStream())) say(part);
  return 0;
}
