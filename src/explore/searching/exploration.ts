import { parseDuration } from '../../clock/duration.js';
import { monotonic } from '../../clock/real-time.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import { endsAlike } from './alike-ends.js';
import { blindOracles } from './blind.js';
import { Chance } from '../stories/chance.js';
import { Explorer, type Judged } from './explorer.js';
import { plainOf } from '../stories/plain.js';
import { Findings } from './findings.js';
import { inOneLine, kindName, KIND_NAMES } from '../stories/kinds.js';
import { actsOf, type ExploreOptions, type RunningApp } from '../options.js';
import { explorePage } from '../report/page.js';
import { CALLED_OFF } from '../playing/patience.js';
import { edgeOf, pointsOf } from '../stories/points.js';
import { profileOf } from '../playing/provider.js';
import { Recorder } from '../report/recorded.js';
import type { ExploreReport, ExploreResult } from '../report/report.js';
import { outlivesRestart, startQuietly } from './quiet.js';
import { chooseScenarios, type ScenarioChoice } from '../stories/scenarios.js';
import { Search, type Batch } from './search.js';
import type { Stage } from '../playing/stage.js';
import { STORY_VERSION, type Story } from '../stories/story.js';
import { counted, renderReport } from '../report/text.js';

const EXECUTIONS = 300;
/** Batches in a row in which there was nothing new. */
const MOST_IDLE = 5;

/** The options that do not start the app. */
export type Exploring<A extends RunningApp> = Omit<ExploreOptions, 'app' | 'act' | 'state'> &
  Pick<ExploreOptions<A>, 'act' | 'state'>;

/** One search, from the first quiet execution to the report. */
export class Exploration<A extends RunningApp> {
  readonly #stage: Stage<A>;
  readonly #options: Exploring<A>;
  readonly #held = new Set<string>();
  readonly #tried = { scenarios: new Set<string>(), singles: new Set<string>(), pairs: new Set<string>() };
  readonly #executions: number;
  #done = 0;

  constructor(stage: Stage<A>, options: Exploring<A>) {
    this.#stage = stage;
    this.#options = options;
    this.#executions = options.executions ?? (options.time === undefined ? EXECUTIONS : Number.POSITIVE_INFINITY);
    assertKinds(options.without ?? []);
  }

