import type { Greenroom } from '../../client/greenroom.js';
import { after, monotonic, pause, turn } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';

const TURNS = 20;
/** Virtual seconds for which an app may wait before it answers its user. */
const LONGEST_S = 600;

/** Real milliseconds for which an app with a time of its own may. */
const LONGEST_REAL_MS = 20_000;

/** Whom to wait for, and whether the room moves the time of it. */
interface Waiting {
  readonly room: Greenroom;
  readonly led: boolean;
}

/** The same for a state: it is read in each execution, and says what is there. */
export const STATE_MS = 10_000;

/**
 * Awaits what the app does, which may wait for time that only the room can move. Throws TIMEOUT, with what it waited for as
 * `late`.
 */
export async function inTime<T>(
  { room, led }: Waiting,
  what: string,
  work: Promise<T>,
  longestMs = LONGEST_REAL_MS,
): Promise<T> {
  if (!led) return before(longestMs, work, () => tooLong(what, `${longestMs / 1000} s`));
  const state = { settled: false };
  const done = work.finally(() => (state.settled = true));
  done.catch(() => undefined);
  for (let [passed, step] = [0, 1]; passed < LONGEST_S; passed += step, step = Math.min(step * 2, 30)) {
    for (let i = 0; i < TURNS && !state.settled; i++) await (i < TURNS - 3 ? turn() : pause());
    if (state.settled) return done;
    await room.clock.advance({ by: `${step}s` });
  }
  throw tooLong(what, `${LONGEST_S} s of virtual time`);
}

const tooLong = (what: string, time: string): GreenroomError =>
  new GreenroomError(
    'TIMEOUT',
    `Failed to wait for ${what}: it had not answered after ${time}. Have it answer, or throw.`,
    { late: `${what} had not answered after ${time}` },
  );

/** What had not answered in time, if that is what was thrown. */
export function lateIn(error: unknown): string | undefined {
  const late = error instanceof GreenroomError ? error.details['late'] : undefined;
  return typeof late === 'string' ? late : undefined;
}

/** What is waited for, with the place that is called where it has one. */
export const named = (what: string, door: unknown): string => {
  const said: unknown = typeof door === 'function' ? Reflect.get(door, 'said') : undefined;
  return typeof said === 'string' ? `${what} (${said})` : what;
};

/** The work, or an error when it takes longer than so many real milliseconds. */
function before<T>(milliseconds: number, work: Promise<T>, error: () => GreenroomError): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = after(milliseconds, () => reject(error()));
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => cancel());
}

/** Real time after which an app that is still at work will not come to rest. */
const LONGEST_MS = 30_000;

/**
 * Plays one execution. Throws TIMEOUT for an app that does not come to rest; `unanswered` gives the webhooks that it has not
 * answered in time.
 */
export async function toRest<T>(playing: Promise<T>, unanswered: () => Promise<readonly string[]>): Promise<T> {
  const error = new GreenroomError('TIMEOUT', '');
  try {
    return await before(LONGEST_MS, playing, () => error);
  } catch (thrown) {
    throw thrown === error ? restless(await unanswered().catch(() => [])) : thrown;
  }
}

function restless([first, ...more]: readonly string[]): GreenroomError {
  const rest = more.length === 0 ? '' : ` and ${more.length} more`;
  return new GreenroomError(
    'TIMEOUT',
    first === undefined
      ? `Failed to bring the app to rest: after ${LONGEST_MS / 1000} s of one execution it was still at work. Have it wait before it calls again: the clock moves on when the app rests.`
      : `Failed to bring the app to rest: after ${LONGEST_MS / 1000} s of one execution it was still at work, and it had not answered ${first}${rest} in time. Have it answer each webhook at once, and do the work after that.`,
  );
}

/** Real milliseconds in which what is being played, or must be once more, may end after a search was called off. */
const LAST_MS = 5000;

/** Why a search that was called off is not complete. */
export const CALLED_OFF = 'It was interrupted.';

/** How long a search goes on at the most; endlessly if nothing is said. */
export interface Until {
  /** Real time. */
  readonly seconds?: number;
  /** Calls it off. */
  readonly signal?: AbortSignal | undefined;
}

/** The end of a search: nothing new is begun then. */
export class Deadline {
  readonly #at: number;
  readonly #signal: AbortSignal | undefined;
  #offSince: number | undefined;

  constructor({ seconds = Number.POSITIVE_INFINITY, signal }: Until) {
    this.#at = monotonic() + seconds * 1000;
    this.#signal = signal;
  }

  get isUp(): boolean {
    return this.isOff || monotonic() >= this.#at;
  }

  get isOff(): boolean {
    return this.#signal?.aborted ?? false;
  }

  /** Does work, to its end if the search is not called off, and else as long as there is time. Throws TIMEOUT. */
  async whileOn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#leftMs() <= 0) throw calledOff();
    let cancel = (): void => undefined;
    let cut = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      cut = () => void (cancel = after(this.#leftMs(), () => reject(calledOff())));
    });
    if (this.isOff) cut();
    else this.#signal?.addEventListener('abort', cut);
    const done = work();
    done.catch(() => undefined);
    try {
      return await Promise.race([done, late]);
    } finally {
      cancel();
      this.#signal?.removeEventListener('abort', cut);
    }
  }

  #leftMs(): number {
    if (!this.isOff) return LAST_MS;
    this.#offSince ??= monotonic();
    return this.#offSince + LAST_MS - monotonic();
  }
}

const calledOff = (): GreenroomError => new GreenroomError('TIMEOUT', CALLED_OFF);
