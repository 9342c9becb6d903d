import type { Explorer, Judged } from './explorer.js';
import { plainOf } from './explorer.js';
import type { Problem } from './problem.js';
import { kindOf } from './kinds.js';
import { probableMistake } from './mistakes.js';
import { lifeOf, pointsOf } from './points.js';
import type { ExploreFinding } from './report.js';
import { edgeOf, kindName, type Search } from './search.js';
import { shrink } from './shrink.js';
import { hashOf, type Story } from './story.js';
import { VERSION } from '../server/version.js';

/** The winner is played so often more. */
const AGAIN = 3;
/** Pairs in which one failure may show itself before its kind is left alone. */
const MOST_ALSO = 40;

/** What was found so far. Each failure is there once, with the other points at which it shows itself. */
export class Findings {
  readonly list: ExploreFinding[] = [];
  readonly #explorer: Explorer<unknown>;
  readonly #search: Search;
  readonly #families: { readonly family: Family; readonly finding: ExploreFinding }[] = [];
  readonly #once: Family[] = [];

  constructor(explorer: Explorer<unknown>, search: Search) {
    this.#explorer = explorer;
    this.#search = search;
  }

  /** Takes an execution that was judged; `after` is how many there were up to it. */
  async take({ outcome, problems }: Judged, after: number): Promise<void> {
    const families = new Set<string>();
    for (const problem of problems) {
      if (families.has(problem.family)) continue;
      families.add(problem.family);
      const isSingle = outcome.story.deviations.length <= 1 && (outcome.story.meetings ?? 1) === 1;
      const known = isSingle ? this.#known(familyOf(problem, outcome.story)) : undefined;
      if (known) await this.#also(known, outcome.story);
      else await this.#find(outcome.story, problem, after);
    }
  }

  #known(family: Family): ExploreFinding | undefined {
    return this.#families.find((one) => isSame(one.family, family))?.finding;
  }

  async #find(raw: Story, problem: Problem, after: number): Promise<void> {
    const explorer = this.#explorer;
    if (await this.#isChance(raw, problem)) return;
    const shrunk = await shrink(explorer, raw, problem);
    await this.#setAside(shrunk.story);
    const family = familyOf(shrunk.problem, shrunk.story);
    const same = this.list.find(({ hash }) => hash === hashOf(shrunk.story));
    if (same) return this.#alsoThat(same, shrunk.problem, family);
    const known = this.#known(family);
    if (known) return this.#also(known, shrunk.story);
    if (this.#once.some((one) => isSame(one, family))) return;
    const { failed, played } = await this.#playAgain(shrunk.story, shrunk.problem);
    if (failed === 1) {
      this.#once.push(family);
      explorer.notes.push(
        `A failure was seen once and did not come again (${shrunk.problem.sentence}). The app is not deterministic there; it is no finding.`,
      );
      return;
    }
    const { outcome } = await explorer.judge(shrunk.story);
    const quiet = await explorer.quiet(plainOf(shrunk.story));
    const points = pointsOf(quiet);
    const edges = shrunk.story.deviations.map((one) => `${edgeOf(one, points)} × ${kindName(one)}`);
    const { oracle, sentence, expected, was, differences = [] } = shrunk.problem;
    const finding: ExploreFinding = {
      oracle,
      signature: [oracle, shrunk.problem.what, ...edges].join(' | '),
      sentence,
      story: {
        ...shrunk.story,
        ...worldOf(explorer),
        greenroom: VERSION,
        finds: sentence,
        life: lifeOf(quiet),
      },
      hash: hashOf(shrunk.story),
      found_after: after,
      shrunk_in: shrunk.executions,
      flaky: failed < played,
      failed,
      played,
      expected,
      was,
      differences,
      timeline: outcome.lines(),
      quiet_timeline: quiet.lines(),
      mistake: probableMistake(shrunk.problem, outcome, quiet),
      also: [],
    };
    this.#families.push({ family, finding });
    this.list.push(finding);
  }

  /** The scenario was played quietly once: what differs may be the app's own chance. */
  async #isChance(story: Story, problem: Problem): Promise<boolean> {
    if (!(await this.#explorer.findChance(story))) return false;
    const { problems } = await this.#explorer.judgeAgain(story);
    return !problems.some(({ family }) => family === problem.family);
  }

  /** How often it fails, that once included. When time is up, once more must do. */
  async #playAgain(story: Story, problem: Problem): Promise<{ readonly failed: number; readonly played: number }> {
    let [failed, played] = [1, 1];
    while (played <= AGAIN && (played === 1 || !this.#explorer.timeIsUp)) {
      const { problems } = await this.#explorer.judgeAgain(story);
      if (problems.some(({ family }) => family === problem.family)) failed++;
      played++;
    }
    return { failed, played };
  }

  async #setAside(story: Story): Promise<void> {
    const points = pointsOf(await this.#explorer.quiet(plainOf(story)));
    for (const one of story.deviations) this.#search.setAside(edgeOf(one, points), kindName(one));
  }

  /** Another thing that is wrong with the same story. */
  #alsoThat(finding: ExploreFinding, { sentence }: Problem, family: Family): void {
    this.#families.push({ family, finding });
    if (finding.sentence === sentence) return;
    if (!finding.also.includes(sentence)) finding.also.push(sentence);
  }

  async #also(finding: ExploreFinding, story: Story): Promise<void> {
    await this.#setAside(story);
    if (hashOf(story) === finding.hash || finding.also.length >= MOST_ALSO) return;
    const points = pointsOf(await this.#explorer.quiet(plainOf(story)));
    const edges = story.deviations.map((one) => `${edgeOf(one, points)} × ${kindName(one)}`);
    const where = [
      ...(story.deviations.length === 0 || story.scenario !== finding.story.scenario ? [story.scenario] : []),
      ...edges,
    ].join(': ');
    if (!finding.also.includes(where)) finding.also.push(where);
  }
}

