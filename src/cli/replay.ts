import { existsSync, readFileSync, statSync } from 'node:fs';
import { formatInstant, parseInstant, type Micros } from '../clock/instant.js';
import { GreenroomError } from '../errors.js';
import { isStory } from '../explore/stories/story.js';
import { cannotOpen } from '../server/history/live-run.js';
import { listen, type ListeningServer } from '../server/host/listen.js';
import { openRun } from '../server/host/open-run.js';
import type { ServerOptions } from '../server/server.js';
import { VERSION } from '../server/version.js';
import { renderAccess, renderReadyLine, row } from './terminal/banner.js';
import { readConfig } from './settings/config.js';
import { endSoon } from './terminal/end-soon.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { mergeSources, only } from './settings/sources.js';
import { interrupted } from './terminal/interrupted.js';
import { serverOptions, START_FLAGS } from './settings/options.js';
import { say, tell, warn } from './terminal/say.js';
import { onOneLine } from '../contracts/visible.js';

const USAGE = `greenroom replay prints what happened in a run: the file that a failed test or room.run() wrote, or a folder of --data:

  greenroom replay failed.jsonl
  greenroom replay failed.jsonl --until 2026-03-02T10:00:00Z
  greenroom replay failed.jsonl --serve   serve that world, frozen, to be asked and moved on

Nothing is sent while it is lived again. The exit code is 1 for a run that does not become again what it was.
It also plays a story of greenroom explore against an app: greenroom replay STORY.json --help.`;

/** Flags that mean the same as for `greenroom start`. */
const SHARED = ['port', 'scenarios', 'config', 'allow-host'];

const FLAGS: readonly Flag[] = [
  { name: 'until', value: 'INSTANT', help: 'as it was at this instant; without it, as it was at its end' },
  { name: 'serve', help: 'serve the world as it was then, until interrupted' },
  ...START_FLAGS.filter(({ name }) => SHARED.includes(name)),
  { name: 'json', help: 'print the entries as JSON; with --serve, one line of JSON when ready' },
  HELP,
];

const DIVERGED = 1;

/** Before there is a story, too. */
const asksForHelp = (args: readonly string[]): boolean =>
  args.slice(0, [...args, '--'].indexOf('--')).includes('--help');

/** `greenroom replay`. */
export async function run(args: readonly string[]): Promise<number> {
  const [first] = args.filter((word) => !word.startsWith('-'));
  const isMissing = first !== undefined && first.endsWith('.json') && !existsSync(first);
  if (isMissing && asksForHelp(args)) return (await import('./explore/replay-story.js')).printHelp();
  if (isMissing) throw new GreenroomError('USAGE', `Failed to read ${first}: there is no such file.`);
  const story = first === undefined ? undefined : storyIn(first);
  if (story !== undefined) return (await import('./explore/replay-story.js')).replayStory(args, first!, story);
  const { values: given, words } = readWords('replay', FLAGS, args);
  if (given['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const [path, extra] = words;
  if (path === undefined || extra !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected one file of a run, was ${extra === undefined ? 'none' : `also "${extra}"`}. greenroom replay --help shows how.`,
    );
  const config = await readConfig(given['config'] as string | undefined, START_FLAGS);
  const shared = START_FLAGS.filter(({ name }) => SHARED.includes(name));
  const merged = mergeSources(shared, given, process.env, config.values);
  const values = only(merged, SHARED);
  const { host, port, allowHosts = [], scenarios, vendors } = serverOptions(values, config.vendors);
  const options = { host, port, allowHosts, scenarios, vendors, warn };
  const until = untilOf(given);
  return given['serve'] === true
    ? serve({ ...options, path, until }, given)
    : print({ ...options, path, until }, given);
}

/** The text of a file that is a story, and no run. */
function storyIn(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    const text = readFileSync(path, 'utf8');
    return isStory(text) ? text : undefined;
  } catch {
    // Whoever reads it as a run says why it cannot be read.
    return undefined;
  }
}

type Options = ServerOptions & {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly until: Micros | undefined;
};

function untilOf({ until }: FlagValues): Micros | undefined {
  if (typeof until !== 'string') return undefined;
  const instant = parseInstant(until);
  if (instant !== undefined) return instant;
  throw new GreenroomError(
    'USAGE',
    `Failed to read --until: expected an instant in ISO 8601 with a zone, such as 2026-03-02T10:00:00Z, was "${until}".`,
  );
}

async function print({ path, until, ...options }: Options, values: FlagValues): Promise<number> {
  const server = await openRun({ ...options, run: { path, until, clock: 'stopped' } });
  const { run, divergence } = server;
  const asJson = values['json'] === true;
  const accept = asJson ? 'application/json' : 'text/plain';
  const answer = await server.app.fetch(
    new Request('http://localhost/_greenroom/timeline', { headers: { host: 'localhost', accept } }),
  );
  const text = await answer.text();
  say(text.endsWith('\n') || text === '' ? text : `${text}\n`);
  if (divergence) {
    warn(onOneLine(cannotOpen(run.head, path, divergence).message));
    return DIVERGED;
  }
  const last = `The run ${until === undefined ? 'ends' : 'is shown up to'} ${onOneLine(endOf(server))}.\n`;
  (asJson ? tell : say)(last);
  server.close();
  return 0;
}

function endOf({ workspaces, run }: Awaited<ReturnType<typeof openRun>>): string {
  const { position } = workspaces.default.world;
  return `${formatInstant(position.now)}, line ${position.seq}; greenroom ${run.head.greenroom} wrote it`;
}

async function serve({ path, until, ...options }: Options, values: FlagValues): Promise<number> {
  const server = await listen({ ...options, run: { path, until, clock: 'frozen' } }).catch((error: unknown) => {
    if (!(error instanceof GreenroomError) || error.code !== 'DIVERGED') throw error;
    warn(`${onOneLine(error.message)} --until serves it as it was before that.`);
    return undefined;
  });
  if (!server) return DIVERGED;
  say(values['json'] === true ? renderReadyLine(server) : renderBanner(server, path));
  await interrupted();
  await server.stop();
  endSoon();
  return 0;
}

/** One screen for people. */
function renderBanner(server: ListeningServer, path: string): string {
  const { url, workspaces } = server;
  const { position } = workspaces.default.world;
  return `greenroom ${VERSION} serves a run as it was

${row('Run', `${path}, up to line ${position.seq} of its timeline`)}${row('Clock', `${formatInstant(position.now)}, stands still until it is advanced`)}${renderAccess(server)}${row('Control', `${url}/_greenroom`)}
Nothing was sent again. What functions of the other process received is captured from now on.

Try:
  greenroom timeline --url ${url}
  greenroom clock --url ${url} advance 10m

Ctrl-C ends it.
`;
}
