import type { Greenroom } from '../../client/greenroom.js';
import type { RecordedRequest } from '../../client/requests.js';
import type { VendorName } from '../../client/vendors.js';
import type { Delivery } from '../../client/deliveries.js';
import { formatInstant, parseInstant, type Micros } from '../../clock/instant.js';
import { waited } from '../../clock/real-time.js';
import { GreenroomError, messageOf } from '../../errors.js';
import type { Name } from '../../mask.js';
import { byUser, HEARING, untilAsked } from './by-user.js';
import { CalendarSide } from './calendar-side.js';
import { lastOf } from './cursor.js';
import { errorOfTry, idIn, isDoneSince, toldOf } from './told-user.js';
import { askForAgent, later } from './meetings.js';
import { answerOf, isAbout, isNamedIn, withPlainBody, type Agents } from './observe.js';
import type { Acts, Meeting } from '../options.js';
import type { Denied, Disowned, Sample } from './outcome.js';
import { Owed } from './owed.js';
import { inTime, lateIn, named, STATE_MS } from './patience.js';
import { ruleOf } from '../stories/rules.js';
import type { Session } from './stage.js';
import { takeStep } from './steps.js';
import { Mask, plain } from './state.js';
import { isDelivery, signedDuration, type InstantDeviation, type Story, type UserDeviation } from '../stories/story.js';
import type { Play, Watching } from './watching.js';

const LONGEST: Micros = 3 * 86_400_000_000;
const MOST_ROUNDS = 2000;
/** Real milliseconds for which an app that keeps its own time may be at work on a message that it has answered. */
const AT_WORK_MS = 20;

/** One execution while it is played. */
export class Execution<A> {
  readonly session: Session<A>;
  readonly room: Greenroom;
  readonly play: Play<A>;
  readonly story: Story;
  readonly meetings: Meeting[] = [];
  readonly ids: (string | undefined)[] = [];
  /** The rule of each deviation that is one. */
  readonly rules = new Map<number, string>();
  readonly samples: Sample[] = [];
  readonly calendar: CalendarSide;
  /** Acts of users that had nothing to act on. */
  readonly idle = new Set<UserDeviation>();
  /** The number of the last call before the first meeting. */
  beganAfter = 0;
  readonly always = new Set<string>();
  refused: string | undefined;
  /** The meetings of which the app told its user that they failed, though it had asked for an agent. */
  readonly disowned: Disowned[] = [];
  /** What else it told its user that it had failed, at the second try too, though the vendor had done it. */
  readonly denied: Denied[] = [];
  /** Why the state could not be read. */
  unread: string | undefined;
  /** It was asked, and nobody answered: it is not asked again. */
  unanswered = false;
  agents: Agents = [];
  /** The app, which keeps its own time, has asked for no agent yet, and may. */
  leftWaiting = false;
  /** The app has called about meetings of earlier executions. */
  carriesOver = false;
  readonly #strangers: ReadonlySet<string>;
  readonly #owed = new Owed(this);
  readonly struck = new Set<string>();
  mask = new Mask([], '');

  /** `strangers` are the agents and the URLs of the meetings of earlier executions. */
  constructor(session: Session<A>, play: Play<A>, story: Story, strangers: ReadonlySet<string>) {
    this.session = session;
    this.room = session.room;
    this.play = play;
    this.story = story;
    this.#strangers = strangers;
    this.calendar = new CalendarSide(session.room, story.provider);
  }

  /** Keeps in mind what the app has asked for before there was a meeting: that is not done for one. */
  async begin(): Promise<void> {
    this.beganAfter = (await lastOf(this.room)).requests;
  }

  async addRules(meeting?: number): Promise<void> {
    const { deviations, provider } = this.story;
    for (const [i, deviation] of deviations.entries()) {
      const own = isDelivery(deviation) ? (deviation.at.delivery.meeting ?? 1) : 1;
      if (meeting !== undefined && own !== meeting) continue;
      const rule = ruleOf(deviation, provider, meeting === undefined ? undefined : this.agents[own - 1]?.[0]);
      if (rule) this.rules.set(i, (await this.room.faults.add(rule)).id);
    }
  }

