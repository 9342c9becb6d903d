import { openGreenroom } from '../../client/handle.js';
import type { Greenroom } from '../../client/greenroom.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import type { Exploring } from '../../explore/searching/exploration.js';
import { openLivingStage, type Living, type LivingApp } from '../../explore/playing/living-stage.js';
import type { Stage } from '../../explore/playing/stage.js';
import type { Story } from '../../explore/stories/story.js';
import { subscribed } from '../../explore/playing/subscribed.js';
import { freePort } from '../../server/host/free-port.js';
import { listen, type ListeningServer } from '../../server/host/listen.js';
import { allVendors } from '../../server/server.js';
import { DEFAULT_WORKSPACE } from '../../server/workspaces/workspace.js';
import { appEnvironment } from '../exec/app-environment.js';
import { readConfig, type Config } from '../settings/config.js';
import type { Flag, FlagValues } from '../settings/flags.js';
import { serverOptions, START_FLAGS } from '../settings/options.js';
import { probesFor } from '../exec/probes.js';
import { runningApp, startApp, type StartedApp } from './app-process.js';
import { actDoor, stateDoor } from './doors.js';
import { Printout } from './printout.js';
import { withContext } from './context.js';
import { fileValues, numberOfRun, SHARED, startValues, worldOf } from './settings.js';
import { onceEach, warn } from '../terminal/say.js';

/** How the app is reached: the same for explore, replay and prove. */
export const APP_FLAGS: readonly Flag[] = [
  {
    name: 'provider',
    value: 'P',
    help: 'the vendor whose webhooks the app receives; the one that --act calls, or that the URL names',
  },
  { name: 'secret', value: 'S', help: 'the secret that the app verifies webhooks with' },
  { name: 'state', value: 'URL', help: 'answers the state of a meeting as JSON; {id} stands for its id' },
  { name: 'state-cmd', value: 'CMD', help: 'prints it; {id} and GREENROOM_ID are the id' },
  {
    name: 'act',
    value: 'FILE|CMD',
    help: 'schedules a meeting: a file with requests, or a command; without it greenroom does',
  },
  {
    name: 'calendar',
    help: 'users have each meeting in their own calendar, where the app hears of it: without --act it asks for the agent itself',
  },
  { name: 'ignore', value: 'POINTER', many: true, help: 'a place of the state that is not compared; may be repeated' },
  { name: 'no-probe', help: 'load nothing into the process of the app: each webhook is followed by quiet time' },
  { name: 'lockstep', help: 'the clock and the timers of the app follow, as for exec: it may mend what it has missed' },
  ...START_FLAGS.filter(({ name }) => SHARED.includes(name)).map((flag) =>
    flag.name === 'port' ? { ...flag, help: 'port of greenroom (a free one; without a command 4747)' } : flag,
  ),
];

export interface AppWords {
  readonly url: string;
  /** The words after --. */
  readonly command: readonly string[];
  readonly cwd?: string | undefined;
}

/** Whose values are nobody else's business. */
const SECRET = /secret|key/;

/** The command line by which the same app is reached again; without its secrets, if others are to read it. */
export function appWords(values: FlagValues, { url, command }: AppWords, isPublic = false): string[] {
  const flags = APP_FLAGS.flatMap(({ name, value: takes }) =>
    [values[name] ?? []].flat().flatMap((given) => {
      if (takes === undefined) return [`--${name}`];
      return [`--${name}`, isPublic && SECRET.test(name) ? '…' : String(given)];
    }),
  );
  return [url, ...flags, ...(command.length === 0 ? [] : ['--', ...command])];
}

/** The flags with what a story that is played again says itself. */
export const valuesFor = ({ provider, lockstep }: Story, values: FlagValues): FlagValues => ({
  ...values,
  provider: values['provider'] ?? provider,
  lockstep: values['lockstep'] ?? lockstep,
});

/** A greenroom and an app that are ready to be explored. */
export interface Ready {
  readonly stage: Stage<LivingApp>;
  readonly options: Exploring<LivingApp>;
  /** Does work, and adds to an error what the app has printed, and to one of the state where that was asked. */
  readonly telling: <T>(work: () => Promise<T>) => Promise<T>;
  /** A process of it could follow the clock, and does not. */
  readonly couldFollow: boolean;
  readonly close: () => Promise<void>;
}

/** What a run is made with, besides its flags. */
export interface RunOptions {
  readonly seed: number;
  /** How many apps are started; one if nothing is said. */
  readonly workers?: number;
  /** Ends the start of apps. */
  readonly signal: AbortSignal;
}

