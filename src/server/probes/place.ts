import type { AppTimers } from '../../clock/lockstep/app-timers.js';
import { formatInstant, type Micros } from '../../clock/instant.js';
import type { Witness } from '../../clock/rest/witness.js';
import type { World } from '../engine/world.js';

/** Where an app lives: the world that it is with, or a listener that takes messages to it. */
export interface AppPlace {
  readonly now: () => Micros;
  readonly attach: (timers: AppTimers | undefined) => void;
  readonly timersChanged: () => void;
  /** A process has begun that says when it is at rest: its witness is to be asked from now on. */
  readonly began: (witness: Witness) => void;
  /** A process says that it ends; or it is gone. */
  readonly ended?: (isGone: boolean) => void;
  /** A process has given the app something to do at this instant of the host. */
  readonly works?: (at: number) => void;
  /** A process may read what is asked for while it is waited for. */
  readonly reading?: () => void;
  /** True if time waits until the app is at rest after a message, whatever the question was that it has not answered. */
  readonly isAwaited?: () => boolean;
  /** The state of a process is another. */
  readonly changed?: () => void;
  /** A process waits for nothing but its timers, the next of the app is due then, and they have not moved for a while. False if it is to be told again. */
  readonly stands?: (due: Micros) => boolean;
  /** Hears sentences for people. */
  readonly tell: (text: string) => void;
}

/** The world that an app is with, whichever it is. */
export const inWorld = (world: () => World): AppPlace => ({
  now: () => world().now(),
  attach: (timers) => world().clock.attach(timers),
  timersChanged: () => world().clock.timersChanged(),
  began(witness) {
    const { clock } = world();
    clock.activity.hearing.witness = witness;
    clock.activity.appBegan();
    // Before anybody moves time: what begins later has another reason.
    clock.settled().catch(() => undefined);
  },
  ended: (isGone) => world().clock.activity.hearing.noteEnd(isGone),
  works(at) {
    const { clock } = world();
    clock.activity.appBegan(at);
    clock.settled().catch(() => undefined);
  },
  reading: () => world().clock.readers.receivers.look(),
  isAwaited: () => world().clock.activity.hearing.isAwaited,
  stands(due) {
    const { clock, warn } = world();
    if (clock.mode !== 'frozen' || clock.advancing || clock.activity.holds.length > 0) return false;
    // No line of the timeline: how long people take is not to be seen in it.
    warn(
      `The clock is frozen at ${formatInstant(clock.now())} and nobody advances it, and a process of the app waits for nothing but its timers: the next is due at ` +
        `${formatInstant(due)}. POST /_greenroom/clock/advance {"next":true} runs it, and with --clock auto time moves by itself`,
    );
    return true;
  },
  tell(text) {
    world().remark('probe', null, text);
    world().warn(text);
  },
});
