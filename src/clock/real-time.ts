/**
 * The host's time, the only place that reads it. The originals are taken when this module is first imported, so that a
 * test which fakes the globals later does not stop greenroom's own waiting.
 */
import { GreenroomError } from '../errors.js';

const { clearInterval, clearTimeout, performance, setImmediate, setInterval, setTimeout, Date: RealDate } = globalThis;

/** The functions that fake timers replace, as they were. */
export const realTimers = { setTimeout, setInterval, clearTimeout, clearInterval } as const;

/** In the environment of an app whose time is led: the file that says what time it is. */
export const TIME_VARIABLE = 'GREENROOM_TIME';

/** Refuses to start on globals that a fake clock has already replaced (fake-timers marks its own functions). */
export function assertRealTimers(): void {
  if (!('clock' in setTimeout)) return;
  const why = process.env[TIME_VARIABLE]
    ? 'exec --lockstep leads those of this process. Leave out --lockstep, for a room of a test has { lockstep: true }, or connect to the greenroom of GREENROOM_URL.'
    : 'setTimeout was already faked when greenroom was imported. Import greenroom before the fake timers are installed.';
  throw new GreenroomError('FAKED_TIMERS', `Failed to start greenroom: it needs the real timers, but ${why}`);
}

/** Real milliseconds on a clock that never jumps. Only differences mean anything. */
export const monotonic = (): number => performance.now();

/** Milliseconds on the clock that all processes of this machine share, and that never jumps. */
export function hostInstant(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** The host's wall clock, in microseconds since the epoch. Only a live world starts from it. */
export const wallClock = (): number => RealDate.now() * 1000;

/** Calls back once after the given real milliseconds; the returned function cancels. Never keeps the process alive. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.min(milliseconds, 2 ** 31 - 1));
  timer.unref();
  return () => clearTimeout(timer);
}

const SLEPT_MS = 1000;

/** {@link after}, in time that this machine was awake: a timer that went off far too late is set again. */
export function afterAwake(milliseconds: number, callback: () => void): () => void {
  const started = monotonic();
  let cancel = after(milliseconds, () => {
    const slept = monotonic() - started > milliseconds + SLEPT_MS;
    if (slept) cancel = afterAwake(milliseconds, callback);
    else callback();
  });
  return () => cancel();
}

/** Resolves after the given real milliseconds. */
export const delayed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void after(milliseconds, resolve));

/** The same, and keeps the process alive until then. */
export const waited = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** Keeps the process alive until the returned function is called. */
export function keptAlive(): () => void {
  const timer = setInterval(() => undefined, 2 ** 31 - 1);
  return () => clearInterval(timer);
}

/** Whether work is over within the given real milliseconds. */
export function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const done = work.then(() => true);
  if (milliseconds === Number.POSITIVE_INFINITY) return done;
  return new Promise((resolve, reject) => {
    const cancel = after(milliseconds, () => resolve(false));
    done.finally(cancel).then(resolve, reject);
  });
}

/** A turn of the event loop: sockets are served, then the promise resolves. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A real millisecond. */
export const pause = (): Promise<void> =>
  new Promise((resolve) => {
    after(1, resolve);
  });

/** Runs the callback once the present turn of the event loop is over. */
export const nextTurn = (callback: () => void): void => void setImmediate(callback);
