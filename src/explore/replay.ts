import { contractAt } from '../contracts/versions/versions.js';
import { didYouMean, nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import { VERSION } from '../server/version.js';
import { confirm, SEEN_ONCE } from './searching/confirm.js';
import { Explorer } from './searching/explorer.js';
import { happyOf, plainOf, PLAINEST } from './stories/plain.js';
import { hasLost } from './judging/judge.js';
import { mayBeMeasured } from './judging/mistakes.js';
import { inWords } from './stories/kinds.js';
import { evidenceFor } from './searching/findings.js';
import { actsOf, type RunningApp } from './options.js';
import { findChance } from './searching/own-chance.js';
import type { Exploring } from './searching/exploration.js';
import { explorePage } from './report/page.js';
import { lifeOf } from './stories/points.js';
import { canBeAsked, profileOf } from './playing/provider.js';
import { startQuietly } from './searching/quiet.js';
import { Recorder } from './report/recorded.js';
import type { ExploreFinding } from './report/report.js';
import { LEFT_WAITING, whyNotMended } from './searching/untried.js';
import type { Stage } from './playing/stage.js';
import { hashOf, isCall, isDelivery, type Story } from './stories/story.js';
import { renderFinding } from './report/text.js';

/** What came of a story that was played again. */
export interface Replayed {
  readonly fails: boolean;
  readonly hash: string;
  readonly findings: readonly ExploreFinding[];
  readonly notes: readonly string[];
  readonly text: () => string;
  /** The same as a page. Throws USAGE without `record`. */
  readonly html: () => string;
}

/** Plays a story against an app, beside its quiet one. Throws USAGE for an app or a story that cannot be played. */
export async function replayOn<A extends RunningApp>(
  stage: Stage<A>,
  options: Exploring<A>,
  story: Story,
): Promise<Replayed> {
  const { state, act, calendar = false, always = {}, sometimes = {}, ignore = [] } = options;
  const profile = await profileOf(stage, { ...options, provider: story.provider });
  assertWords(story, contractAt(profile, story.vendor_version));
  const play = { profile, acts: actsOf(act), inCalendar: calendar, state, always, sometimes, held: () => undefined };
  const explorer = new Explorer<A>(stage, play, ignore);
  await startQuietly(explorer, happyOf(story));
  if (story.scenario !== PLAINEST) await findChance(explorer, story);
  const quiet = await explorer.quiet(plainOf(story));
  const { outcome, problems } = await explorer.judgeAgain(story);
  const missed = outcome.missed.map(
    (i) => `The deviation "${inWords(story.deviations[i]!)}" struck nothing: there was no such webhook or call.`,
  );
  const findings: ExploreFinding[] = [];
  for (const problem of problems) {
    const { oracle, what, sentence } = problem;
    const isUnclear = !explorer.isLed && mayBeMeasured(problem, outcome, quiet);
    const { failed, played, isUnsteady } = isUnclear ? await confirm(explorer, story, problem) : SEEN_ONCE;
    findings.push({
      oracle,
      signature: [oracle, what].join(' | '),
      sentence,
      story,
      hash: hashOf(story),
      found_after: 1,
      shrunk_in: 0,
      flaky: failed < played,
      failed,
      played,
      ...evidenceFor(problem, outcome, quiet, isUnsteady),
    });
  }
  const doubts = findings.length === 0 ? notJudged(explorer, story) : [];
  const notes = [...explorer.notes, ...doubts, ...changesSince(story, lifeOf(quiet)), ...missed];
  const recorded = options.record ? await new Recorder(explorer).story(story, findings) : undefined;
  const text = (): string => renderReplay(story, findings, notes);
  return {
    fails: findings.length > 0,
    hash: hashOf(story),
    findings,
    notes,
    text,
    html: () => explorePage({ title: `story ${hashOf(story)}`, report: text(), recorded }),
  };
}

function renderReplay(story: Story, findings: readonly ExploreFinding[], notes: readonly string[]): string {
  const said = notes.map((note) => `${note}\n`).join('');
  const shown = findings.map((finding, i) => `${renderFinding(finding, i + 1)}\n`).join('');
  const verdict = findings.length === 0 ? 'passes' : 'fails';
  return `${said}${shown}The story ${hashOf(story)} ${verdict}.\n`;
}

/** Why a story may pass though nothing was mended. */
function notJudged<A>(explorer: Explorer<A>, story: Story): string[] {
  const { isLed, canMend, leftWaiting, play } = explorer;
  if (story.lockstep && !isLed)
    return [
      'The story was found with --lockstep, and the timers of this app do not follow the clock, so that it may pass for that alone. Give the command of the app after --: greenroom leads the time of an app that it starts.',
    ];
  if (leftWaiting) return [`What the failed call left undone was not judged: ${LEFT_WAITING}.`];
  if (canMend || !hasLost(story)) return [];
  const advice = !isLed && canBeAsked(play.profile) ? ' Play it with --lockstep.' : '';
  return [
    `The state was not judged: a message never comes, and ${whyNotMended(explorer as Explorer<unknown>)}.${advice}`,
  ];
}

/** What the quiet life of the story is now, and was not when the story was written. */
function changesSince({ life, greenroom }: Story, now: readonly string[]): string[] {
  if (!life) return [];
  const gone = life.filter((one) => !now.includes(one));
  const added = now.filter((one) => !life.includes(one));
  if (gone.length === 0 && added.length === 0) return [];
  const tell = (word: string, list: readonly string[]): string =>
    list.length === 0 ? '' : ` ${word}: ${list.join(', ')}.`;
  return [
    `greenroom ${greenroom ?? 'of another version'} wrote this story, and with ${VERSION} its quiet life has other webhooks.${tell('No more', gone)}${tell('New', added)}`,
  ];
}

/** A point that no vendor has would never be struck, and the story pass for that alone. */
function assertWords(
  { deviations }: Story,
  {
    operations,
    webhooks,
  }: { readonly operations: readonly { id: string }[]; readonly webhooks: readonly { type: string }[] },
): void {
  for (const [i, one] of deviations.entries()) {
    const types = webhooks.map(({ type }) => type);
    if (isCall(one))
      assertWord(
        `${i}/at/call/operation`,
        one.at.call.operation,
        operations.map(({ id }) => id),
      );
    else if (isDelivery(one)) assertWord(`${i}/at/delivery/type`, one.at.delivery.type, types);
  }
}

function assertWord(place: string, word: string, known: readonly string[]): void {
  if (known.includes(word)) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to read the story: at /deviations/${place}, expected one of ${known.join(', ')}, was "${word}".${didYouMean(nearest(word, known))}`,
  );
}
