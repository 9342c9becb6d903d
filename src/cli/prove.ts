import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyUnread } from '../checks/unread.js';
import { GreenroomError } from '../errors.js';
import { replayOn } from '../explore/replay.js';
import { hashOf, readStory, type Story } from '../explore/stories/story.js';
import { endSoon } from './terminal/end-soon.js';
import { APP_FLAGS, makeReady, splitCommand, valuesFor, type AppWords } from './explore/setup.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { interruptible, unlessOff } from './terminal/interrupted.js';
import { say, warn } from './terminal/say.js';

const USAGE = `greenroom prove plays a story against two revisions of your app, each in a work tree of its own, and prints a receipt:

  greenroom prove story.json http://127.0.0.1:3000/hooks --before main --after HEAD -- node app.js

It ends with 0 only if the story fails before and passes after.`;

const FLAGS: readonly Flag[] = [
  { name: 'before', value: 'REF', help: 'the revision with the bug' },
  { name: 'after', value: 'REF', help: 'the revision with the fix' },
  { name: 'install', value: 'CMD', help: 'prepares a work tree; without it node_modules of this one is used' },
  ...APP_FLAGS,
  HELP,
];

type Verdict = 'fails' | 'passes';

/** `greenroom prove`. */
export async function run(args: readonly string[]): Promise<number> {
  const { own, command } = splitCommand(args);
  const { values, words } = readWords('prove', FLAGS, own);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const [path, url, extra] = words;
  const { before, after } = values as Record<string, string | undefined>;
  if (path === undefined || url === undefined || extra !== undefined || !before || !after || command.length === 0)
    throw new GreenroomError(
      'USAGE',
      'Failed to read the command line: expected a story, the URL of the webhook endpoint, --before REF, --after REF, and the command of the app after --. greenroom prove --help shows how.',
    );
  const story = readStory(read(path), path);
  const revisions = { before: revisionOf(before), after: revisionOf(after) };
  return interruptible((signal) => prove(story, revisions, values, { words: { url, command }, signal }));
}

/** The revisions before and after, or what came of them. */
type Both<T> = Record<'before' | 'after', T>;

/** How the app is reached, until it is called off. */
interface Reached {
  readonly words: AppWords;
  readonly signal: AbortSignal;
}

async function prove(
  story: Story,
  revisions: Readonly<Both<string>>,
  values: FlagValues,
  { words, signal }: Reached,
): Promise<number> {
  const verdicts = {} as Both<Verdict>;
  try {
    for (const when of ['before', 'after'] as const)
      verdicts[when] = await inWorkTree(revisions[when], values, (cwd) =>
        verdictOf(story, values, { words: { ...words, cwd }, signal }),
      );
  } finally {
    endSoon();
  }
  const proven = verdicts.before === 'fails' && verdicts.after === 'passes';
  say(
    `story ${hashOf(story)}\nbefore ${revisions.before} ${verdicts.before}\nafter ${revisions.after} ${verdicts.after}\n${proven ? 'proven' : 'not proven'}\n`,
  );
  return proven ? 0 : 1;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GreenroomError(
      'USAGE',
      `Failed to read the story ${path}: ${whyUnread(path, error)}. greenroom explore writes stories.`,
    );
  }
}

const git = (...words: readonly string[]): string =>
  execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function revisionOf(ref: string): string {
  try {
    return git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  } catch {
    throw new GreenroomError(
      'USAGE',
      `Failed to find the revision "${ref}": expected one of the repository in this folder.`,
    );
  }
}

/** Checks a revision out, and takes the work tree away again, whatever happens. */
async function inWorkTree<T>(revision: string, { install }: FlagValues, work: (cwd: string) => Promise<T>): Promise<T> {
  const root = git('rev-parse', '--show-toplevel');
  const within = git('rev-parse', '--show-prefix');
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-prove-'));
  const tree = join(folder, 'tree');
  const clean = (): void => {
    try {
      git('-C', root, 'worktree', 'remove', '--force', tree);
    } catch {
      // It was never made, or is gone.
    }
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clean);
  try {
    git('-C', root, 'worktree', 'add', '--detach', tree, revision);
    const cwd = join(tree, within);
    if (typeof install === 'string') execFileSync('/bin/sh', ['-c', install], { cwd, stdio: ['ignore', 2, 2] });
    else if (existsSync('node_modules') && !existsSync(join(cwd, 'node_modules')))
      symlinkSync(join(process.cwd(), 'node_modules'), join(cwd, 'node_modules'));
    return await work(cwd);
  } finally {
    clean();
    process.off('exit', clean);
  }
}

async function verdictOf(story: Story, values: FlagValues, { words, signal }: Reached): Promise<Verdict> {
  const ready = await makeReady(valuesFor(story, values), words, { seed: story.seed, signal });
  try {
    const playing = ready.telling(() => replayOn(ready.stage, ready.options, story));
    const { fails, notes } = await unlessOff(signal, playing);
    for (const note of notes) warn(note);
    return fails ? 'fails' : 'passes';
  } finally {
    await ready.close();
  }
}