  async run(): Promise<ExploreReport> {
    const started = monotonic();
    const explorer = await this.#explorer();
    const { scenarios, plainest } = await this.#scenarios(explorer);
    await startQuietly(explorer, plainest);
    const search = await this.#search(explorer, scenarios, plainest);
    const findings = new Findings(explorer as Explorer<unknown>, search);
    this.#done = 2;
    await this.#take([await explorer.judge(plainest)], { explorer, search, findings });
    const stopped = await this.#play({ explorer, search, findings }).catch(reasonOf);
    explorer.noteStray(this.#options.ignore ?? []);
    explorer.noteRestless();
    const { options, held, tried } = { options: this.#options, held: this.#held, tried: this.#tried };
    const result: ExploreResult = {
      executions: this.#done,
      seconds: Math.round((monotonic() - started) / 100) / 10,
      tried: {
        scenarios: tried.scenarios.size,
        singles: tried.singles.size,
        pairs: tried.pairs.size,
        edges: search.struck.size,
      },
      findings: findings.list,
      blind: await blindOracles(explorer, plainest, {
        sometimes: options.sometimes ?? {},
        held,
        scenarios: [...tried.scenarios],
      }),
      notes: [...explorer.notes, ...(await endsAlike(explorer, plainest, [...tried.scenarios]))],
      not_tried: await search.notTried(),
      ...(stopped === undefined ? {} : { stopped }),
    };
    const recorded = options.record ? await new Recorder(explorer).findings(result.findings, plainest) : undefined;
    const text = (words?: string): string => renderReport(result, words);
    const title = `explore: ${findings.list.length === 0 ? 'nothing was found' : counted(findings.list.length, 'finding')}`;
    return { ...result, text, html: (words) => explorePage({ title, report: text(words), recorded, words }) };
  }

  async #explorer(): Promise<Explorer<A>> {
    const { state, act, calendar = false, always = {}, sometimes = {}, ignore = [], time, signal } = this.#options;
    const profile = await profileOf(this.#stage, this.#options);
    const held = (name: string): void => void this.#held.add(name);
    const play = { profile, acts: actsOf(act), inCalendar: calendar, state, always, sometimes, held };
    return new Explorer<A>(this.#stage, play, ignore, { seconds: secondsOf(time), signal });
  }

  async #scenarios({ play }: Explorer<A>): Promise<{ scenarios: ScenarioChoice; plainest: Story }> {
    const { seed = 1, scenarios: wanted } = this.#options;
    const provider = play.profile.name;
    const session = await this.#stage.open(0, { scenario: 'happy-path', seed });
    try {
      const scenarios = await chooseScenarios(session.room, provider, wanted);
      return {
        scenarios,
        plainest: { version: STORY_VERSION, provider, scenario: scenarios.first[0]!, seed, deviations: [] },
      };
    } finally {
      await session.end();
    }
  }

  async #search(explorer: Explorer<A>, scenarios: ScenarioChoice, { version, provider, seed }: Story): Promise<Search> {
    const { acts } = explorer.play;
    const plainest: Story = { version, provider, seed, scenario: scenarios.first[0]!, deviations: [] };
    return new Search({
      explorer: explorer as Explorer<unknown>,
      chance: new Chance(seed),
      scenarios,
      start: { version, provider, seed },
      without: this.#options.without ?? [],
      canReschedule: acts?.reschedule !== undefined,
      canCancel: acts?.cancel !== undefined,
      hasCalendar: (await explorer.quiet(plainest)).plans[0]?.event !== undefined,
      canRestart: await outlivesRestart(explorer, plainest),
    });
  }

  /** Gives why it ended before its time, if it did. */
  async #play(parts: Parts<A>): Promise<string | undefined> {
    const { explorer, search, findings } = parts;
    let idle = 0;
    for await (const batch of search.batches()) {
      if (explorer.isCalledOff) return CALLED_OFF;
      if (this.#done >= this.#executions || explorer.timeIsUp || idle > MOST_IDLE) return undefined;
      const stories = newStories(explorer, batch).slice(0, this.#executions - this.#done);
      idle = stories.length === 0 && batch.trying === 'pairs' ? idle + 1 : 0;
      if (stories.length === 0) continue;
      this.#options.progress?.(
        `${this.#done}${Number.isFinite(this.#executions) ? ` of ${this.#executions}` : ''} executions, ${counted(findings.list.length, 'finding')}; now ${batch.trying}`,
        'search',
      );
      await this.#take(await explorer.judgeAll(stories), parts);
    }
    return undefined;
  }

  async #take(all: readonly Judged[], parts: Parts<A>): Promise<void> {
    await this.#takeAll(all, parts);
    const { suspects } = parts.explorer;
    while (suspects.length > 0 && !parts.explorer.timeIsUp)
      await this.#takeAll(await parts.explorer.judgeAll(suspects.splice(0, 1)), parts);
  }

  async #takeAll(all: readonly Judged[], { explorer, search, findings }: Parts<A>): Promise<void> {
    for (const judged of all) {
      const { story, missed } = judged.outcome;
      this.#done++;
      const points = pointsOf(await explorer.quiet(plainOf(story)));
      for (const [i, one] of story.deviations.entries()) {
        const pair = [edgeOf(one, points), kindName(one)] as const;
        if (missed.includes(i)) search.noteMissed(...pair);
        else search.noteStruck(...pair);
      }
      const { scenarios, singles, pairs } = this.#tried;
      if (story.deviations.length === 0) scenarios.add(story.scenario);
      if (story.deviations.length === 1) singles.add(JSON.stringify([story.scenario, story.day, story.deviations]));
      if (story.deviations.length === 2) pairs.add(JSON.stringify([story.scenario, story.deviations]));
      const known = findings.list.length;
      await findings.take(judged, this.#done);
      for (const { sentence, story: shown } of findings.list.slice(known))
        this.#options.progress?.(`Found: ${sentence}: ${inOneLine(shown)}.`, 'finding');
    }
  }
}

/** What an app may do to the search, so that what was found before is not lost. Throws what is no error of its. */
function reasonOf(error: unknown): string {
  if (error instanceof GreenroomError) return error.message;
  throw error;
}

interface Parts<A> {
  readonly explorer: Explorer<A>;
  readonly search: Search;
  readonly findings: Findings;
}

/** Those of a batch that were not played yet, each once. */
function newStories<A>(explorer: Explorer<A>, { stories }: Batch): Story[] {
  const keys = new Set<string>();
  return stories.filter((story) => {
    const key = JSON.stringify(story);
    if (keys.has(key) || explorer.known(story)) return false;
    keys.add(key);
    return true;
  });
}

function assertKinds(names: readonly string[]): void {
  const stray = names.find((name) => !KIND_NAMES.includes(name));
  if (stray === undefined) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to leave out "${stray}": expected one of ${KIND_NAMES.join(', ')}.${didYouMean(nearest(stray, KIND_NAMES))}`,
  );
}

/** Seconds of real time; endless if nothing is said. */
function secondsOf(time: string | undefined): number {
  if (time === undefined) return Number.POSITIVE_INFINITY;
  const micros = parseDuration(time);
  if (micros !== undefined && micros > 0) return micros / 1_000_000;
  throw new GreenroomError('USAGE', `Failed to read the time: expected a duration such as "60s", was "${time}".`);
}
