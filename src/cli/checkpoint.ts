import { pathOf } from '../client/path.js';
import { GreenroomError } from '../errors.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { ANSWER_AS_JSON, callControl, REMOTE_FLAGS } from './remote.js';
import { say } from './terminal/say.js';

const USAGE = `greenroom checkpoint marks the present of a running greenroom as a place that can be gone back to:

  greenroom checkpoint paid            then: greenroom rewind --checkpoint paid
  greenroom checkpoint --list          the places that there are
  greenroom checkpoint --delete paid   forgets one`;

const FLAGS: readonly Flag[] = [
  ...REMOTE_FLAGS,
  { name: 'list', help: 'print the checkpoints, oldest first' },
  { name: 'delete', value: 'NAME', help: 'forget this checkpoint' },
  ANSWER_AS_JSON,
  HELP,
];

interface Checkpoint {
  readonly name: string;
  readonly at: string;
  readonly seq: number;
  readonly branch: boolean;
}

/** `greenroom checkpoint`. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('checkpoint', FLAGS, args);
  say(values['help'] === true ? renderHelp(USAGE, FLAGS) : await act(values, words));
  return 0;
}

async function act(values: FlagValues, words: readonly string[]): Promise<string> {
  const { list, delete: deleted, json } = values;
  const asked = [...words, ...(list === true ? ['--list'] : []), ...(deleted === undefined ? [] : ['--delete'])];
  if (asked.length !== 1)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected a name, --list or --delete, was ${asked.join(' and ') || 'nothing'}. greenroom checkpoint --help shows how.`,
    );
  if (typeof deleted === 'string') {
    await callControl(values, pathOf`/checkpoints/${deleted}`, { method: 'DELETE' });
    return json === true ? '' : `The checkpoint ${deleted} is forgotten.\n`;
  }
  if (list === true) {
    const answer = await callControl(values, '/checkpoints');
    if (json === true) return `${answer}\n`;
    const { checkpoints } = JSON.parse(answer) as { checkpoints: readonly Checkpoint[] };
    return checkpoints.length === 0 ? 'There are no checkpoints.\n' : checkpoints.map(renderCheckpoint).join('');
  }
  const answer = await callControl(values, '/checkpoints', {
    method: 'POST',
    body: { name: words[0] },
    names: { name: 'the name of the checkpoint' },
  });
  return json === true ? `${answer}\n` : renderCheckpoint(JSON.parse(answer) as Checkpoint);
}

const renderCheckpoint = ({ name, at, seq, branch }: Checkpoint): string =>
  `${name}  ${at}, line ${seq}${branch ? ' (what came after a rewind)' : ''}\n`;
