import type { Micros } from '../../clock/instant.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { RecordedLife } from './life.js';
import type { Acts, Meeting } from '../options.js';
import type { Outcome } from './outcome.js';

/** How executions of one app are played. */
export interface Play<A> {
  readonly profile: VendorProfile;
  readonly acts: Acts<A> | undefined;
  /** Users have each meeting in their calendar before the app hears of it. */
  readonly inCalendar: boolean;
  readonly state: ((app: A, id: string, meeting: Meeting) => unknown) | undefined;
  readonly always: Readonly<Record<string, (state: never) => boolean>>;
  readonly sometimes: Readonly<Record<string, (state: never) => boolean>>;
  /** Hears of each state which of `sometimes` held. */
  readonly held: (name: string) => void;
}

export interface Watching {
  /** Looks at the state after each webhook. */
  readonly sample?: boolean;
  /** False sends the app on to live another day before it is judged. */
  readonly isFine?: ((outcome: Outcome) => boolean) | undefined;
  /** Whoever judges in earnest waits for an app whose time cannot be led. */
  readonly patient?: boolean;
  /** From so long after the meeting's time on, it goes from one step of the vendor to the next, and ends with the last. */
  readonly exactFrom?: Micros | undefined;
  /** The app has lived through no other execution, where that can be had. */
  readonly anew?: boolean | undefined;
  /** The agents and the URLs of the meetings of earlier executions. */
  readonly strangers?: ReadonlySet<string>;
  /** Hears at the end of all that happened. */
  readonly keep?: ((life: RecordedLife) => void) | undefined;
}
