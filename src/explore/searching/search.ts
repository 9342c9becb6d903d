import {
  actsInApp,
  actsInTrouble,
  calendarLives,
  cutShort,
  isInTime,
  restartAt,
  RESTARTS,
  type ActsOfApp,
} from '../stories/acts.js';
import type { Chance } from '../stories/chance.js';
import { choicesOf, restrained, type Choice } from '../stories/choices.js';
import type { Explorer } from './explorer.js';
import { PLAINEST } from '../stories/plain.js';
import { KINDS, type Kind } from '../stories/kinds.js';
import { pointsOf, type Point } from '../stories/points.js';
import type { ScenarioChoice } from '../stories/scenarios.js';
import type { Deviation, Story } from '../stories/story.js';
import { LEFT_WAITING, notReached, scenariosNotReached, struckNothing, UNHURRIED, whyNotMended } from './untried.js';

/** Stories to play next, and in a few words what they try. */
export interface Batch {
  readonly trying: string;
  readonly stories: readonly Story[];
}

export interface SearchOptions extends ActsOfApp {
  readonly explorer: Explorer<unknown>;
  readonly chance: Chance;
  readonly scenarios: ScenarioChoice;
  readonly start: Pick<Story, 'version' | 'provider' | 'seed'>;
  readonly without: readonly string[];
  /** Users have the meetings in their calendars. */
  readonly hasCalendar: boolean;
}

/** Stories of one batch: their number must not depend on how many are played at a time. */
const BATCH = 8;
const STORM_SHARE = 0.5;
const SWARM_SHARE = 0.3;
const SWARMS = 40;
const PAIRS_A_ROUND = 16;

/** What to play, in its order. Each batch may be made with what the ones before have found. */
export class Search {
  readonly #options: SearchOptions;
  /** Pairs of edge and kind that a finding has explained: they would hide others. */
  readonly #aside = new Set<string>();
  readonly #struck = new Set<string>();
  readonly #missed = new Set<string>();

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  setAside(edge: string, kind: string): void {
    this.#aside.add(`${edge} ${kind}`);
  }

  /** Pairs of edge and kind: those that were struck, and all that there are in the scenarios that were played. */
  noteStruck(edge: string, kind: string): void {
    this.#struck.add(`${edge} ${kind}`);
  }

  /** It was played, and there was nothing for it to strike. */
  noteMissed(edge: string, kind: string): void {
    this.#missed.add(`${edge} ${kind}`);
  }

  get struck(): ReadonlySet<string> {
    return this.#struck;
  }

