import type { Greenroom } from '../../client/greenroom.js';
import type { Play, Watching } from '../playing/watching.js';
import { readLife, unansweredIn } from '../playing/life.js';
import { isForging, judge } from '../judging/judge.js';
import { couldMend, nearEnd, type Judging, type Problem, type References } from '../judging/problem.js';
import { endOf, type Outcome } from '../playing/outcome.js';
import { Deadline, toRest, type Until } from '../playing/patience.js';
import { oldReadings } from '../judging/differing-calls.js';
import { liveEarlier } from '../playing/earlier.js';
import { baseOf, drawnApart, happyOf, PLAINEST, plainOf, withoutForged } from '../stories/plain.js';
import { play } from '../playing/play.js';
import { canBeAsked } from '../playing/provider.js';
import { answeredInTime } from '../playing/steps.js';
import type { Session, Stage } from '../playing/stage.js';
import { firstPlaces, hasPlace } from '../playing/state.js';
import { keyOf, type Story } from '../stories/story.js';
import { unreadState } from '../playing/unread.js';

/** An execution with what is wrong with it. */
export interface Judged {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
}

/** Plays stories, each once, and judges them by their quiet ones. */
export class Explorer<A> {
  readonly play: Play<A>;
  readonly notes: string[] = [];
  readonly ignore: string[];
  readonly ignoredCalls = new Set<string>();
  /** How many were played. */
  played = 0;
  readonly #stage: Stage<A>;
  readonly #deadline: Deadline;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #unforged = new Map<string, Outcome>();
  #led = true;
  #hasUnread = false;
  #unanswered = 0;
  /** What failed calls left undone could not be judged everywhere: the app, which keeps its own time, still waited. */
  leftWaiting = false;
  /** The version of the vendor in the last world. */
  vendorVersion: string | undefined;
  /** Stories of what an earlier meeting leaves behind, to be judged. */
  readonly suspects: Story[] = [];
  #number: number;
  #isRenewable = false;
  #isAlwaysAnew = false;
  /** In each world that lives on, the agents of all that were played, and the URLs of their meetings: two worlds give the same ids. */
  readonly #strangers = new WeakMap<Greenroom, Set<string>>();

  constructor(stage: Stage<A>, play: Play<A>, ignore: readonly string[], until: Until = {}) {
    this.#stage = stage;
    this.#number = stage.first ?? 0;
    this.play = play;
    this.ignore = [...ignore];
    this.#deadline = new Deadline(until);
  }

  get timeIsUp(): boolean {
    return this.#deadline.isUp;
  }

  get isCalledOff(): boolean {
    return this.#deadline.isOff;
  }

  /** The app's timers follow the clock. */
  get isLed(): boolean {
    return this.#led;
  }

  /** The app can mend what it has missed. */
  get canMend(): boolean {
    return this.#led && canBeAsked(this.play.profile);
  }

  /** An app can be started anew for an execution. */
  get isRenewable(): boolean {
    return this.#isRenewable;
  }

  /** Each execution has an app that was started anew. */
  get isAlwaysAnew(): boolean {
    return this.#isAlwaysAnew;
  }

  /** What tells what an app keeps from its chance, where none can be started anew. */
  get howToTell(): string {
    return this.play.inCalendar
      ? 'With --calendar no app is started anew, which alone would tell.'
      : this.#stage.howToTell;
  }

