import { GreenroomError } from '../errors.js';
import { HELP, readWords, renderHelp, type Flag } from './settings/flags.js';
import { ANSWER_AS_JSON, callControl, REMOTE_FLAGS } from './remote.js';
import { say } from './terminal/say.js';

const USAGE = `greenroom changes prints what is not as it was at a checkpoint of a running greenroom, and who changed it:

  greenroom changes --since paid`;

const QUERY: readonly Flag[] = [
  { name: 'since', value: 'NAME', help: 'the checkpoint to compare with' },
  { name: 'limit', value: 'N', help: 'at most this number of records (100)' },
];

const FLAGS: readonly Flag[] = [...REMOTE_FLAGS, ...QUERY, ANSWER_AS_JSON, HELP];

/** `greenroom changes`. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('changes', FLAGS, args);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const [word] = words;
  if (word !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected flags alone, was also "${word}".${values['since'] === undefined ? ` Did you mean --since ${word}?` : ''}`,
    );
  if (values['since'] === undefined)
    throw new GreenroomError(
      'USAGE',
      'Failed to read the command line: expected --since with a checkpoint, was nothing. greenroom checkpoint --list prints them.',
    );
  const query = new URLSearchParams();
  for (const { name } of QUERY) if (typeof values[name] === 'string') query.set(name, values[name]);
  const accept = values['json'] === true ? 'application/json' : 'text/plain';
  const text = await callControl(values, `/changes?${query.toString()}`, { accept });
  say(text.endsWith('\n') ? text : `${text}\n`);
  return 0;
}
