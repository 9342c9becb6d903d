import type { Chance } from './chance.js';
import { CANCEL_EARLY } from './differing-calls.js';
import type { Explorer } from './explorer.js';
import { PLAINEST } from './explorer.js';
import { KINDS, kindOf, type Kind } from './kinds.js';
import { pointsOf, type Point } from './points.js';
import type { ScenarioChoice } from './scenarios.js';
import type { Deviation, Story } from './story.js';

/** Stories to play next, and in a few words what they try. */
export interface Batch {
  readonly trying: string;
  readonly stories: readonly Story[];
}

export interface SearchOptions {
  readonly explorer: Explorer<unknown>;
  readonly chance: Chance;
  readonly scenarios: ScenarioChoice;
  readonly start: Pick<Story, 'version' | 'provider' | 'seed'>;
  readonly without: readonly string[];
  readonly canReschedule: boolean;
  readonly canCancel: boolean;
  /** The app keeps its state over a restart. */
  readonly canRestart: boolean;
}

/** Stories of one batch: their number must not depend on how many are played at a time. */
const BATCH = 8;
const STORM_SHARE = 0.5;
const SWARM_SHARE = 0.3;
const SWARMS = 40;
const PAIRS_A_ROUND = 16;

/** A pair of a point and what can happen there. */
interface Choice {
  readonly point: Point;
  readonly kind: Kind;
  readonly deviation: Deviation;
  /** Among the ways of that kind at that point. */
  readonly way: number;
}

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
    const { scenarios, without, explorer } = this.#options;
    const edges = new Map<string, Set<string>>();
    for (const { point, kind } of choicesOf(await this.points(scenarios.first[0]!), this.#kinds()))
      edges.set(kind.name, (edges.get(kind.name) ?? new Set()).add(point.edge));
    return [
      ...(explorer.canMend || without.includes('lost')
        ? []
        : ['lost: the app could not mend what it missed, for its time cannot be led, or the vendor cannot be asked.']),
      ...without.map((name) => `${name}: it was left out on request.`),
      ...this.#told(edges, (pair) => this.#missed.has(pair), 'it was tried, and struck nothing there'),
      ...this.#told(edges, (pair) => !this.#missed.has(pair), 'it was not reached: give it more executions'),
    ];
  }

  /** Those of the pairs that never struck and are like this: a kind with the edges, or kinds of which nothing was tried. */
  #told(edges: ReadonlyMap<string, ReadonlySet<string>>, test: (pair: string) => boolean, why: string): string[] {
    const whole: string[] = [];
    const lines: string[] = [];
    for (const [kind, all] of edges) {
      const open = [...all].filter((edge) => !this.#struck.has(`${edge} ${kind}`) && test(`${edge} ${kind}`));
      if (open.length === all.size) whole.push(kind);
      else if (open.length > 0) lines.push(`${kind} at ${open.join(', ')}: ${why}.`);
    }
    return [...lines, ...(whole.length === 0 ? [] : [`${whole.join(', ')}: ${why}.`])];
  }

  async *batches(): AsyncGenerator<Batch> {
    const { scenarios } = this.#options;
    const [plainest = PLAINEST, ...more] = scenarios.first;
    for (const kind of this.#kinds()) yield* this.#storm(plainest, kind);
    yield this.#batch(
      'meetings that overlap',
      [2, 3].map((meetings) => ({ ...this.#story(plainest), meetings })),
    );
    yield this.#batch('what the user does', this.#acts(plainest));
    yield* chunks(
      'quiet lives',
      more.map((name) => this.#story(name)),
    );
    for (let i = 0; i < SWARMS; i += BATCH) yield await this.#swarms();
    yield* this.#singles(plainest, 0);
    yield* this.#troubled(plainest);
    for (const name of more) yield* this.#singles(name, 0, true);
    yield* chunks(
      'quiet lives',
      scenarios.others.map((name) => this.#story(name)),
    );
    yield* this.#singles(plainest, 1);
    for (;;) yield await this.#pairs(plainest);
  }

  #kinds(): readonly Kind[] {
    return KINDS.filter(
      ({ name, is }) => !this.#options.without.includes(name) && (is !== 'lost' || this.#options.explorer.canMend),
    );
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
    const points = await this.points(scenario);
    return choicesOf(points, this.#kinds()).filter(({ point, kind }) => !this.#aside.has(`${point.edge} ${kind.name}`));
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
      const story = this.#story(name, restrained([...deviations.map((one) => one.deviation), ...restart]));
      stories.push(overlap ? { ...story, meetings: 2 } : story);
    }
    return this.#batch(
      'swarms',
      stories.filter(({ deviations }) => deviations.length > 0),
    );
  }

  #weighed(choices: readonly Choice[]): Choice {
    const weight = ({ point, kind }: Choice): number => (this.#struck.has(`${point.edge} ${kind.name}`) ? 1 : 4);
    return this.#options.chance.weighed('swarm kind', choices, weight);
  }

  /** Every single deviation at every point, in its first way or its others; of other scenarios those that are new. */
  async *#singles(scenario: string, way: 0 | 1, onlyNew = false): AsyncGenerator<Batch> {
    const choices = choicesOf(await this.points(scenario), this.#kinds());
    const wanted = choices.filter(
      (choice) =>
        Math.min(choice.way, 1) === way && (!onlyNew || !this.#struck.has(`${choice.point.edge} ${choice.kind.name}`)),
    );
    yield* chunks(
      'single faults',
      wanted.map(({ deviation }) => this.#story(scenario, [deviation])),
    );
  }

  /** A call that comes only when another has failed may fail, too. */
  async *#troubled(scenario: string): AsyncGenerator<Batch> {
    const choices = await this.#choices(scenario);
    const known = new Set((await this.points(scenario)).map(({ edge }) => edge));
    const stories = choices.flatMap(({ point, way, deviation }) => {
      if (point.on !== 'call' || way > 0) return [];
      const outcome = this.#options.explorer.known(this.#story(scenario, [deviation]));
      const unheard = outcome ? pointsOf(outcome).filter(({ on, edge }) => on === 'call' && !known.has(edge)) : [];
      return choicesOf(unheard, this.#kinds()).map((other) => this.#story(scenario, [deviation, other.deviation]));
    });
    yield* chunks('calls in trouble', stories);
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

  #acts(scenario: string): Story[] {
    const { canReschedule, canCancel, canRestart } = this.#options;
    const acts = [
      ...(canReschedule ? ['-9m', '-6m'].map((instant) => ({ at: { instant }, do: { reschedule: '15m' } })) : []),
      ...(canCancel ? [CANCEL_EARLY, '5m'].map((instant) => ({ at: { instant }, do: { cancel: true as const } })) : []),
      ...(canRestart ? RESTARTS.map(restartAt) : []),
    ];
    return acts.map((act) => this.#story(scenario, [act]));
  }
}

/** Before the agent is ready, while it is there, and when all is over. */
const RESTARTS = ['-8m', '-2m', '5m', '31m'];
const restartAt = (instant: string): Deviation => ({ at: { instant }, do: { restart: true } });

const choicesOf = (points: readonly Point[], kinds: readonly Kind[]): Choice[] =>
  points.flatMap((point) =>
    kinds.flatMap((kind) => kind.at(point).map((deviation, way) => ({ point, kind, deviation, way }))),
  );

/** An operation that is struck again and again is no weather any more: a client may give up after three attempts. */
const MOST_IN_A_ROW = 2;

function restrained(deviations: readonly Deviation[]): Deviation[] {
  const counts = new Map<string, number>();
  return deviations.filter((deviation) => {
    if (!('call' in deviation.at)) return true;
    const { operation } = deviation.at.call;
    const count = (counts.get(operation) ?? 0) + (('times' in deviation && deviation.times) || 1);
    if (count > MOST_IN_A_ROW) return false;
    counts.set(operation, count);
    return true;
  });
}

function* chunks(trying: string, stories: readonly Story[]): Generator<Batch> {
  for (let i = 0; i < stories.length; i += BATCH) yield { trying, stories: stories.slice(i, i + BATCH) };
}

/** The edge of a deviation, among the points of its quiet life. */
export function edgeOf(deviation: Deviation, points: readonly Point[]): string {
  const { at } = deviation;
  if ('instant' in at) return 'user';
  if ('call' in at) return `call ${at.call.operation}`;
  const { type, state } = at.delivery;
  const point = points.find((one) => one.on === 'delivery' && one.type === type && one.state === state);
  return point?.edge ?? `${type} ${state ?? ''}`.trim();
}

export const kindName = (deviation: Deviation): string => kindOf(deviation).name;
