import { formatInstant } from '../../clock/instant.js';
import { delayed, monotonic } from '../../clock/real-time.js';
import type { Testimony, Witness } from '../../clock/rest/witness.js';
import type { ProbeState } from '../../contracts/control/clock.js';
import type { ListenReport } from '../../contracts/control/relay.js';
import { GreenroomError } from '../../errors.js';
import type { Carrier } from '../engine/deliveries/transport.js';
import type { World } from '../engine/world.js';
import { inWorld } from '../probes/place.js';
import type { Outlet } from '../streams.js';
import type { Lease } from '../shared/lease.js';
import { RESUME_MS, Session } from './session.js';

type Rest = NonNullable<ListenReport['rest']>;

/** What an app has sent before it was at rest comes by another connection, and may be so much later than the listener's word. */
const ON_ITS_WAY_MS = 5;

const NOBODY = 'no listener is connected (greenroom listen takes them to your machine)';
const REPLACED = 'another listener of the workspace has taken its place';
const GONE = 'the listener has ended';
const ENDED = 'the workspace has come to its end';
const RETIRED = 'the token of the listener was replaced';
const STOPPED = 'the service has stopped';

/**
 * The way to an app that cannot be reached from here: a listener beside it holds a line, takes messages from that, and says
 * what came of each, and when the app is at rest. It outlives the worlds.
 */
export class Relay implements Carrier, Witness {
  readonly slackMs = RESUME_MS;
  readonly leads = false;
  readonly #workspace: string;
  readonly #world: () => World;
  #session: Session | undefined;
  /** Has the token of the listener not end its line any more. */
  #letGo: (() => void) | undefined;
  /** How many processes of the app have begun to say when they are at rest. */
  #begun = 0;
  #rest: Rest | undefined;
  /** When that came. */
  #restAt = 0;
  #probes: readonly ProbeState[] = [];
  #waiting: (() => void)[] = [];

  constructor(workspace: string, world: () => World) {
    this.#workspace = workspace;
    this.#world = world;
  }

  /** True while somebody listens, or is waited for because the line was cut. */
  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /** The processes of the app beside the listener. */
  get probes(): readonly ProbeState[] {
    return this.#probes;
  }

  /** The app goes on in another world. */
  enter({ clock }: World): void {
    if (this.#begun > 0) clock.activity.hearing.witness = this;
  }

  /**
   * A listener opens a line; `last` is the number of the last message that it has got, and it is heard for as long as its
   * token is good. Returns what to do when the line ends.
   */
  open(id: string, last: number, outlet: Outlet, lease?: Lease): () => void {
    const known = this.#session?.id === id ? this.#session : undefined;
    if (known) return known.open(outlet, last, true);
    if (this.#session) {
      this.#end(REPLACED);
      this.#world().remark('listener', null, 'Another listener has connected: it alone gets the webhooks from now on');
    }
    const session = new Session(id, this.#workspace, last, () => {
      if (this.#session === session) this.#end(`the listener was away for ${RESUME_MS / 1000} s`);
    });
    this.#session = session;
    this.#letGo = lease?.onEnd(() => this.#end(RETIRED));
    return session.open(outlet, last, false);
  }

  /** What a listener says. Throws CONFLICT if it is not the one that counts. */
  hear({ session: id, number, answers = [], begun, rest, probes, notes = [], bye }: ListenReport): void {
    const session = this.#session;
    if (session?.id !== id)
      throw new GreenroomError('CONFLICT', `Failed to take the report of a listener: ${REPLACED}.`);
    for (const text of notes) this.#world().remark('probe', null, text);
    if (probes && session.isNewest(number)) this.#showProbes(probes);
    for (const { n, answer } of answers) session.answer(n, answer);
    if (rest && isLater(rest, this.#rest)) [this.#rest, this.#restAt] = [rest, monotonic()];
    if (begun !== undefined && begun > this.#begun) this.#begin(begun);
    if (bye) this.#end(GONE);
    this.#wake();
  }

  carry(...[url, message, guardMs, finish]: Parameters<Carrier['carry']>): () => void {
    if (this.#session) return this.#session.carry(url, message, guardMs, finish);
    finish({ outcome: 'captured', error: NOBODY });
    return () => undefined;
  }

  /** Ends the line for good. */
  close(): void {
    this.#end(ENDED);
  }

  /** Ends the line, and lets the listener look for the workspace again: it may live on in another process. */
  leave(): void {
    this.#end(STOPPED, false);
  }

  async rest(): Promise<Testimony> {
    for (;;) {
      const testimony = this.#testimony;
      const left = this.#restAt + ON_ITS_WAY_MS - monotonic();
      if (testimony === 'none' || (testimony && left <= 0)) return testimony;
      if (testimony) await delayed(left);
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** What is known of the app after the last message; `undefined` as long as the listener has not said it. */
  get #testimony(): Testimony | undefined {
    if (!this.#session || this.#begun === 0) return 'none';
    const { n, begun, testimony } = this.#rest ?? { n: -1, begun: 0, testimony: 'none' };
    return n >= this.#session.count && begun >= this.#begun ? testimony : undefined;
  }

  /** Nobody there says over which connections it reads. */
  isReader(): boolean {
    return false;
  }

  /** The listener tells of messages alone. */
  followed(): Promise<void> {
    return Promise.resolve();
  }

  waits(): Promise<void> {
    return Promise.resolve();
  }

  sync(): undefined {
    return undefined;
  }

  /** Processes of the app have begun: they are at work until the listener says that they rest. */
  #begin(begun: number): void {
    this.#begun = begun;
    inWorld(this.#world).began(this);
  }

  #showProbes(probes: NonNullable<ListenReport['probes']>): void {
    const now = formatInstant(this.#world().now());
    this.#probes = probes.map(({ pid, state }) => {
      const known = this.#probes.find((probe) => probe.pid === pid);
      return known?.state === state ? known : { pid, state, since: now };
    });
  }

  #end(why: string, isTold = true): void {
    const session = this.#session;
    this.#session = undefined;
    this.#letGo?.();
    [this.#begun, this.#rest, this.#probes] = [0, undefined, []];
    this.#world().clock.activity.hearing.forget(this);
    session?.end(why, isTold);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

const isLater = (rest: Rest, than: Rest | undefined): boolean =>
  than === undefined || rest.n > than.n || rest.begun > than.begun;