/** Starts greenroom and the app. Throws USAGE if one of them cannot be. */
export async function makeReady(
  values: FlagValues,
  words: AppWords,
  { seed, workers = 1, signal }: RunOptions,
): Promise<Ready> {
  const { url } = words;
  assertUrl(url);
  if (workers > 1 && words.command.length === 0)
    throw new GreenroomError(
      'USAGE',
      'Failed to read --workers: expected the command of the app after --, for each worker starts one; was none.',
    );
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const config = await readConfig(text('config'), START_FLAGS);
  const profiles = allVendors(config.vendors).map(({ profile }) => profile);
  const provider = text('provider') ?? profiles.find(({ name }) => new URL(url).pathname.includes(name))?.name;
  let asked: string | undefined;
  const options = {
    ...(provider === undefined ? {} : { provider }),
    ...(config.vendors === undefined ? {} : { vendors: config.vendors }),
    ...optional('act', actDoor(text('act'), url)),
    ...optional('state', stateDoor(text('state'), text('state-cmd'), { base: url, onAsk: (place) => (asked = place) })),
    calendar: values['calendar'] === true,
    ignore: (values['ignore'] ?? []) as readonly string[],
    seed,
  };
  // Who gives a seed wants the same in each run, ids among it.
  const run = values['seed'] === undefined ? numberOfRun() : 0;
  const shared = { config, seed, provider, signal, run };
  const lanes: Lane[] = [];
  const close = async (): Promise<void> => void (await Promise.all(lanes.map((lane) => lane.close())));
  try {
    for (let i = 0; i < workers; i++)
      lanes.push(
        await openLane(i === 0 ? values : { ...values, port: '0' }, await atOwnPort(words, i), {
          ...shared,
          worker: i,
        }),
      );
    const stage = await openLivingStage(lanes, run);
    return {
      stage,
      options,
      telling: async (work) =>
        work().catch((error) => Promise.reject(signal.aborted ? error : withContext(error, asked, lanes))),
      couldFollow: lanes.some(({ couldFollow }) => couldFollow()),
      close: async () => {
        // Whoever is stopped on purpose has not crashed.
        for (const lane of lanes) lane.forget();
        await stage.close();
        await close();
      },
    };
  } catch (error) {
    for (const lane of lanes) lane.forget();
    await close();
    throw error;
  }
}

/** A greenroom of its own for one app. */
interface Lane extends Living {
  readonly printout: Printout;
  readonly couldFollow: () => boolean;
  /** Hears no probe of the app any more. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

interface LaneOptions extends RunOptions {
  readonly config: Config;
  readonly provider: string | undefined;
  readonly run: number;
  readonly worker: number;
}

async function openLane(
  values: FlagValues,
  { url, command, cwd }: AppWords,
  { config, seed, provider, signal, run, worker }: LaneOptions,
): Promise<Lane> {
  const profiles = allVendors(config.vendors).map(({ profile }) => profile);
  const led = values['lockstep'] === true && command.length > 0;
  const given = startValues(
    values,
    profiles.find(({ name }) => name === provider),
    { isLed: led, seed, hasCommand: command.length > 0 },
  );
  const options = serverOptions({ ...fileValues(values, config), ...given }, config.vendors);
  const tellOnce = onceEach(warn);
  const workspace = { ...options.workspace, ...worldOf(run, worker, command.length > 0) };
  const server = await listen({ ...options, workspace, warn: tellOnce });
  const probes =
    command.length === 0 || values['no-probe'] === true ? undefined : await probesFor(server, led, tellOnce);
  const env = {
    ...appEnvironment(server.url, profiles, server.workspaces.default.describe(server.url)),
    PORT: new URL(url).port,
  };
  const printout = new Printout({ ...process.env, ...env });
  const processes = server.workspaces.default.probes;
  // What is played when the search has been called off may need the app again.
  let starting: AbortSignal | undefined = signal;
  const start = async (): Promise<StartedApp> => {
    if (command.length === 0) return runningApp(url);
    const inFolder = cwd === undefined ? {} : { cwd };
    const app = await startApp({
      command,
      url,
      env: { ...env, ...probes?.environment },
      printout,
      signal: starting,
      // Whoever is stopped on purpose has not crashed.
      onStop: () => processes.letGo(),
      isSilent: () => processes.list().some(({ state }) => state === 'silent'),
      ...inFolder,
    });
    starting = undefined;
    return app;
  };
  return {
    room: await roomOf(server, profiles, {
      subscriptions: subscribed(profiles, url, options.workspace?.settings),
      led,
    }),
    led,
    ...(probes && !led ? { wakes: (since) => processes.wakes(since) } : {}),
    ...(probes ? { rest: (since) => restOf(server, since) } : {}),
    isChild: command.length > 0,
    printout,
    couldFollow: () => !led && processes.runtimes.has('Node'),
    start: async () => ({ ...(await start()), env }),
    forget: () => probes?.close(),
    close: async () => server.stop(),
  };
}

/** Of several apps, all but the first have a free port instead of the one that was given. */
async function atOwnPort(words: AppWords, index: number): Promise<AppWords> {
  if (index === 0) return words;
  const url = new URL(words.url);
  url.port = String(await freePort());
  return { ...words, url: url.href };
}

const optional = <K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };

/** Resolves when an app that got something to do at this instant of the host has done it. */
async function restOf({ workspaces }: ListeningServer, since: number): Promise<void> {
  const { clock } = workspaces.default.world;
  clock.activity.appBegan(since);
  await clock.settled();
}

async function roomOf(
  server: ListeningServer,
  profiles: readonly VendorProfile[],
  { subscriptions, led }: { readonly subscriptions: ReturnType<typeof subscribed>; readonly led: boolean },
): Promise<Greenroom> {
  const fetch = async (request: Request): Promise<Response> => {
    request.headers.set('host', 'localhost');
    return server.app.fetch(request);
  };
  const room = await openGreenroom({ url: server.url, token: undefined, fetch }, DEFAULT_WORKSPACE);
  const living = profiles.map(
    ({ name, sample }) =>
      [name, { ...sample.livingSettings, ...(led ? {} : sample.unledSettings), ...subscriptions[name] }] as const,
  );
  await room.patch(Object.fromEntries(living));
  return room;
}

function assertUrl(url: string): void {
  if (URL.canParse(url) && /^https?:/.test(url)) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to read the command line: expected the URL of the app's webhook endpoint, such as http://127.0.0.1:3000/hooks, was "${url}".`,
  );
}

/** The words before -- and the command after it. */
export function splitCommand(args: readonly string[]): {
  readonly own: readonly string[];
  readonly command: readonly string[];
} {
  const at = args.indexOf('--');
  return at < 0 ? { own: args, command: [] } : { own: args.slice(0, at), command: args.slice(at + 1) };
}
