import { spawn, type ChildProcess } from 'node:child_process';
import { after, waited } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import { whyNotRun } from '../exec/run-command.js';
import type { LivingApp } from '../../explore/playing/living-stage.js';
import type { Crash } from '../../explore/playing/stage.js';
import { errorIn } from '../../explore/report/printed.js';
import type { Printout } from './printout.js';

export interface AppCommand {
  readonly command: readonly string[];
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Hears what it prints. */
  readonly printout: Printout;
  /** Ends the wait for an app that does not answer yet. */
  readonly signal?: AbortSignal | undefined;
  /** Hears that the app is about to be stopped. */
  readonly onStop: () => void;
  /** A process of the app has said nothing for a while. */
  readonly isSilent: () => boolean;
}

export type StartedApp = Omit<LivingApp, 'env'>;

const READY_MS = 30_000;
const LOOK_AGAIN_MS = 25;
const SHOWN_AT_START = 40;
/** What has closed its sockets needs a moment to end. */
const ENDING_MS = 1000;

/** Starts the app, and waits until its endpoint answers. Throws USAGE with what it printed, if it does not. */
export async function startApp(app: AppCommand): Promise<StartedApp> {
  const { command, url, env, cwd, printout, signal, onStop, isSilent } = app;
  const [program, ...args] = command;
  if (await answers(url, AbortSignal.timeout(LONGEST_SILENCE_MS)))
    throw new GreenroomError(
      'USAGE',
      `Failed to start the app: expected nobody at ${url} yet, but somebody answers there. End that program; or leave out what stands after -- to have it explored.`,
    );
  const child = spawn(program!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: process.platform !== 'win32',
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { mark } = printout;
  printout.hear(child.stdout, child.stderr);
  const state: State = {};
  child.once('error', (error) => (state.notRun = state.ended = whyNotRun(program!, error)));
  const closed = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      state.ended ??= `the process ended with ${signal ?? code}`;
      resolve();
    });
  });
  const killed = (): void => killGroup(child, 'SIGKILL');
  process.once('exit', killed);
  let endWatch = (): void => undefined;
  const stop = async (): Promise<void> => {
    endWatch();
    onStop();
    await end(child, state);
    process.off('exit', killed);
  };
  const reason = await whyNotReady(url, state, signal);
  if (reason !== undefined) {
    await stop();
    if (signal?.aborted) throw new GreenroomError('TIMEOUT', 'It was interrupted.');
    if (state.notRun !== undefined)
      throw new GreenroomError(
        'USAGE',
        `Failed to start the app: ${state.notRun}. After -- stands what starts it, such as: -- node app.js`,
      );
    throw new GreenroomError('USAGE', [
      `Failed to start the app: expected ${url} to answer, but ${reason}. It was run as: ${command.join(' ')}`,
      ...printout.since(mark).slice(-SHOWN_AT_START),
    ]);
  }
  const endHeldUp = (): void => {
    state.isHang = true;
    state.ended = `no answer within ${LONGEST_SILENCE_MS / 1000} s, after which the process was ended`;
    killed();
  };
  if (!isDebugged(command)) endWatch = watchSilence(() => isSilent() && state.ended === undefined, url, endHeldUp);
  return {
    url,
    endedSoon: () => Promise.race([closed, waited(ENDING_MS)]),
    ended: () => crashOf(state, printout.since(mark)),
    close: stop,
  };
}

/** Waits until the endpoint of a process answers, and gives why it does not. */
async function whyNotReady(url: string, state: State, signal: AbortSignal | undefined): Promise<string | undefined> {
  // Not AbortSignal.any: in Node 20 a timeout that is one of several is collected as garbage, and never comes.
  const limit = new AbortController();
  const giveUp = (): void => limit.abort();
  const cancel = after(READY_MS, giveUp);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  try {
    for (let wasOver = false; !(await answers(url, limit.signal)); wasOver = limit.signal.aborted) {
      if (state.ended !== undefined) return state.ended;
      if (limit.signal.aborted) return wasOver ? noAnswerAt(url) : NO_ANSWER_TO_HEAD;
      await waited(LOOK_AGAIN_MS);
    }
    return undefined;
  } finally {
    cancel();
    signal?.removeEventListener('abort', giveUp);
  }
}

const noAnswerAt = (url: string): string =>
  `nobody does after ${READY_MS / 1000} s: have the app listen on the port in PORT, which is ${new URL(url).port}`;
const NO_ANSWER_TO_HEAD = `it has not answered a HEAD request there after ${READY_MS / 1000} s: have the app answer that at once, whatever the status`;

interface State {
  /** Why the process is no more. */
  ended?: string;
  /** Why there never was one. */
  notRun?: string;
  isHang?: true;
}

function crashOf({ ended, isHang }: State, printed: readonly string[]): Crash | undefined {
  if (ended === undefined) return undefined;
  if (isHang) return { message: ended, isHang };
  const said = errorIn(printed.slice(-OF_A_CRASH));
  return said === undefined ? { message: ended, isSilent: true } : { message: `${ended}: ${said}` };
}

/** An error is the last that a process prints, with the frames of its stack. */
const OF_A_CRASH = 60;

/** Who stands at a breakpoint is silent, too. */
const isDebugged = (command: readonly string[]): boolean =>
  [...command, process.env['NODE_OPTIONS'] ?? ''].some((word) => word.includes('--inspect'));

const LOOK_MS = 500;
const LONGEST_SILENCE_MS = 5000;

/** Looks now and then whether an app that has fallen silent still answers; calls back once if it does not. Gives the end of it. */
function watchSilence(isSilent: () => boolean, url: string, onHang: () => void): () => void {
  let cancel = (): void => undefined;
  let isOver = false;
  const lookAgain = (): void => void (cancel = after(LOOK_MS, look));
  const look = (): void => {
    if (!isSilent()) return lookAgain();
    answers(url, AbortSignal.timeout(LONGEST_SILENCE_MS)).then(
      (isThere) => {
        if (isOver) return;
        if (isThere || !isSilent()) lookAgain();
        else onHang();
      },
      () => undefined,
    );
  };
  lookAgain();
  return () => {
    isOver = true;
    cancel();
  };
}

/** An app that runs already, and goes on running. */
export async function runningApp(url: string): Promise<StartedApp> {
  if (!(await answers(url, AbortSignal.timeout(READY_MS))))
    throw new GreenroomError(
      'USAGE',
      `Failed to reach the app: expected ${url} to answer, but nobody does. Start it first, or say how after --: greenroom explore ${url} -- node app.js`,
    );
  return { url, ended: () => undefined, endedSoon: async () => undefined, close: async () => undefined };
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await (await fetch(url, { method: 'HEAD', signal })).body?.cancel();
    return true;
  } catch {
    return false;
  }
}

const GRACE_MS = 2000;

async function end(child: ChildProcess, state: { readonly ended?: string }): Promise<void> {
  if (state.ended !== undefined || child.exitCode !== null || child.pid === undefined) return;
  const over = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const cancel = after(GRACE_MS, () => killGroup(child, 'SIGKILL'));
  killGroup(child, 'SIGTERM');
  await over;
  cancel();
}

/** The app with all that it started. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
