import { constants } from 'node:os';
import { monotonic } from '../../clock/real-time.js';
import { GreenroomError, messageOf } from '../../errors.js';
import { warn } from './say.js';

/** What ends a command: Ctrl-C, whoever supervises it, and the terminal or the CI server that goes away. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves at the first signal; a second one ends the process at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const name of ENDING) process.off(name, stop);
      resolve();
    };
    for (const name of ENDING) process.on(name, stop);
  });
}

/** One Ctrl-C may come twice: from the terminal, and from npm. */
export const SAME_PRESS_MS = 200;

/**
 * Does work that has something to put in order before it may end, and is told by its signal to come to its end. Gives the
 * code of the signal then, as a shell does. A second signal ends the process at once, with what its `exit` puts in order.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const off = new AbortController();
  let [code, since]: [number | undefined, number] = [undefined, 0];
  const hear = (name: NodeJS.Signals): void => {
    if (code !== undefined && monotonic() - since > SAME_PRESS_MS) process.exit(code);
    if (code !== undefined) return;
    [code, since] = [128 + constants.signals[name], monotonic()];
    off.abort();
  };
  for (const name of ENDING) process.on(name, hear);
  try {
    const ended = await work(off.signal);
    return code ?? ended;
  } catch (error) {
    if (code === undefined) throw error;
    warn(messageOf(error));
    return code;
  } finally {
    for (const name of ENDING) process.off(name, hear);
  }
}

/** What work gives, unless it is called off. Throws TIMEOUT. */
export async function unlessOff<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const off = new Promise<never>((_, reject) => {
    stop = () => reject(new GreenroomError('TIMEOUT', 'It was interrupted.'));
  });
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  work.catch(() => undefined);
  return Promise.race([work, off]).finally(() => signal.removeEventListener('abort', stop));
}