  async schedule(wanted: Meeting): Promise<void> {
    const { acts, profile, inCalendar } = this.play;
    const meeting = inCalendar ? await this.calendar.book(wanted) : wanted;
    const before = await lastOf(this.room);
    this.meetings.push(meeting);
    try {
      if (acts) this.ids[meeting.number - 1] = await this.#ask(acts, meeting);
      else if (inCalendar) await this.room.clock.advance({ by: HEARING });
      else await askForAgent(this.room, profile, meeting, this.session.app() as { readonly url?: string });
    } catch (error) {
      if (error instanceof GreenroomError && error.code === 'USAGE') throw error;
      this.refused = messageOf(error);
      // Whoever waits still for an answer does not try again.
      if (acts && !(error instanceof GreenroomError)) await this.#tryAgain(acts, meeting, this.refused);
    }
    await this.#owed.made();
    if ((await this.#isAsked(meeting)) || !acts || this.refused !== undefined) return;
    const how = { isAsked: () => this.#isAsked(meeting), since: before.requests };
    this.leftWaiting ||= await untilAsked(this.session, this.story, how);
  }

  async #isAsked({ number }: Meeting): Promise<boolean> {
    await this.findAgents(await this.requests());
    return this.agents[number - 1]!.length > 0;
  }

  /** The app's user schedules a meeting. Gives its id, if the app says one. */
  async #ask(acts: Acts<A>, meeting: Meeting): Promise<string | undefined> {
    return idIn(await byUser(this.session, acts.schedule, (app) => acts.schedule(app, meeting)));
  }

  /** Who is told that it failed tries again: an error says nothing wrong unless the vendor was asked for an agent. */
  async #tryAgain(acts: Acts<A>, meeting: Meeting, error: string): Promise<void> {
    await this.findAgents(await this.requests());
    const asked = this.agents[meeting.number - 1]?.length ?? 0;
    if (asked === 0) return;
    const again = await this.#ask(acts, meeting).then(() => undefined, errorOfTry);
    this.disowned.push({ meeting: meeting.number, asked, error, ...(again === undefined ? {} : { again }) });
  }

  /** Which agents were made for which meeting, as the calls tell: by its link, or by its event in a calendar. */
  async findAgents(requests: readonly RecordedRequest[]): Promise<void> {
    const made = requests.filter(
      (one) => one.method === 'POST' && one.subject !== null && (answerOf(one)?.status ?? 200) < 300,
    );
    const only = this.meetings.length === 1;
    this.agents = this.meetings.map(({ url, number }) => {
      const names = [url, this.calendar.eventOf(number) ?? url];
      const named = made.filter((one) => names.some((name) => isNamedIn(one, name)));
      return [...new Set((named.length === 0 && only ? made : named).map(({ subject }) => subject!))];
    });
    this.mask = this.#maskWith(({ number }) => (only ? '' : ` ${number}`));
  }

