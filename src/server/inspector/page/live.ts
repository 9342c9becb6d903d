import type { Agent, SignatureExplanation, VendorFacts, Recording } from '../../../contracts/control/recording.js';
import type { CalendarPlan } from '../../../contracts/control/calendar.js';
import type { ClockState } from '../../../contracts/control/clock.js';
import type { ControlCall, Place } from './model/actions.js';
import type { Call, Webhook } from './model/line.js';
import { Session } from './session.js';
import { Refused, type Server } from './source/server.js';
import { followTimeline, type StreamState } from './source/stream.js';

interface WorkspaceSummary {
  readonly id: string;
  readonly seed: number;
  readonly scenario: string;
}

/** Real milliseconds until a look at the clock and the calendars after a line, and between two looks at the clock without one. */
const LOOK_MS = 400;
const IDLE_LOOK_MS = 1000;
const JOBS_SHOWN = 12;
const NAMES = 100;

/** What the doctor may be asked. */
export interface Question {
  readonly attempt?: number;
  readonly secret?: string;
  readonly signature?: string;
}

/** A session that follows a server, and may act on it. */
export class Live {
  session: Session;
  state: StreamState = 'connecting';
  /** Why nothing comes. */
  trouble: string | undefined;
  wantsToken = false;
  clock: ClockState | undefined;
  workspaces: readonly WorkspaceSummary[] = [];
  /** The last actions, the newest first. */
  done: readonly { readonly call: ControlCall; readonly outcome: string; readonly failed: boolean }[] = [];
  readonly #listeners = new Set<() => void>();
  #stop: () => void = () => undefined;
  #look: number | undefined;
  /** When that is due, in milliseconds of the page. */
  #lookAt = Number.POSITIVE_INFINITY;
  #isLooking = false;
  /** Something may stand in calendars that was not asked for. */
  #isCalendarOld = false;
  /** So many lanes are named, or were asked for. */
  #named = 0;
  #isAsking = false;
  /** What stood in calendars when it was last asked for. */
  #calendar = '';

  constructor(readonly server: Server) {
    this.session = this.#newSession();
    this.#begin();
    document.addEventListener('visibilitychange', () => this.#lookSoon(0));
  }

  /** Where actions go. */
  get place(): Place {
    return { origin: location.origin, workspace: this.server.workspace, isGuarded: this.server.hasToken };
  }

  /** Has the browser keep the file of this workspace. A link would not carry the token. */
  async save(): Promise<void> {
    try {
      const blob = await (await this.server.fetch('/timeline.html')).blob();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = 'timeline.html';
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
      this.#changed();
    }
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  enter(token: string): void {
    this.server.keepToken(token);
    this.wantsToken = false;
    this.#begin();
  }

  /** Looks at another workspace of the server. */
  goTo(workspace: string): void {
    this.server.workspace = workspace;
    const url = new URL(location.href);
    url.searchParams.set('workspace', workspace);
    history.replaceState(null, '', url);
    this.session = this.#newSession();
    this.#begin();
  }

  /** Calls the control plane, and keeps what was done to be copied. */
  async act(call: ControlCall): Promise<boolean> {
    let [outcome, failed] = ['Done.', false];
    try {
      const answer = await this.server.send<object>(call.method, call.path, call.body);
      outcome = outcomeOf(answer);
    } catch (error) {
      [outcome, failed] = [error instanceof Error ? error.message : String(error), true];
    }
    this.done = [{ call, outcome, failed }, ...this.done].slice(0, 20);
    this.#changed();
    this.#hear(0);
    return !failed;
  }

  explain(id: string, question: Question): Promise<SignatureExplanation | undefined> {
    return this.server.send('POST', `/deliveries/${encodeURIComponent(id)}/signature`, question);
  }

  recording(workspace = this.server.workspace): Promise<Recording> {
    return this.server.get('/recording', workspace);
  }

  /** Asks what the agents are called that have come, so many at a time; a search may name them before they are in sight. */
  async #askNames(session: Session): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (session === this.session && this.#named < session.timeline.lanes.length) {
        const lanes = session.timeline.lanes.slice(this.#named, this.#named + NAMES);
        this.#named += lanes.length;
        const ids = lanes.flatMap(({ id }) => id ?? []);
        if (ids.length === 0) continue;
        const query = encodeURIComponent(ids.join(','));
        session.know((await this.server.get<{ agents: Agent[] }>(`/agents?ids=${query}`)).agents);
      }
    } catch {
      // Lanes are labelled with ids then.
    } finally {
      this.#isAsking = false;
    }
  }

