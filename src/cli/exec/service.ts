import { pathOf } from '../../client/path.js';
import { openChannel, type Channel } from '../../client/channel.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError, messageOf } from '../../errors.js';
import { openListener, type Listener } from '../../listen/listener.js';
import { atItsPlace, saidAtItsPlace } from '../settings/at-its-place.js';
import { appEnvironment, type Described } from './app-environment.js';
import { endSoon } from '../terminal/end-soon.js';
import type { FlagValues } from '../settings/flags.js';
import { lineOf } from '../listen.js';
import { serverOptions } from '../settings/options.js';
import { probeEnvironment } from './probes.js';
import { runCommand } from './run-command.js';
import { report } from './service-report.js';
import { tellLeft } from './left.js';
import { VARIABLE } from '../../probe/wire.js';
import { serverUrl } from '../remote.js';
import { only } from '../settings/sources.js';
import { warn } from '../terminal/say.js';

/** Flags that decide what a new workspace is made with. */
const OF_WORKSPACE = [
  'clock',
  'start',
  'speed',
  'reader-wait',
  'quiet-time',
  'quiet-limit',
  'delivery-guard',
  'seed',
  'scenario',
  'strict',
  'memory',
];
/** Flags that are of the connection, or of this machine. */
const OF_CONNECTION = ['url', 'token', 'control-token', 'workspace', 'forward-to', 'allow-host'];
const TAKEN = [
  ...OF_WORKSPACE,
  ...OF_CONNECTION,
  'no-probe',
  'quiet',
  'coverage',
  'min',
  'fail-on-violations',
  'fail-on',
];

/** What was said: on the command line, there or in the environment, and by nobody. */
export interface Said {
  readonly flags: FlagValues;
  readonly given: FlagValues;
  readonly defaults: FlagValues;
}

/** `greenroom exec --url SERVICE -- CMD`: as without, against a workspace of a service. */
export async function run(said: Said, words: readonly string[]): Promise<number> {
  const isFromEnvironment = said.flags['url'] === undefined;
  const odd = Object.keys(said.flags).find((name) => !TAKEN.includes(name));
  if (odd !== undefined)
    throw usage(
      `--${odd} is of a greenroom on this machine. Leave it out, or ${isFromEnvironment ? 'empty GREENROOM_URL' : 'leave --url out'}`,
    );
  try {
    const inOwnWords = atItsPlace(said.given, serverUrl(said.given));
    return await runThere(said, words).catch(inOwnWords);
  } catch (error) {
    if (!isFromEnvironment || !(error instanceof GreenroomError)) throw error;
    const advice = 'GREENROOM_URL names this place: where it is empty, exec has a greenroom of its own.';
    throw new GreenroomError(error.code, `${error.message} ${advice}`, error.details);
  }
}

async function runThere(said: Said, words: readonly string[]): Promise<number> {
  const given = only(said.given, TAKEN);
  const channel = openChannel({ ...lineOf(given), workspace: 'default' });
  const { id, isOwn, token } = await workspaceFor(channel, { ...said, given });
  const own = openChannel({ ...channel, workspace: id, token: token ?? channel.token });
  try {
    return await runIn(own, given, words);
  } finally {
    if (isOwn) await channel.delete(pathOf`/workspaces/${id}`).catch(tellUndeleted(id));
    endSoon();
  }
}

/** The service has gone, or somebody else has deleted it: what the command did counts all the same. */
const tellUndeleted = (id: string) => (error: unknown) =>
  warn(`The workspace ${id} was not deleted, and ends with its time to live: ${messageOf(error)}`);

/** The workspace that is named, or that of the token; a new one for who may make one. */
async function workspaceFor(
  channel: Channel,
  { flags, given, defaults }: Said,
): Promise<{ readonly id: string; readonly isOwn: boolean; readonly token?: string }> {
  const named = given['workspace'];
  if (typeof named === 'string') return thereAlready(named, flags);
  // Who has the token of the server has no workspace.
  const own = await channel.get<{ readonly id: string }>('/workspaces/self').catch((error: unknown) => {
    if (error instanceof GreenroomError && error.code === 'UNKNOWN_WORKSPACE') return undefined;
    throw error;
  });
  if (own) return thereAlready(own.id, flags);
  const values = { ...defaults, ...given };
  const { settings = {}, ...options } = serverOptions(values).workspace ?? {};
  const made = await channel.post<{ readonly id: string; readonly token?: string }>('/workspaces', {
    ...options,
    ...settings,
  });
  return { id: made.id, isOwn: true, ...(made.token === undefined ? {} : { token: made.token }) };
}

/** Throws USAGE for flags that would have made it otherwise. */
function thereAlready(id: string, flags: FlagValues): { readonly id: string; readonly isOwn: false } {
  const [late] = OF_WORKSPACE.filter((name) => flags[name] !== undefined);
  if (late === undefined) return { id, isOwn: false };
  throw usage(
    `--${late} says what a workspace is made with, and ${id} is there already. Leave it out, or have one made: with the token of the server, and without --workspace`,
  );
}

async function runIn(channel: Channel, given: FlagValues, [command, ...rest]: readonly string[]): Promise<number> {
  const { url, workspace, token } = channel;
  const textOf = (error: unknown): string => messageOf(saidAtItsPlace(given, error, url));
  const tell = (text: string): void => void (given['quiet'] === true || warn(text));
  const described = await channel.get<Described>(pathOf`/workspaces/${workspace}`);
  const listener = await openListener({ ...lineOf(given, workspace), token });
  let isOver = false;
  // The command goes on without webhooks, and should not have to guess why.
  listener.ended.catch((error: unknown) => isOver || warn(textOf(error)));
  tell(`greenroom at ${url}, workspace ${workspace}`);
  try {
    const environment = { ...appEnvironment(url, VENDOR_LIST, described), ...controlOf(workspace, token) };
    const probes = given['no-probe'] === true ? {} : await probesOf(listener);
    let isInterrupted = false;
    const onSignal = (): void => void (isInterrupted = true);
    const code = await runCommand(command!, rest, { ...environment, ...probes }, onSignal);
    const over = { given, environment, code, isInterrupted, tell };
    const reported = await report(channel, over).catch((error: unknown) => {
      if (code === 0) throw error;
      warn(textOf(error));
      return code;
    });
    await sayLeft(listener, probes, tell);
    return reported;
  } finally {
    isOver = true;
    listener.letGo();
    await listener.close();
  }
}

/** Each of them has the variables of the probe, which no other command has. */
async function sayLeft(
  { processes, letGo }: Listener,
  probes: Readonly<Record<string, string>>,
  tell: (text: string) => void,
): Promise<void> {
  if (probes[VARIABLE] === undefined) return;
  letGo();
  const ends = 'nobody takes its webhooks to this machine any more';
  const left = await tellLeft({ probed: processes, mark: `${VARIABLE}=${probes[VARIABLE]}`, ends });
  if (left !== '') tell(left);
}

/** For a test among the processes of the command, which moves the clock. What opens the whole server does not go on. */
const controlOf = (workspace: string, token: string | undefined): Readonly<Record<string, string>> => ({
  GREENROOM_WORKSPACE: workspace,
  ...(token === undefined ? {} : { GREENROOM_TOKEN: token }),
  ...(process.env['GREENROOM_CONTROL_TOKEN'] === undefined ? {} : { GREENROOM_CONTROL_TOKEN: '' }),
});

const probesOf = async (listener: Listener): Promise<Readonly<Record<string, string>>> =>
  probeEnvironment(await listener.probeVariables(), warn);

const usage = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to run a command against a service: ${reason}.`);