  /** The state of each of several meetings reads like that of one alone, unless it has to do with another. */
  #maskOf({ number: own }: Meeting): Mask {
    return this.#maskWith(({ number }) => (number === own ? '' : ' of another meeting'));
  }

  /** `which` follows the names of what is a meeting's own. */
  #maskWith(which: (meeting: Meeting) => string): Mask {
    const { url, vendor } = this.room;
    const access = Object.values(vendor(this.story.provider)).map((value): Name => [value, '<credential>']);
    return new Mask([[url, '<greenroom>'], ...access, ...this.#namesWith(which)], this.meetings[0]!.joinAt);
  }

  #namesWith(which: (meeting: Meeting) => string): Name[] {
    return this.meetings.flatMap((meeting, i): Name[] => {
      const id = this.ids[i];
      return [
        [meeting.url, `<meeting${which(meeting)}>`],
        ...(this.agents[i] ?? []).map((agent): Name => [agent, `<agent${which(meeting)}>`]),
        ...(id === undefined ? [] : [[id, `<id${which(meeting)}>`] as const]),
      ];
    });
  }

  /** What no other execution has. */
  get names(): readonly Name[] {
    return this.#namesWith(({ number }) => ` ${number}`);
  }

  async doAt(deviation: InstantDeviation | UserDeviation): Promise<void> {
    const { at } = deviation;
    const meeting = this.meetings[(at.meeting ?? 1) - 1]!;
    const to = parseInstant(meeting.joinAt)! + signedDuration(at.instant);
    if (to > parseInstant(await this.room.clock.now())!) await this.room.clock.advance({ to: formatInstant(to) });
    if ('user' in deviation.do) {
      const one = deviation as UserDeviation;
      if (!(await this.calendar.act(one, this.agents))) this.idle.add(one);
      return;
    }
    if (deviation.do.restart) return this.session.restart();
    return this.#actInApp(deviation.do, meeting);
  }

  async #actInApp({ cancel, reschedule }: InstantDeviation['do'], meeting: Meeting): Promise<void> {
    const id = this.idOf(meeting);
    const moved = reschedule === undefined ? meeting : later(meeting, reschedule);
    this.meetings[meeting.number - 1] = moved;
    const how = this.play.acts?.[cancel ? 'cancel' : 'reschedule'];
    if (!how) return;
    const doIt = (): Promise<unknown> => byUser(this.session, how, (app) => how(app, id, moved));
    const before = (await this.requests()).at(-1)?.seq ?? 0;
    const told = await toldOf(doIt, async () => isDoneSince(await this.requests(), before));
    await this.#owed.afterAct();
    this.refused = told.refused ?? this.refused;
    if (told.again !== undefined) this.denied.push({ act: cancel ? 'cancel' : 'reschedule', again: told.again });
  }

  idOf({ number }: Meeting): string {
    return this.ids[number - 1] ?? this.agents[number - 1]?.[0] ?? '';
  }

  /** Lives on until the vendor has nothing more to do. */
  async rest({ sample = false, exactFrom = LONGEST }: Pick<Watching, 'sample' | 'exactFrom'> = {}): Promise<void> {
    const { clock } = this.room;
    const joinAt = parseInstant(this.meetings.at(-1)!.joinAt)!;
    const exact = sample ? 0 : joinAt + exactFrom;
    const close = sample && this.story.deviations.length > 0;
    let now = parseInstant(await clock.now())!;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const step = await takeStep(clock, { now, exact, until: joinAt + LONGEST, led: this.session.led, close });
      if (step === undefined) return;
      now = parseInstant(step.to)!;
      await this.#owed.made();
      if (sample && step.deliveries.length > 0) await this.#sample(step.to);
      if (step.pending === 0) return;
    }
  }

  async #sample(at: string): Promise<void> {
    const newest = this.play.state && (await this.deliveries()).at(-1);
    if (!newest) return;
    const meeting = Math.max(1, this.agents.findIndex((ids) => ids.includes(newest.subject)) + 1);
    const after = `${newest.type} ${newest.state ?? ''}`.trim();
    const isAgain = newest.state !== undefined && this.samples.some((one) => one.after === after);
    if (!this.session.led && (isAgain || this.story.deviations.length > 0)) await waited(AT_WORK_MS);
    const states = await this.states();
    if (states.length === 0) return;
    this.samples.push({ after, at, meeting, states });
  }

  /** What the app has made of each meeting; empty if it cannot be had. */
  async statesNow(): Promise<unknown[]> {
    await this.findAgents(await this.requests());
    return this.states();
  }

  async states(): Promise<unknown[]> {
    const { state, always, sometimes, held } = this.play;
    const states: unknown[] = [];
    if (!state || this.unanswered) return states;
    for (const meeting of this.meetings) {
      const given = await this.#stateOf(state, meeting);
      if (given === undefined) return [];
      for (const [name, holds] of Object.entries(always)) if (!holds(given as never)) this.always.add(name);
      for (const [name, holds] of Object.entries(sometimes)) if (holds(given as never)) held(name);
      states.push(this.#maskOf(meeting).value(given));
    }
    return states;
  }

  async #stateOf(state: NonNullable<Play<A>['state']>, meeting: Meeting): Promise<unknown> {
    try {
      const asked = (async () => state(this.session.app(), this.idOf(meeting), meeting))();
      return plain(await inTime(this.session, named('the state', state), asked, STATE_MS));
    } catch (error) {
      const late = lateIn(error);
      this.unanswered = late !== undefined;
      this.unread = `expected JSON for the meeting ${this.idOf(meeting)}, but ${late ?? `it failed: ${messageOf(error)}`}. A meeting that the app does not know is null, or 404.`;
      return undefined;
    }
  }

  /** What is of this execution. */
  #own(what: 'requests' | 'deliveries'): { readonly provider: VendorName; readonly after?: number } {
    const { since } = this.session;
    return { provider: this.story.provider as VendorName, ...(since === undefined ? {} : { after: since[what] }) };
  }

  /** The webhooks of this execution, and what tells of calendars. An agent of an earlier one may still tell of itself. */
  async deliveries(): Promise<readonly Delivery[]> {
    const { deliveries } = await this.room.deliveries.list(this.#own('deliveries'));
    if (this.session.since === undefined) return deliveries;
    const mine = this.agents.flat();
    const strangers = this.play.inCalendar ? await this.calendar.agents() : undefined;
    return deliveries.filter(({ subject }) => mine.includes(subject) || strangers?.has(subject) === false);
  }

  /** The calls of this execution. An app that lives on may still call about an earlier one. */
  async requests(): Promise<readonly RecordedRequest[]> {
    const listed = await this.room.requests.list(this.#own('requests'));
    const requests = listed.requests.map(withPlainBody);
    if (this.session.since === undefined) return requests;
    const own = requests.filter((one) => !isAbout(one, this.#strangers));
    this.carriesOver ||= own.length < requests.length;
    return own;
  }

  /** Takes all rules away, and keeps in mind which of them struck. */
  async endFaults(): Promise<void> {
    const { faults } = await this.room.faults.list();
    for (const rule of faults) if ((rule as { readonly struck?: number }).struck !== 0) this.struck.add(rule.id);
    await this.room.faults.remove();
  }
}
