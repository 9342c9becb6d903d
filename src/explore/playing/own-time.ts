import type { Wake } from '../../clock/lockstep/app-timers.js';
import { parseDuration } from '../../clock/duration.js';
import { hostInstant, waited } from '../../clock/real-time.js';
import type { Session } from './stage.js';
import { isCall, type Story } from '../stories/story.js';

/** Real milliseconds for which it is waited for an app that keeps its own time, and may make a call that it owes. */
export const LONGEST_MS = 5000;
/** Where nobody knows its timers, it is looked at so often. */
const LOOK_AGAIN_MS = 250;
/** For so many, and for as long as it was told to wait, what goes off again and again may look whether it is time for a call. */
const LOOKS_MS = 2000;
/** A timer may go off a little late. */
const LATE_MS = 20;
/** Real milliseconds between looks at what a timer may have begun. */
const UNDER_WAY_MS = [20, 80, 300];

/**
 * Waits as long as an app that keeps its own time may still mend what a failed call left undone, and `isFine` says that it
 * has not. Gives true if the app waits for longer than that: what it has not done yet says nothing then.
 */
export async function outlastsPatience(
  { wakes }: Pick<Session<unknown>, 'wakes'>,
  story: Story,
  isFine: () => Promise<boolean>,
): Promise<boolean> {
  const from = hostInstant();
  const turns = new Turns(from);
  const told = toldInAll(story);
  // Whoever is told to wait for longer than it is waited for may look for so long.
  const looks = {
    begin: from + LOOKS_MS + told,
    end: told < LONGEST_MS ? from + LONGEST_MS : Number.POSITIVE_INFINITY,
  };
  for (let hasWaited = false; ; hasWaited = true) {
    const known = await wakes?.(from);
    const now = hostInstant();
    const next = known ? nextOf(turns.left(known, now, looks)) : now + LOOK_AGAIN_MS;
    if (next === undefined) {
      if (hasWaited) await lookAgain(isFine);
      return false;
    }
    if (next > from + LONGEST_MS) return known !== undefined || toldToWait(story) > LONGEST_MS;
    await waited(Math.max(0, next - now) + LATE_MS);
    if (await isFine()) return false;
  }
}

/** A timer that has gone off so often, and was set again for as long each time, is a clock of the app, and no wait for a call. */
const TURNS_OF_A_CLOCK = 3;

/** What goes off again and again may look into an outbox if it begins to wait and goes off before these. */
interface Looks {
  readonly begin: number;
  readonly end: number;
}

/** How often timers of the same length have gone off since then. */
class Turns {
  readonly #counts = new Map<number, number>();
  readonly #from: number;
  #before: readonly Wake[] = [];

  constructor(from: number) {
    this.#from = from;
  }

  /** The timers that may still make a call, of those that there are now. */
  left(known: readonly Wake[], now: number, { begin, end }: Looks): readonly Wake[] {
    for (const { due, after } of this.#before) if (due <= now) this.#counts.set(after, this.#of(after) + 1);
    this.#before = known;
    return known.filter((wake) => !this.#isClock(wake) || (wake.due - wake.after < begin && wake.due <= end));
  }

  /** An interval is one when it has gone off. */
  #isClock({ due, after, repeats }: Wake): boolean {
    return (repeats && due - after >= this.#from) || this.#of(after) >= TURNS_OF_A_CLOCK;
  }

  #of(after: number): number {
    return this.#counts.get(after) ?? 0;
  }
}

/** What it began when its last timer went off may still be under way. */
async function lookAgain(isFine: () => Promise<boolean>): Promise<void> {
  for (const ms of UNDER_WAY_MS) {
    if (await isFine()) return;
    await waited(ms);
  }
  await isFine();
}

/** When the app does something next. */
const nextOf = (wakes: readonly Wake[]): number | undefined =>
  wakes.length === 0 ? undefined : Math.min(...wakes.map(({ due }) => due));

/** How long the calls of a story are told to wait, each as often as it is told, in milliseconds. */
const waitsOf = ({ deviations }: Story): { readonly ms: number; readonly times: number }[] =>
  deviations.filter(isCall).flatMap(({ do: { rate_limit: told }, times = 1 }) => {
    const wait = told?.retry_after;
    if (wait === undefined) return [];
    return { ms: typeof wait === 'number' ? wait * 1000 : (parseDuration(wait) ?? 0) / 1000, times };
  });

const toldToWait = (story: Story): number => Math.max(0, ...waitsOf(story).map(({ ms }) => ms));
const toldInAll = (story: Story): number => waitsOf(story).reduce((sum, { ms, times }) => sum + ms * times, 0);