  /** Asks what stands in calendars by now. */
  async #askCalendar(session: Session): Promise<void> {
    try {
      const plan = await this.server.get<CalendarPlan>('/calendar');
      const text = JSON.stringify(plan);
      if (session !== this.session || text === this.#calendar) return;
      this.#calendar = text;
      session.plan(plan);
    } catch {
      // There are no lanes of calendars then.
    }
  }

  #newSession(): Session {
    const session = new Session(this.server.workspace, {
      call: (id) => this.server.get<Call>(`/requests/${encodeURIComponent(id)}`),
      webhook: (id) => this.server.get<Webhook>(`/deliveries/${encodeURIComponent(id)}`),
      made: () => this.server.get<Recording['made']>('/making'),
    });
    session.follows = true;
    return session;
  }

  #begin(): void {
    this.#stop();
    const { session } = this;
    session.clear();
    this.#named = 0;
    this.#calendar = '';
    this.#stop = followTimeline(this.server, {
      lines: (lines) => {
        session.append(lines);
        void this.#askNames(session);
        this.#hear(LOOK_MS);
      },
      renewed: () => {
        this.#named = 0;
        this.#calendar = '';
        session.clear();
        this.#hear(LOOK_MS);
      },
      state: (state, why) => this.#turn(state, why),
    });
  }

  #turn(state: StreamState, why?: Refused): void {
    this.state = state;
    this.wantsToken = why?.status === 401;
    this.trouble = why && why.status !== 401 ? why.message : undefined;
    if (state === 'live') {
      void this.#readFacts(this.session);
      // What stands in calendars is asked once there are lines: the lanes are in one order then, whichever answer is the first.
      this.#lookSoon(0);
    }
    this.#changed();
  }

  async #readFacts(session: Session): Promise<void> {
    try {
      session.vendors = (await this.server.get<{ vendors: VendorFacts[] }>('/vendors')).vendors;
      session.changed();
    } catch {
      // The stream says what is wrong.
    }
  }

  /** Something has happened. */
  #hear(milliseconds: number): void {
    this.#isCalendarOld = true;
    this.#lookSoon(milliseconds);
  }

  /** Others move time, or change its mode, without a line that tells of it: looks go on while somebody sees the page. */
  #lookSoon(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (at >= this.#lookAt) return;
    window.clearTimeout(this.#look);
    this.#lookAt = at;
    this.#look = window.setTimeout(() => {
      this.#lookAt = Number.POSITIVE_INFINITY;
      if (this.#isLooking) return this.#lookSoon(LOOK_MS);
      this.#isLooking = true;
      void this.#lookAtClock().finally(() => {
        this.#isLooking = false;
        if (this.state === 'live' && !document.hidden) this.#lookSoon(IDLE_LOOK_MS);
      });
    }, milliseconds);
  }

  async #lookAtClock(): Promise<void> {
    if (this.#isCalendarOld) void this.#askCalendar(this.session);
    this.#isCalendarOld = false;
    try {
      this.clock = await this.server.get<ClockState>(`/clock?limit=${JOBS_SHOWN}`);
      const { workspaces } = await this.server.get<{ workspaces: WorkspaceSummary[] }>('/workspaces');
      // They come with their credentials, for which this page has no use.
      this.workspaces = workspaces.map(({ id, seed, scenario }) => ({ id, seed, scenario }));
      this.#changed();
    } catch {
      // The stream says what is wrong.
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function outcomeOf(answer: object | undefined): string {
  if (!answer) return 'Done.';
  if ('ran_total' in answer && 'to' in answer) {
    const { ran_total: ran, to } = answer as { readonly ran_total: number; readonly to: string };
    return `${ran === 1 ? '1 step' : `${ran} steps`} ran; it is ${to} now.`;
  }
  return 'id' in answer ? `Done: ${String(answer.id)}.` : 'Done.';
}