  /** From now on each execution has an app that was started anew: quiet lives that others lived are no reference any more. */
  async startAnewAlways(): Promise<void> {
    this.#isAlwaysAnew = true;
    this.notes.push('From now on each execution had an app that was started anew, which takes longer.');
    const quiet = [...this.#outcomes.values()].filter(({ story }) => keyOf(story) === keyOf(plainOf(story)));
    this.#outcomes.clear();
    this.#unforged.clear();
    for (const { story, ...rest } of quiet)
      this.#keep(story, this.timeIsUp ? { story, ...rest } : await this.playAgain(story, { sample: true }));
  }

  /** Plays it again, even if it was played. */
  playAgain(story: Story, watching: Watching = {}, number = ++this.#number): Promise<Outcome> {
    this.played++;
    return this.#deadline.whileOn(() => this.#play(story, watching, number));
  }

  /** What an app makes of a story while it is still at work on earlier ones says little: it is started anew for it. */
  async #play(story: Story, watching: Watching, number: number): Promise<Outcome> {
    const once = (how: Watching) => this.#playOnce(story, how, how === watching ? number : ++this.#number);
    const outcome = await answeredInTime(watching, () => this.#led, once);
    if (!outcome.carriesOver || watching.anew || this.#isAlwaysAnew || !this.#isRenewable) return outcome;
    return this.#playOnce(story, { ...watching, anew: true }, ++this.#number);
  }

  async #playOnce(story: Story, watching: Watching, number: number): Promise<Outcome> {
    // The meetings of earlier executions still stand in the calendar: an app that was started anew would deal with them again.
    const { inCalendar } = this.play;
    const anew = watching.anew || this.#isAlwaysAnew || story.earlier !== undefined;
    const session = await this.#stage.open(number, story, anew && !inCalendar);
    this.#isRenewable = session.renewAfter !== undefined && !inCalendar;
    this.#led = session.led;
    this.vendorVersion = session.room.vendor(this.play.profile.name)['version'];
    try {
      const outcome = await toRest(this.#playIn(session, watching, story), () =>
        unansweredIn(session, this.play.profile.name),
      );
      this.leftWaiting ||= outcome.leftWaiting;
      this.#addStrangers(session.room, [...outcome.agents, ...outcome.urls]);
      if (this.#isRenewable && this.#goesOn(outcome)) session.renewAfter?.();
      if (outcome.unread !== undefined && endOf(outcome) === undefined)
        this.#noteUnread(outcome.unread, outcome.unanswered);
      return outcome;
    } finally {
      await session.end();
    }
  }

  async #playIn(opened: Session<A>, watching: Watching, story: Story): Promise<Outcome> {
    const before = { strangers: new Set(this.#strangers.get(opened.room)), number: () => ++this.#number };
    const { session, strangers } = await liveEarlier(opened, this.play, story, before);
    this.#addStrangers(session.room, strangers);
    const outcome = await play(session, this.play, story, { ...watching, strangers });
    watching.keep?.(await readLife(session, outcome, strangers));
    return outcome;
  }

  #addStrangers(room: Greenroom, names: Iterable<string>): void {
    this.#strangers.set(room, new Set([...(this.#strangers.get(room) ?? []), ...names]));
  }

  /** After it the app still calls, as it does not when all went well. */
  #goesOn({ story, restless, asked }: Outcome): boolean {
    return restless > (this.known(happyOf(story))?.restless ?? 0) * asked.length;
  }

  /**
   * Said once: an app whose state cannot be read now and then is judged by its answers and calls then. Throws TIMEOUT where
   * nobody answers again and again: each time takes as long as anybody waits.
   */
  #noteUnread(reason: string, isUnanswered: boolean): void {
    if (isUnanswered && ++this.#unanswered >= MOST_UNANSWERED)
      throw unreadState('TIMEOUT', `Failed to read the state of the app in ${MOST_UNANSWERED} executions: ${reason}`);
    if (this.#hasUnread) return;
    this.#hasUnread = true;
    this.notes.push(`The state of the app could not be read after every story, and was not judged there: ${reason}`);
  }

  /** The outcome of a story without faults. */
  async quiet(story: Story): Promise<Outcome> {
    return (
      this.known(story) ?? this.#keep(story, await this.playAgain(story, { sample: story.deviations.length === 0 }))
    );
  }

  /** Judges stories, as many at a time as can be played; in their order, whatever their number. */
  async judgeAll(stories: readonly Story[]): Promise<Judged[]> {
    for (const story of stories) if (!this.timeIsUp) await this.#referencesOf(story);
    const numbered = stories.map((story) => ({ story, number: ++this.#number }));
    const judged: Judged[] = [];
    for (let i = 0; i < numbered.length && !this.timeIsUp; i += this.#stage.lanes) {
      const lane = numbered.slice(i, i + this.#stage.lanes);
      judged.push(...(await Promise.all(lane.map(({ story, number }) => this.judge(story, number)))));
    }
    return judged;
  }

  async judge(story: Story, number?: number, patient = true): Promise<Judged> {
    const references = await this.#referencesOf(story);
    const known = this.known(story);
    const outcome = known ?? this.#keep(story, await this.#playJudged(story, references, { number, patient }));
    return this.#judged(outcome, references);
  }

  /** Before an app is blamed for a forged message, it gets the same time without that message. */
  async #judged(outcome: Outcome, references: References, anew = false): Promise<Judged> {
    const problems = this.#problems(outcome, references);
    if (problems.length === 0 || !references.unforged) return { outcome, problems };
    const patiently = await this.#referencesOf(outcome.story, { patient: true, anew });
    return { outcome, problems: this.#problems(outcome, patiently) };
  }

  /** Plays it once more by itself: with an app that was started anew, where that can be had. */
  async judgeAgain(story: Story, watching: Pick<Watching, 'patient' | 'keep'> = {}): Promise<Judged> {
    const references = await this.#referencesOf(story, { anew: true });
    const played = await this.#playJudged(story, references, { ...watching, anew: true });
    const { outcome, problems } = await this.#judged(played, references, true);
    if (!problems.some(({ oracle }) => oracle === 'monotone') || this.timeIsUp) return { outcome, problems };
    // Whether it went back, or never got there, is seen by whoever looks in between.
    const { samples } = await this.playAgain(drawnApart(story, references.quiet), { sample: true, anew: true });
    return { outcome, problems: this.#problems({ ...outcome, samples }, references) };
  }

  #playJudged(
    story: Story,
    references: References,
    {
      number,
      patient = true,
      keep,
      anew,
    }: Pick<Watching, 'patient' | 'keep' | 'anew'> & { readonly number?: number | undefined } = {},
  ): Promise<Outcome> {
    const isFine = (outcome: Outcome): boolean => !this.#problems(outcome, references).some(couldMend);
    const sample = story.deviations.length === 0;
    const exactFrom = references.unforged && nearEnd(references.plain);
    return this.playAgain(story, { isFine, sample, patient, exactFrom, keep, anew }, number);
  }

  #problems(outcome: Outcome, references: References): Problem[] {
    const { ignore, ignoredCalls, canMend } = this;
    const judging: Judging = { ignore, ignoredCalls, canMend, unneeded: oldReadings(references.happy) };
    return judge(outcome, references, judging);
  }

  async #referencesOf(story: Story, how: Pick<Watching, 'patient' | 'anew'> = {}): Promise<References> {
    const plain = await this.quiet(plainOf(story));
    const happy = await this.quiet(happyOf(story));
    const base = baseOf(story);
    const quiet = keyOf(base) === keyOf(plainOf(story)) ? plain : await this.quiet(base);
    if (!isForging(story)) return { quiet, plain, happy };
    return { quiet, plain, happy, unforged: await this.#unforgedOf(story, plain, how) };
  }

  /** With patience the app has its day there, too: what it mends by itself is nothing that a message did. */
  async #unforgedOf(
    story: Story,
    plain: Outcome,
    { patient = false, anew = false }: Pick<Watching, 'patient' | 'anew'>,
  ): Promise<Outcome> {
    const unforged = withoutForged(story);
    const key = `${patient} ${anew} ${keyOf(unforged)}`;
    const known = this.#unforged.get(key);
    if (known) return known;
    const isFine = patient ? () => false : undefined;
    const outcome = await this.playAgain(unforged, { isFine, exactFrom: nearEnd(plain), anew });
    this.#unforged.set(key, outcome);
    return outcome;
  }

  /** Says of each place that is left out whether no state had it: a misspelt one leaves nothing out. */
  noteStray(ignored: readonly string[]): void {
    const states = [...this.#outcomes.values()].flatMap(({ states, atOnce }) => [...states, ...atOnce]);
    for (const pointer of ignored) {
      if (states.length === 0 || states.some((state) => hasPlace(state, pointer))) continue;
      this.notes.push(
        `--ignore ${pointer} leaves nothing out: no state had such a place. ${firstPlaces(states[0])} Such a pointer begins with a slash, and * stands for any one step.`,
      );
    }
  }

  /** Says after which quiet lives the app still calls, as it does not when all went well. */
  noteRestless(): void {
    const restless = [...this.#outcomes.values()].filter(
      (one) => one.story.deviations.length === 0 && (one.story.meetings ?? 1) === 1 && this.#goesOn(one),
    );
    if (restless.length === 0) return;
    const names = [...new Set(restless.map(({ story }) => story.scenario))].sort();
    const anew = this.#isRenewable ? ' It was started anew after that, so that no other story is charged with it.' : '';
    this.notes.push(
      `The app still calls the vendor an hour after the end of ${names.join(', ')}, as it does not after ${PLAINEST}: about what is over, if that is over for the app.${anew}`,
    );
  }

  /** The outcome of a story that was played already. */
  known(story: Story): Outcome | undefined {
    return this.#outcomes.get(keyOf(story));
  }

  #keep(story: Story, outcome: Outcome): Outcome {
    this.#outcomes.set(keyOf(story), outcome);
    return outcome;
  }
}

const MOST_UNANSWERED = 3;
