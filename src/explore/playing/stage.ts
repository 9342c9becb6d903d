import type { Greenroom } from '../../client/greenroom.js';
import type { FetchReceiver } from '../../client/options.js';
import type { Wake } from '../../clock/lockstep/app-timers.js';
import { allVendors } from '../../server/server.js';
import { GreenroomError, messageOf } from '../../errors.js';
import { startGreenroom } from '../../start.js';
import type { Cursor } from './cursor.js';
import { clockChangeEve } from './meetings.js';
import type { ExploreOptions, RunningApp } from '../options.js';
import { subscribed } from './subscribed.js';

/** What ended an app, or would. */
export interface Crash {
  readonly message: string;
  /** Its code held up its event loop, and it was ended for that. */
  readonly isHang?: true;
  /** Its process is no more, and no error says why. */
  readonly isSilent?: true;
}

/** `since` is a real instant. */
export type Wakes = (since: number) => Promise<readonly Wake[] | undefined>;

/** Resolves when the app has done what it got to do at a real instant, or since. */
export type Rest = (since: number) => Promise<void>;

/** A world and an app for one execution. */
export interface Session<A> {
  readonly room: Greenroom;
  readonly app: () => A;
  readonly restart: () => Promise<void>;
  /** What the app threw where nobody caught it, or that it held up its event loop. One that does not answer any more may be about to end. */
  readonly crashes: (isMute: boolean) => Promise<readonly Crash[]>;
  /** The lines that it has printed in this execution; there if somebody hears them. */
  readonly printed?: () => readonly string[];
  /** The app's timers follow the clock. */
  readonly led: boolean;
  /** The timers of an app that keeps its own time, when it has done what it began since; `undefined` if nobody knows them. */
  readonly wakes?: Wakes;
  /** There if somebody knows when the app is at rest. */
  readonly rest?: Rest;
  /** Tells the execution from all others. */
  readonly number: number;
  /** Where it begins, in a world that lives on. */
  readonly since?: Cursor;
  /** Has the next execution begin with an app that was started anew; there if this one's lives on, and can be. */
  readonly renewAfter?: () => void;
  readonly end: () => Promise<void>;
}

/** What a story says of its world. */
export interface StageSettings {
  readonly scenario: string;
  readonly seed: number;
  readonly provider?: string;
  readonly vendor_version?: string;
  readonly day?: 'clock-change';
}

/** The settings by which a vendor has the version of a story. */
export const versionIn = ({ provider, vendor_version: version }: StageSettings): Record<string, { version: string }> =>
  provider === undefined || version === undefined ? {} : { [provider]: { version } };

/** Where executions are played. */
export interface Stage<A> {
  /** Executions that can be played at the same time. */
  readonly lanes: number;
  /** From here on executions are numbered; from 0 on if nothing is said. */
  readonly first?: number;
  /** `anew` is with an app that has lived through no other execution, where that can be had. */
  readonly open: (number: number, settings: StageSettings, anew?: boolean) => Promise<Session<A>>;
  /** What tells what an app keeps from its chance, where `anew` cannot be had, as a sentence. */
  readonly howToTell: string;
  readonly close: () => Promise<void>;
}

/** When an execution begins if nobody says: as long before an hour as one with an app that was started anew. */
const FIRST = '2026-01-01T08:40:00Z';

const HOW_TO_TELL =
  'Each execution has what "app" starts, and shares what outlives that, such as a variable of a module or a database: have "app" make these anew, too, and what still differs is chance.';

/** Ids that one execution may give out of each kind. */
const IDS_OF_ONE = 10_000;

/** Plays in this process: a world and an app of its own for each execution, on one server. */
export async function openStage<A extends RunningApp>(options: ExploreOptions<A>): Promise<Stage<A>> {
  const { lockstep = true, workers = 1, vendors } = options;
  const server = await startGreenroom(vendors === undefined ? {} : { vendors });
  const crashes = watchCrashes();
  let origins: readonly string[] | undefined;
  return {
    lanes: lockstep ? 1 : Math.max(1, workers),
    howToTell: HOW_TO_TELL,
    open: async (number, settings) => {
      origins ??= await originsOf(server, options);
      crashes.take();
      return openSession(server, options, { number, origins, crashes, ...settings });
    },
    close: async () => {
      crashes.end();
      await server.close();
    },
  };
}

