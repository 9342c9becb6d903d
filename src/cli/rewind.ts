import { parseInstant } from '../clock/instant.js';
import { GreenroomError } from '../errors.js';
import { HELP, readWords, renderHelp, type Flag } from './settings/flags.js';
import { ANSWER_AS_JSON, callControl, REMOTE_FLAGS } from './remote.js';
import { say } from './terminal/say.js';

const USAGE = `greenroom rewind makes the world of a running greenroom what it was. Nothing is sent again, and what came after is kept:

  greenroom rewind --to 2026-03-02T10:00:00Z   as it was at an instant
  greenroom rewind --before req_7              as it was before a call came
  greenroom rewind --checkpoint paid           as it was at a checkpoint, or at the end of a branch`;

/** One of them says where to go. */
const PLACES: readonly Flag[] = [
  { name: 'to', value: 'INSTANT', help: 'to this instant, with everything that happened at it' },
  { name: 'before', value: 'CALL', help: 'to the moment before this call; greenroom timeline prints their order' },
  { name: 'checkpoint', value: 'NAME', help: 'to this checkpoint; greenroom checkpoint --list prints them' },
];

const FLAGS: readonly Flag[] = [...REMOTE_FLAGS, ...PLACES, ANSWER_AS_JSON, HELP];

interface Rewound {
  readonly now: string;
  readonly branch: { readonly name: string };
}

/** `greenroom rewind`. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('rewind', FLAGS, args);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const [word] = words;
  if (word !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected flags alone, was also "${word}". Did you mean --${placeOf(word)} ${word}?`,
    );
  const given = PLACES.map(({ name }) => name).filter((name) => values[name] !== undefined);
  const [place, ...more] = given;
  if (place === undefined || more.length > 0) {
    const was = given.length === 0 ? 'nothing' : given.map((name) => `--${name}`).join(' and ');
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected one of --to, --before and --checkpoint, was ${was}. greenroom rewind --help shows how.`,
    );
  }
  const answer = await callControl(values, '/clock/rewind', {
    method: 'POST',
    body: { [place]: values[place] },
    names: Object.fromEntries(PLACES.map(({ name }) => [name, `--${name}`])),
  });
  say(values['json'] === true ? `${answer}\n` : renderRewound(JSON.parse(answer) as Rewound));
  return 0;
}

/** The flag to which a word belongs. */
function placeOf(word: string): string {
  if (parseInstant(word) !== undefined) return 'to';
  return /^req_\d+$/.test(word) ? 'before' : 'checkpoint';
}

const renderRewound = ({ now, branch: { name } }: Rewound): string =>
  `It is ${now} again. What came after is kept: greenroom rewind --checkpoint ${name}\n`;
