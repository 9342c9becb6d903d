import { ALIKE } from '../judging/alike.js';
import { confirm, type Steadiness } from './confirm.js';
import type { Explorer, Judged } from './explorer.js';
import { plainOf } from '../stories/plain.js';
import type { Problem } from '../judging/problem.js';
import { inWords, kindName, kindOf } from '../stories/kinds.js';
import { probableMistake } from '../judging/mistakes.js';
import type { Outcome } from '../playing/outcome.js';
import { findChance } from './own-chance.js';
import { edgeOf, lifeOf, pointsOf } from '../stories/points.js';
import type { ExploreFinding } from '../report/report.js';
import { printedIn } from '../report/printed.js';
import type { Search } from './search.js';
import { shrink, type Shrunk } from './shrink.js';
import { hashOf, keyOf, type Story } from '../stories/story.js';
import { scenarioOf } from '../report/text.js';
import { VERSION } from '../../server/version.js';

/** Pairs in which one failure may show itself before its kind is left alone. */
const MOST_ALSO = 40;

/** A failure that came again by itself, and what it came to there. */
interface Confirmed extends Shrunk, Steadiness {
  readonly outcome: Outcome;
}

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
    if (await this.#isChance(raw, problem)) return;
    const shrunk = await shrink(this.#explorer, raw, problem);
    if (await this.#isTold(shrunk)) return;
    const confirmed =
      (await this.#confirm(shrunk)) ?? (await this.#findAnew(raw, problem, shrunk)) ?? (await this.#findLater(shrunk));
    if (!confirmed) return this.#noteOnce(shrunk);
    if (confirmed.story !== shrunk.story && (await this.#isTold(confirmed))) return;
    await this.#tell(confirmed, after);
    const { isRenewable, isAlwaysAnew } = this.#explorer;
    if (confirmed.story.earlier !== undefined && isRenewable && !isAlwaysAnew) await this.#explorer.startAnewAlways();
  }

  /** True if it is one of those that are known: it is told with that. */
  async #isTold({ story, problem }: Shrunk): Promise<boolean> {
    await this.#setAside(story);
    const family = familyOf(problem, story);
    const same = this.list.find(({ hash }) => hash === hashOf(story));
    const known = same ?? this.#known(family);
    if (same) this.#alsoThat(same, problem, family);
    else if (known) await this.#also(known, story);
    return known !== undefined || this.#once.some((one) => isSame(one, family));
  }

  #noteOnce({ story, problem }: Shrunk): void {
    this.#once.push(familyOf(problem, story));
    const { isRenewable, isAlwaysAnew, notes } = this.#explorer;
    const why = isAlwaysAnew
      ? 'in apps that were started anew, too: the app is not deterministic there'
      : isRenewable
        ? 'in apps that were started anew, neither at the first meeting nor after a quiet one: that is chance, or what an earlier meeting has left in which something went wrong'
        : 'by itself: the app is not deterministic there, or carries something over from one meeting to the next';
    notes.push(`A failure was seen once (${problem.sentence}), and did not come again ${why}. It is no finding.`);
  }

  async #tell(confirmed: Confirmed, after: number): Promise<void> {
    const { story, problem, executions, outcome, failed, played, isUnsteady } = confirmed;
    const explorer = this.#explorer;
    const quiet = await explorer.quiet(plainOf(story));
    const points = pointsOf(quiet);
    const edges = story.deviations.map((one) => `${edgeOf(one, points)} × ${kindName(one)}`);
    const { oracle, sentence } = problem;
    const finding: ExploreFinding = {
      oracle,
      signature: [oracle, problem.what, ...edges].join(' | '),
      sentence,
      story: { ...story, ...worldOf(explorer), greenroom: VERSION, finds: sentence, life: lifeOf(quiet) },
      hash: hashOf(story),
      found_after: after,
      shrunk_in: executions,
      flaky: failed < played,
      failed,
      played,
      ...evidenceFor(problem, outcome, quiet, isUnsteady && !explorer.isLed),
    };
    this.#families.push({ family: familyOf(problem, story), finding });
    this.list.push(finding);
  }

  /** The scenario was played quietly once: what differs may be the app's own chance. */
  async #isChance(story: Story, problem: Problem): Promise<boolean> {
    if (!(await findChance(this.#explorer, story))) return false;
    const { problems } = await this.#explorer.judgeAgain(story);
    return !problems.some(({ family }) => family === problem.family);
  }

  /** Nothing if it never fails by itself. */
  async #confirm(shrunk: Shrunk): Promise<Confirmed | undefined> {
    const { again, ...steadiness } = await confirm(this.#explorer, shrunk.story, shrunk.problem);
    return again && { ...shrunk, ...again, ...steadiness };
  }

  /** What it was shrunk to may have failed by what the app carried over: shrinks it by itself, if it fails so at all. */
  async #findAnew(raw: Story, { family }: Problem, shrunk: Shrunk): Promise<Confirmed | undefined> {
    const explorer = this.#explorer;
    if (keyOf(raw) === keyOf(shrunk.story) || explorer.timeIsUp) return undefined;
    const { problems } = await explorer.judgeAgain(raw);
    const same = problems.find((problem) => problem.family === family);
    if (!same) return undefined;
    const smaller = await shrink(explorer, raw, same, true);
    return this.#confirm({ ...smaller, executions: shrunk.executions + 1 + smaller.executions });
  }

  /** What comes again in no app that was started anew may take an earlier meeting, one in which nothing goes wrong. */
  async #findLater({ story, problem: { family }, executions }: Shrunk): Promise<Confirmed | undefined> {
    const explorer = this.#explorer;
    if (!explorer.isRenewable || explorer.isAlwaysAnew || explorer.timeIsUp) return undefined;
    const later: Story = { ...story, earlier: 1 };
    const { problems } = await explorer.judgeAgain(later);
    const same = problems.find((problem) => problem.family === family);
    if (!same) return undefined;
    const smaller = await shrink(explorer, later, same, true);
    return this.#confirm({ ...smaller, executions: executions + 1 + smaller.executions });
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
    const edges = story.deviations.map((one) =>
      'instant' in one.at ? inWords(one) : `${edgeOf(one, points)} × ${kindName(one)}`,
    );
    const where = [
      ...(edges.length === 0 || story.scenario !== finding.story.scenario ? [scenarioOf(story)] : []),
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
const KINDS_ALIKE: Readonly<Record<string, string>> = {
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
const alike = (kind: string): string => KINDS_ALIKE[kind] ?? (kind.startsWith('call-') ? 'call' : kind);

/** What one bug has in common wherever it shows itself. */
interface Family {
  readonly cause: string;
  /** Places of the state, or the call. */
  readonly what: readonly string[];
}

/** By what kind of thing it fails; what goes back, or is not noticed, does so for one reason. */
function familyOf(
  { oracle: told, cause: oracle = told, family, what }: Problem,
  { deviations, meetings = 1, earlier = 0 }: Story,
): Family {
  const kinds = [...new Set(deviations.map((one) => alike(kindOf(one).name)))].sort();
  if (oracle === 'noticed') return { cause: family, what: [] };
  if (family.startsWith('calendar')) return { cause: 'calendar', what: [what] };
  // What a meeting leaves in the way of a later one is in the way of those that overlap with it, too.
  const ofOthers = meetings > 1 || earlier > 0 ? ['others'] : [];
  const cause = oracle === 'monotone' ? [oracle] : [oracle === ALIKE ? 'confluence' : oracle, ...kinds, ...ofOthers];
  return { cause: cause.join(' '), what: family === 'state' ? what.split(' ') : [what] };
}

const isSame = (one: Family, other: Family): boolean =>
  one.cause === other.cause && (one.what.length === 0 || one.what.some((word) => other.what.includes(word)));

type Evidence = Pick<
  ExploreFinding,
  'expected' | 'was' | 'differences' | 'printed' | 'timeline' | 'quiet_timeline' | 'mistake' | 'also'
>;

/** What shows a problem of an execution, beside its quiet one; `ownTime` if it is unsteady, in an app that keeps its own. */
export function evidenceFor(problem: Problem, outcome: Outcome, quiet: Outcome, ownTime = false): Evidence {
  const { expected, was, differences = [] } = problem;
  return {
    expected,
    was,
    differences,
    printed: printedIn(outcome, quiet),
    timeline: outcome.lines(),
    quiet_timeline: quiet.lines(),
    mistake: probableMistake(problem, outcome, quiet, ownTime),
    also: [],
  };
}