  /** What of the scenarios that come first was not struck, and why. */
  async notTried(): Promise<string[]> {
    const { scenarios, without, explorer, hasCalendar } = this.#options;
    const edges = new Map<string, Set<string>>();
    for (const { point, kind } of this.#choicesAt(await this.points(scenarios.first[0]!)))
      edges.set(kind.name, (edges.get(kind.name) ?? new Set()).add(point.edge));
    return [
      ...(explorer.canMend || without.includes('lost') ? [] : [`lost: ${whyNotMended(explorer)}.`]),
      ...(explorer.isLed || !edges.has('call-rate-limited') ? [] : [`${UNHURRIED}.`]),
      ...(explorer.leftWaiting ? [`what calls that failed left undone: ${LEFT_WAITING}.`] : []),
      ...(hasCalendar
        ? []
        : ['what users do in their calendars: no meeting stood in one; --calendar has users put each there.']),
      ...(without.length === 0 ? [] : [`${without.join(', ')}: left out on request.`]),
      ...scenariosNotReached(scenarios, (name) => explorer.known(this.#story(name)) === undefined),
      ...struckNothing(edges, (pair) => !this.#struck.has(pair) && this.#missed.has(pair)),
      ...notReached(edges, (pair) => !this.#struck.has(pair) && !this.#missed.has(pair)),
    ];
  }

  async *batches(): AsyncGenerator<Batch> {
    const { scenarios } = this.#options;
    const [plainest = PLAINEST, ...more] = scenarios.first;
    const quietLives = [
      ...chunks(
        'quiet lives',
        more.map((name) => this.#story(name)),
      ),
    ];
    // Whoever names them wants to see them, however short the search is.
    if (scenarios.areNamed) yield* quietLives;
    yield* chunks('what users do in their calendars', this.#inCalendars(plainest));
    for (const kind of this.#kinds()) yield* this.#storm(plainest, kind);
    yield this.#batch(
      'meetings that overlap',
      [2, 3].map((meetings) => ({ ...this.#story(plainest), meetings })),
    );
    yield this.#batch(
      'what the user does',
      actsInApp(this.#options).map((act) => this.#story(plainest, [act])),
    );
    yield this.#batch('restarts in the midst of work', await this.#cutShort(plainest));
    yield* chunks('what the user does, in trouble', await this.#troubledActs(plainest));
    if (!scenarios.areNamed) yield* quietLives;
    for (let i = 0; i < SWARMS; i += BATCH) yield await this.#swarms();
    yield* this.#singles(plainest, 0);
    yield* this.#troubled(plainest);
    yield* this.#troubledCalendars(plainest);
    for (const name of more) yield* this.#singles(name, 0, true);
    yield* chunks(
      'quiet lives',
      scenarios.others.map((name) => this.#story(name)),
    );
    yield* this.#singles(plainest, 1);
    for (;;) yield await this.#pairs(plainest);
  }

  #kinds(): readonly Kind[] {
    const { explorer, without } = this.#options;
    const { signing } = explorer.play.profile;
    return KINDS.filter(
      ({ name, is, fits }) =>
        !without.includes(name) && (is !== 'lost' || explorer.canMend) && (fits === undefined || fits(signing)),
    );
  }

  #choicesAt(points: readonly Point[]): Choice[] {
    return choicesOf(points, this.#kinds(), this.#options.explorer.isLed);
  }

  #story(scenario: string, deviations: readonly Deviation[] = []): Story {
    return { ...this.#options.start, scenario, deviations: [...deviations] };
  }

  #batch = (trying: string, stories: readonly Story[]): Batch => ({ trying, stories });

  async points(scenario: string): Promise<readonly Point[]> {
    return pointsOf(await this.#options.explorer.quiet(this.#story(scenario)));
  }

  /** Everything that can go wrong once, what was explained apart. */
  async #choices(scenario: string): Promise<Choice[]> {
    const choices = this.#choicesAt(await this.points(scenario));
    return choices.filter(({ point, kind }) => !this.#aside.has(`${point.edge} ${kind.name}`));
  }

  /** One kind on a random half of all points. */
  async *#storm(scenario: string, kind: Kind): AsyncGenerator<Batch> {
    const { chance } = this.#options;
    const choices = (await this.#choices(scenario)).filter((choice) => choice.kind === kind);
    const points = [...new Set(choices.map(({ point }) => point))];
    if (points.length === 0) return;
    const chosen = points.length === 1 ? points : chance.some(`storm ${kind.name}`, points, STORM_SHARE);
    const deviations = (chosen.length === 0 ? points.slice(-1) : chosen).map((point) =>
      chance.pick(
        `way ${kind.name}`,
        choices.filter((choice) => choice.point === point),
      ),
    );
    yield this.#batch(`storm of ${kind.name}`, [
      this.#story(scenario, restrained(deviations.map((one) => one.deviation))),
    ]);
  }

  /** A few kinds on some points, where they were seldom tried. */
  async #swarms(): Promise<Batch> {
    const { chance, scenarios } = this.#options;
    const stories: Story[] = [];
    for (let i = 0; i < BATCH; i++) {
      const name =
        chance.number('swarm scenario') < 0.6 ? scenarios.first[0]! : chance.pick('swarm scenario', scenarios.first);
      const choices = await this.#choices(name);
      const kinds = new Set(chance.some('swarm kinds', this.#kinds(), 4 / KINDS.length));
      const within = choices.filter(({ kind }) => kinds.has(kind));
      const points = chance.some('swarm points', [...new Set(within.map(({ point }) => point))], SWARM_SHARE);
      const deviations = points.map((point) => this.#weighed(within.filter((choice) => choice.point === point)));
      const restart =
        this.#options.canRestart && chance.number('swarm restart') < 0.3
          ? [restartAt(chance.pick('restart', RESTARTS))]
          : [];
      const overlap = chance.number('swarm overlap') < 0.2 && restart.length === 0;
      const acts = overlap ? [] : this.#swarmActs();
      const story = this.#story(name, restrained([...deviations.map((one) => one.deviation), ...restart, ...acts]));
      stories.push(overlap ? { ...story, meetings: 2 } : story);
    }
    return this.#batch(
      'swarms',
      stories.filter(({ deviations }) => deviations.length > 0),
    );
  }

  #swarmActs(): Deviation[] {
    const { chance, hasCalendar, without } = this.#options;
    const lives = calendarLives(without).filter(({ day }) => day === undefined);
    const isWanted = hasCalendar && lives.length > 0 && chance.number('swarm calendar') < 0.4;
    return isWanted ? [...chance.pick('calendar', lives).deviations] : [];
  }

  #weighed(choices: readonly Choice[]): Choice {
    const weight = ({ point, kind }: Choice): number => (this.#struck.has(`${point.edge} ${kind.name}`) ? 1 : 4);
    return this.#options.chance.weighed('swarm kind', choices, weight);
  }

  /** Every single deviation at every point, in its first way or its others; of other scenarios those that are new. */
  async *#singles(scenario: string, way: 0 | 1, onlyNew = false): AsyncGenerator<Batch> {
    const choices = this.#choicesAt(await this.points(scenario));
    const wanted = choices.filter(
      (choice) =>
        Math.min(choice.way, 1) === way && (!onlyNew || !this.#struck.has(`${choice.point.edge} ${choice.kind.name}`)),
    );
    yield* chunks(
      'single faults',
      wanted.map(({ deviation }) => this.#story(scenario, [deviation])),
    );
  }

  #inCalendars(scenario: string): Story[] {
    const lives = this.#options.hasCalendar ? calendarLives(this.#options.without) : [];
    return lives.map((life) => ({ ...this.#story(scenario), ...life, deviations: [...life.deviations] }));
  }

  /** What tells of an act in a calendar may go wrong, too. */
  async *#troubledCalendars(scenario: string): AsyncGenerator<Batch> {
    const known = new Set((await this.points(scenario)).map(({ edge }) => edge));
    const stories = this.#inCalendars(scenario)
      .filter(isInTime)
      .flatMap((story) => {
        const outcome = this.#options.explorer.known(story);
        const unheard = outcome ? pointsOf(outcome).filter(({ edge }) => !known.has(edge)) : [];
        return this.#choicesAt(unheard)
          .filter(({ way }) => way === 0)
          .map(({ deviation }) => ({ ...story, deviations: [...story.deviations, deviation] }));
      });
    yield* chunks('news of calendars in trouble', stories);
  }

  /** A call that comes only when another has failed may fail, too. */
  async *#troubled(scenario: string): AsyncGenerator<Batch> {
    const choices = await this.#choices(scenario);
    const known = new Set((await this.points(scenario)).map(({ edge }) => edge));
    const stories = choices.flatMap(({ point, way, deviation }) => {
      if (point.on !== 'call' || way > 0) return [];
      const outcome = this.#options.explorer.known(this.#story(scenario, [deviation]));
      const unheard = outcome ? pointsOf(outcome).filter(({ on, edge }) => on === 'call' && !known.has(edge)) : [];
      return this.#choicesAt(unheard).map((other) => this.#story(scenario, [deviation, other.deviation]));
    });
    yield* chunks('calls in trouble', stories);
  }

  async #troubledActs(scenario: string): Promise<Story[]> {
    const liveWith = (acts: readonly Deviation[]) => this.#options.explorer.quiet(this.#story(scenario, acts));
    const troubled = await actsInTrouble(actsInApp(this.#options), liveWith, (points) => this.#choicesAt(points));
    return troubled.map((deviations) => this.#story(scenario, deviations));
  }

  /** The app is started anew when a call has failed, and it has not made that again yet. */
  async #cutShort(scenario: string): Promise<Story[]> {
    if (!this.#options.canRestart) return [];
    const quiet = await this.#options.explorer.quiet(this.#story(scenario));
    return cutShort(await this.#choices(scenario), quiet).map((deviations) => this.#story(scenario, deviations));
  }

  /** Two deviations at a time. */
  async #pairs(scenario: string): Promise<Batch> {
    const { chance } = this.#options;
    const choices = await this.#choices(scenario);
    const stories = Array.from({ length: choices.length < 2 ? 0 : PAIRS_A_ROUND }, () => {
      const [one, other] = [chance.pick('pair', choices), chance.pick('pair', choices)];
      return this.#story(scenario, one.point === other.point ? [one.deviation] : [one.deviation, other.deviation]);
    });
    return this.#batch('pairs', stories);
  }
}

function* chunks(trying: string, stories: readonly Story[]): Generator<Batch> {
  for (let i = 0; i < stories.length; i += BATCH) yield { trying, stories: stories.slice(i, i + BATCH) };
}
