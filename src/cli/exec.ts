import { formatInstant } from '../clock/instant.js';
import { GreenroomError } from '../errors.js';
import { summarize } from '../server/engine/past/sentences.js';
import { listen, type ListeningServer } from '../server/host/listen.js';
import type { ServerOptions } from '../server/server.js';
import { appEnvironment } from './exec/app-environment.js';
import { atItsPlace } from './settings/at-its-place.js';
import { inspectorUrl } from './terminal/banner.js';
import { probesFor } from './exec/probes.js';
import { readConfig } from './settings/config.js';
import { endSoon } from './terminal/end-soon.js';
import { mayAllGo, percentExercised, renderCause, renderShares, watchEnds, type Ends } from './exec/report.js';
import { areFatal, countViolations, FAIL_FLAGS, readLevel } from './settings/fail-level.js';
import { readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { mergeSources, over, warnOfVariables } from './settings/sources.js';
import { MIN, readMin, tooLittle } from './settings/min.js';
import { interrupted } from './terminal/interrupted.js';
import { serverOptions, START_FLAGS } from './settings/options.js';
import { CommandNotRun, runCommand } from './exec/run-command.js';
import { tellLeft } from './exec/left.js';
import { nobodyCalled } from './exec/nobody.js';
import { tellUnled } from './exec/unled.js';
import { say, tell, warn } from './terminal/say.js';
import { onOneLine } from '../contracts/visible.js';

const USAGE = `greenroom exec [flags] -- COMMAND runs a command against a greenroom of its own: on a free port, with a clock that
begins at the present and jumps ahead whenever nobody calls, and with the environment variables that SDKs and clients read
(greenroom env lists them). When the command has ended, by itself or by Ctrl-C, it says on stderr what of the contracts was
exercised and what broke them, and ends as the command did. If that failed, it shows the webhooks that were not taken and
the end of the timeline. With --url, or GREENROOM_URL, it runs against a service instead, whose webhooks come to this machine. A second Ctrl-C ends a command that does not heed the first, and all that it started, with 130.`;

const DEFAULTS: FlagValues = { port: '0', clock: 'auto', start: 'now' };

/** Flags of start that mean nothing here. */
const NOT_HERE = ['json', 'log', 'version', 'exit-with-parent'];

const FLAGS: readonly Flag[] = [
  ...START_FLAGS.filter(({ name }) => !NOT_HERE.includes(name)).map((flag) => {
    const own = DEFAULTS[flag.name];
    if (flag.name === 'quiet') return { ...flag, help: 'print nothing but what the command prints' };
    return own === undefined ? flag : { ...flag, help: `${flag.help.replace(/ \([^(]*\)$/, '')} (${String(own)})` };
  }),
  { name: 'url', value: 'URL', help: 'a service to run against instead, `greenroom serve --shared`' },
  {
    name: 'token',
    value: 'TOKEN',
    help: 'with --url: of the service, for a workspace of its own, or of one workspace',
  },
  { name: 'workspace', value: 'ID', help: 'with --url: an existing workspace' },
  { name: 'lockstep', help: "have Date and the timers of the command's Node processes move with the clock" },
  { name: 'no-probe', help: 'load nothing into the processes of the command: each webhook is followed by quiet time' },
  {
    name: 'inspect',
    help: 'say where to look at what happens, and serve that on when the command has ended, until Ctrl-C',
  },
  { name: 'coverage', help: 'say in full what of the contracts was exercised, and what to add next' },
  { ...MIN, help: `${MIN.help} of the contracts of the vendors that were called` },
  ...FAIL_FLAGS,
];

const FINDINGS = 1;

/** `greenroom exec -- CMD`: ends as the command does, or with 1 for violations if that is asked for. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await runWords(args);
  } catch (error) {
    if (!(error instanceof CommandNotRun)) throw error;
    warn(error.message);
    return error.exitCode;
  }
}

async function runWords(args: readonly string[]): Promise<number> {
  const { values: flags, words } = readWords('exec', FLAGS, args);
  if (flags['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const [command, ...rest] = words;
  if (command === undefined) {
    throw new GreenroomError(
      'USAGE',
      'Failed to run a command: expected one after --, was none. For instance: greenroom exec -- npm test',
    );
  }
  warnOfVariables([...FLAGS, ...START_FLAGS], process.env);
  const given = mergeSources(FLAGS, flags, surroundings(process.env), {});
  readLevel(given['fail-on']);
  readMin(given['min']);
  if (given['lockstep'] === true && given['no-probe'] === true)
    throw new GreenroomError(
      'USAGE',
      'Failed to run a command in lockstep: that needs the probe. Leave --no-probe out.',
    );
  if (given['url'] !== undefined) {
    const { run } = await import('./exec/service.js');
    return run({ flags, given, defaults: DEFAULTS }, [command, ...rest]);
  }
  const [unused] = ['token', 'workspace'].filter((name) => flags[name] !== undefined);
  if (unused !== undefined)
    throw new GreenroomError('USAGE', `Failed to run a command: --${unused} is of a service, which --url names.`);
  const config = await readConfig(given['config'] as string | undefined, START_FLAGS);
  const values: FlagValues = over({ ...DEFAULTS, ...config.values }, given);
  const options = { ...serverOptions(values, config.vendors), warn };
  const server = await listen(options).catch(atItsPlace(values));
  try {
    return await runAgainst(server, options, given, { command, rest, quiet: values['quiet'] === true });
  } finally {
    await server.stop();
    endSoon();
  }
}

interface Running {
  readonly command: string;
  readonly rest: readonly string[];
  readonly quiet: boolean;
}

async function runAgainst(
  server: ListeningServer,
  options: ReturnType<typeof serverOptions>,
  given: FlagValues,
  { command, rest, quiet }: Running,
): Promise<number> {
  if (!quiet) tell(renderStart(server));
  const inspector = given['inspect'] === true ? inspectorUrl(server.url, options.controlToken) : undefined;
  if (inspector !== undefined) tell(`Look at what happens in a browser: ${inspector}\n`);
  const endsSoFar = watchEnds(server);
  const isProbed = given['no-probe'] !== true;
  const probes = isProbed ? await probesFor(server, given['lockstep'] === true, warn) : undefined;
  try {
    const environment = { ...environmentOf(server), ...probes?.environment, ...markOf(server) };
    let isInterrupted = false;
    const code = await runCommand(command, rest, environment, () => {
      isInterrupted = true;
      mayAllGo(server);
    });
    if (given['lockstep'] === true) tellUnled(server, warn);
    // As the command left it: a clock that jumps ahead would tell of a life that nobody lived.
    if (inspector !== undefined) freeze(server);
    const failed = code !== 0;
    const ends = await endsSoFar();
    if (!quiet) await report(server, options, { ...ends, failed, isInterrupted, coverage: given['coverage'] === true });
    const lacks = tellLack(server, given);
    if (inspector !== undefined) await serveOn(inspector);
    if (!quiet) await sayLeft(server);
    return !failed && (lacks || areFatal(ends.violations, given)) ? FINDINGS : code;
  } finally {
    probes?.close();
  }
}

/** True, and said, if less was exercised than is asked for. */
function tellLack(server: ListeningServer, given: FlagValues): boolean {
  const [percent, min] = [percentExercised(server), readMin(given['min'])];
  if (percent < min) tell(tooLittle(percent, min));
  return percent < min;
}

function freeze({ workspaces }: ListeningServer): void {
  const input = { kind: 'pace', mode: 'frozen' } as const;
  for (const { world } of workspaces.list()) void world.take(input, () => world.clock.setPace(input));
}

async function serveOn(inspector: string): Promise<void> {
  const ended = interrupted();
  tell(`The command has ended. What happened is at ${inspector} until Ctrl-C.\n`);
  await ended;
}

async function sayLeft(server: ListeningServer): Promise<void> {
  const left = await tellLeft({
    probed: () => server.workspaces.list().flatMap(({ probes }) => probes.list().map(({ pid }) => pid)),
    mark: `${MARK}=${server.url}`,
    ends: 'its greenroom ends now',
  });
  if (left !== '') warn(left);
}

/** Where and when it begins: with that instant given, the run repeats itself. */
function renderStart({ url, workspaces }: ListeningServer): string {
  const { clock } = workspaces.default.world;
  const start = formatInstant(clock.now());
  return `greenroom at ${url}, clock ${clock.mode} from ${start} (to repeat the run: --start ${start})\n`;
}

/** The address that exec gave to a command itself: an exec among its processes has a greenroom of its own all the same. */
const MARK = 'GREENROOM_EXEC_URL';
const OF_SERVICE = ['GREENROOM_TOKEN', 'GREENROOM_WORKSPACE'] as const;

/** What tells an exec within from a user who names a service; what names a workspace elsewhere, or opens it, does not go on. */
const markOf = ({ url }: ListeningServer): Readonly<Record<string, string>> => ({
  [MARK]: url,
  ...Object.fromEntries(OF_SERVICE.flatMap((name) => (process.env[name] === undefined ? [] : [[name, '']]))),
});

/** The environment, as the user has it. */
const surroundings = ({ GREENROOM_URL, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  GREENROOM_URL === env[MARK] ? env : { ...env, GREENROOM_URL };

const environmentOf = ({ url, workspaces, vendors }: ListeningServer): Readonly<Record<string, string>> =>
  appEnvironment(
    url,
    vendors.map(({ profile }) => profile),
    workspaces.default.describe(url),
  );

const NO_OPERATION = 'No call was for an operation of a vendor.\n';

/** Says what came of the command. */
async function report(
  server: ListeningServer,
  options: ServerOptions,
  { failed, isInterrupted, violations, unheeded, coverage }: Said,
): Promise<void> {
  if (failed) tell(renderCause(server, environmentOf(server)));
  const shares = await renderShares(server, options, coverage);
  const nothing = `${nobodyCalled(isInterrupted)}\n`;
  tell(`\nContracts exercised:\n${shares || (violations.length === 0 ? nothing : NO_OPERATION)}`);
  for (const violation of violations) warn(onOneLine(summarize(violation)));
  tell(`${unheeded}${countViolations(violations)}\n`);
}

interface Said extends Ends {
  readonly failed: boolean;
  /** By Ctrl-C, or another signal. */
  readonly isInterrupted: boolean;
  readonly coverage: boolean;
}
