import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { renderCoverage } from '../checks/coverage/text.js';
import type { ViolationLine } from '../client/timeline.js';
import type { CoverageReport } from '../contracts/coverage.js';
import { GreenroomError } from '../errors.js';
import { listen, type ListeningServer } from '../server/server.js';
import { appEnvironment } from './app-environment.js';
import { readConfig } from './config.js';
import { endSoon } from './end-soon.js';
import { mergeSources, readWords, renderHelp, type Flag, type FlagValues } from './flags.js';
import { serverOptions, START_FLAGS } from './options.js';

const USAGE = `greenroom exec [flags] -- COMMAND runs a command against a greenroom of its own: on a free port, with a clock that
jumps ahead whenever nobody calls, and with the environment variables that SDKs and clients read (greenroom env lists them).
When the command has ended, it says on stderr what of the contracts was exercised and what broke them, and ends as the
command did.`;

const FLAGS: readonly Flag[] = [
  ...START_FLAGS.filter(({ name }) => name !== 'json' && name !== 'version'),
  { name: 'fail-on-violations', help: 'end with 1 if a call or a webhook broke a contract' },
];

const DEFAULTS = { port: '0', clock: 'auto' };
const FINDINGS = 1;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `greenroom exec -- CMD`: ends as the command does, or with 1 for violations if that is asked for. */
export async function run(args: readonly string[]): Promise<number> {
  const { values: given, words } = readWords('exec', FLAGS, args);
  if (given['help'] === true) {
    process.stdout.write(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const [command, ...rest] = words;
  if (command === undefined) {
    throw new GreenroomError(
      'USAGE',
      'Failed to run a command: expected one after --, was none. For instance: greenroom exec -- npm test',
    );
  }
  const config = await readConfig(given['config'] as string | undefined, START_FLAGS);
  const values: FlagValues = {
    ...DEFAULTS,
    ...withoutUnset(mergeSources(START_FLAGS, given, process.env, config.values)),
  };
  const server = await listen({ ...serverOptions(values, config.vendors), warn: (text) => tell(`${text}\n`) });
  try {
    const code = await runCommand(command, rest, environmentOf(server));
    const violations = await report(server, values['quiet'] === true);
    return code === 0 && violations > 0 && given['fail-on-violations'] === true ? FINDINGS : code;
  } finally {
    await server.stop();
    endSoon();
  }
}

const tell = (text: string): void => void process.stderr.write(text);

const withoutUnset = (values: FlagValues): FlagValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const environmentOf = ({ url, workspaces, vendors }: ListeningServer): Readonly<Record<string, string>> =>
  appEnvironment(
    url,
    vendors.map(({ profile }) => profile),
    workspaces.default.describe(url),
  );

/** Runs to the end; the command hears the signals that we hear, and has our input and output. */
function runCommand(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const stopForwarding = (): void => FORWARDED.forEach((signal) => process.off(signal, forward));
    child.once('error', (error) => {
      stopForwarding();
      reject(new GreenroomError('USAGE', `Failed to run ${command}: ${error.message}.`));
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}

/** Says what was exercised and what broke a contract; gives how many violations there were. */
async function report(server: ListeningServer, quiet: boolean): Promise<number> {
  const lines: ViolationLine[] = [];
  for (const { id } of server.workspaces.list()) {
    const { entries } = await read<{ entries: ViolationLine[] }>(server, '/timeline?kind=violation', id);
    lines.push(...entries);
  }
  if (quiet) return lines.length;
  tell(`\n${renderCoverage(await read<CoverageReport>(server, '/coverage'))}\n`);
  for (const { summary } of lines) tell(`${summary}\n`);
  tell(`${lines.length} ${lines.length === 1 ? 'violation' : 'violations'}\n`);
  return lines.length;
}

async function read<T>(server: ListeningServer, path: string, workspace = 'default'): Promise<T> {
  const headers = { host: 'localhost', 'greenroom-workspace': workspace };
  return (await server.app.request(`${server.url}/_greenroom${path}`, { headers })).json() as Promise<T>;
}