/** In which it must be played again. */
const worldOf = ({ vendorVersion: vendor_version, isLed }: Explorer<unknown>): Partial<Story> => ({
  ...(vendor_version === undefined ? {} : { vendor_version }),
  ...(isLed ? { lockstep: true } : {}),
});

/** Kinds that come to the same for the app. */
const ALIKE: Readonly<Record<string, string>> = {
  together: 'again',
  duplicate: 'again',
  redelivered: 'again',
  'lost-answer': 'again',
  late: 'order',
  reordered: 'order',
  retried: 'order',
  forged: 'forged',
  unsigned: 'forged',
  'old-secret': 'forged',
  truncated: 'forged',
  garbled: 'forged',
};

/** Kinds of calls that fail are alike, too. */
const alike = (kind: string): string => ALIKE[kind] ?? (kind.startsWith('call-') ? 'call' : kind);

/** What one bug has in common wherever it shows itself. */
interface Family {
  readonly cause: string;
  /** Places of the state, or the call. */
  readonly what: readonly string[];
}

/** By what kind of thing it fails; what goes back, or is not noticed, does so for one reason. */
function familyOf({ oracle, family, what }: Problem, { deviations, meetings = 1 }: Story): Family {
  const kinds = [...new Set(deviations.map((one) => alike(kindOf(one).name)))].sort();
  if (oracle === 'noticed') return { cause: oracle, what: [] };
  if (family.startsWith('calendar')) return { cause: 'calendar', what: [what] };
  const cause = oracle === 'monotone' ? [oracle] : [oracle, ...kinds, ...(meetings > 1 ? ['overlap'] : [])];
  return { cause: cause.join(' '), what: family === 'state' ? what.split(' ') : [what] };
}

const isSame = (one: Family, other: Family): boolean =>
  one.cause === other.cause && (one.what.length === 0 || one.what.some((word) => other.what.includes(word)));