interface Opening extends StageSettings {
  readonly number: number;
  readonly origins: readonly string[];
  readonly crashes: Crashes;
}

async function openSession<A extends RunningApp>(
  server: Greenroom,
  options: ExploreOptions<A>,
  { number, origins, crashes, ...settings }: Opening,
): Promise<Session<A>> {
  const { lockstep = true } = options;
  let app: A | undefined;
  const receive =
    (origin: string): FetchReceiver =>
    (request) =>
      app!.receivers![origin]!(request);
  const room = await server.workspace({
    clock: { now: FIRST },
    ...options.room,
    ...versionsOver(options.room, settings),
    seed: settings.seed,
    ids_given: number * IDS_OF_ONE,
    scenario: settings.scenario,
    ...(settings.day === undefined ? {} : { clock: { now: clockChangeEve(FIRST) } }),
    receivers: Object.fromEntries(origins.map((origin) => [origin, receive(origin)])),
  });
  const led = lockstep ? await room.clock.lockstep() : undefined;
  const end = async (): Promise<void> => {
    try {
      await app?.close?.();
    } finally {
      led?.release();
      await room.close();
    }
  };
  try {
    app = await start(options, room);
    const { url } = app;
    if (url !== undefined) {
      const profiles = allVendors(options.vendors).map(({ profile }) => profile);
      await room.patch(subscribed(profiles, url, options.room as Parameters<typeof subscribed>[2]));
    }
  } catch (error) {
    await end();
    throw error;
  }
  return {
    room,
    app: () => app!,
    restart: async () => {
      await app?.close?.();
      app = await start(options, room);
    },
    crashes: async () => crashes.seen().map((message) => ({ message })),
    led: lockstep,
    number,
    end,
  };
}

/** The vendor's settings of the room, with the version of the story. */
const versionsOver = (room: object = {}, settings: StageSettings): Record<string, object> =>
  Object.fromEntries(
    Object.entries(versionIn(settings)).map(([name, version]) => [
      name,
      { ...(room as Readonly<Record<string, object>>)[name], ...version },
    ]),
  );

async function start<A extends RunningApp>({ app }: ExploreOptions<A>, room: Greenroom): Promise<A> {
  let running: A;
  try {
    running = await app(room);
  } catch (error) {
    throw new GreenroomError(
      'USAGE',
      `Failed to start the app: expected "app" to give it, but it threw: ${messageOf(error)}. Start it with a room of createGreenroom first.`,
    );
  }
  if (running?.receivers !== undefined || running?.url !== undefined) return running;
  throw new GreenroomError(
    'USAGE',
    'Failed to start the app: expected "app" to give { receivers } or { url }, was neither. receivers are functions by origin: { "https://myapp.test": app.fetch }.',
  );
}

/** The origins for which the app receives: they are asked for once, before the first world is made. */
async function originsOf<A extends RunningApp>(server: Greenroom, options: ExploreOptions<A>): Promise<string[]> {
  const room = await server.workspace(options.room ?? {});
  try {
    const app = await start(options, room);
    await app.close?.();
    return Object.keys(app.receivers ?? {});
  } finally {
    await room.close();
  }
}

interface Crashes {
  readonly seen: () => readonly string[];
  readonly take: () => void;
  readonly end: () => void;
}

/** What nobody catches would end the app; it must not end the one who looks for it. */
function watchCrashes(): Crashes {
  let seen: string[] = [];
  const note = (error: unknown): void => void seen.push(messageOf(error));
  const names = ['unhandledRejection', 'uncaughtException'] as const;
  const others = names.map((name) => [name, process.listeners(name as 'uncaughtException')] as const);
  for (const name of names) process.removeAllListeners(name).on(name, note);
  return {
    seen: () => seen,
    take: () => (seen = []),
    end: () => {
      for (const [name, listeners] of others) {
        process.off(name, note);
        for (const listener of listeners) process.on(name, listener);
      }
    },
  };
}
