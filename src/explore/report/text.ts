import { GREENROOM } from './command.js';
import type { ExploreFinding, ExploreResult } from './report.js';
import { onOneLine } from '../../contracts/visible.js';
import { afterOthers, inWords } from '../stories/kinds.js';
import { show } from '../judging/show.js';
import { sideBySide } from './beside.js';

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The report for people: what was found, what was tried, and what was not. */
export function renderReport(result: ExploreResult, words = ''): string {
  const { findings, tried, executions, blind, notes, not_tried, stopped } = result;
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`${title}\n${lines.map((line) => `  - ${onOneLine(line)}\n`).join('')}`];
  return [
    ...list('Said first:', notes),
    ...findings.map((finding, i) => renderFinding(finding, i + 1, words)),
    ...(stopped === undefined ? [] : [`The search stopped early: ${onOneLine(stopped)}\n`]),
    `${findings.length === 0 ? 'Nothing was found' : counted(findings.length, 'finding')} in ${counted(executions, 'execution')}: ${counted(tried.scenarios, 'scenario')}, ${counted(tried.singles, 'single deviation')}, ${counted(tried.pairs, 'pair')}; ${tried.edges} pairs of a change and a kind were struck.\n`,
    ...list('Blind, for nothing could have made them fail:', blind),
    ...list('Not tried:', not_tried),
  ].join('\n');
}

/** `words` are those of the command line that a replay needs beside the file. */
export function renderFinding(finding: ExploreFinding, number: number, words = ''): string {
  const { oracle, sentence, story } = finding;
  const where = placesIn(finding).map(([pointer, said]) => `  ${onOneLine(`${pointer}: ${said}`)}\n`);
  const { expected, was } = finding;
  const last = lastFacts(finding, words).map(([name, said]) => `  ${name}: ${onOneLine(said)}\n`);
  return [
    `${number}. ${onOneLine(sentence)} (${oracle})\n`,
    `  Story ${finding.hash}: ${scenarioOf(story)}${story.deviations.length === 0 ? ', and nothing goes wrong' : ''}\n`,
    ...story.deviations.map((one) => `  - ${onOneLine(inWords(one))}\n`),
    ...flakyFacts(finding).map(([name, said]) => `  ${name}: ${said}.\n`),
    ...(where.length > 0 ? where : [`  ${onOneLine(`expected ${expected}, was ${was}`)}\n`]),
    ...printedLines(finding),
    `\n${indent(sideBySide(finding))}\n`,
    ...last,
  ].join('');
}

const printedLines = ({ printed }: ExploreFinding): string[] =>
  printed.length === 0 ? [] : [`  ${PRINTED}:\n`, ...printed.map((line) => `    ${onOneLine(line)}\n`)];

/** Of what stands in no quiet life, as of an error. */
const PRINTED = 'The app printed';

type Fact = readonly [name: string, words: string];

/** What a finding says, but for what happened: words beside words. */
export function factsOf(finding: ExploreFinding, words?: string): Fact[] {
  const { oracle, sentence, story, hash, expected, was, printed } = finding;
  const where = placesIn(finding);
  return [
    ['Found', `${sentence} (${oracle})`],
    ['Story', `${hash}: ${scenarioOf(story)}`],
    ['Goes wrong', story.deviations.length === 0 ? 'nothing' : story.deviations.map(inWords).join('; ')],
    ...flakyFacts(finding),
    ...(where.length > 0 ? where : ([['Expected', `${expected}, was ${was}`]] as const)),
    ...(printed.length === 0 ? [] : ([[PRINTED, printed.map((line) => line.trim()).join(' | ')]] as const)),
    ...lastFacts(finding, words),
  ];
}

/** What is lived, without what goes wrong: `happy-path, 2 meetings that overlap`. */
export const scenarioOf = ({ scenario, meetings = 1, earlier = 0, day }: ExploreFinding['story']): string =>
  [
    scenario,
    ...(meetings > 1 ? [`${meetings} meetings that overlap`] : []),
    ...(earlier > 0 ? [afterOthers(earlier)] : []),
    ...(day === undefined ? [] : ['on the day before clocks change']),
  ].join(', ');

const MOST_PLACES = 5;

const placesIn = ({ differences }: ExploreFinding): Fact[] =>
  differences
    .slice(0, MOST_PLACES)
    .map(({ pointer, expected, was }) => [pointer || '/', `expected ${show(expected)}, was ${show(was)}`]);

const flakyFacts = ({ flaky, failed, played }: ExploreFinding): Fact[] =>
  flaky ? [['Flaky', `it failed ${failed} times of ${played}`]] : [];

const MOST_ALSO = 6;

function lastFacts({ mistake, also, file }: ExploreFinding, words = ''): Fact[] {
  const more = also.length > MOST_ALSO ? `; and ${also.length - MOST_ALSO} more` : '';
  return [
    ['Probable mistake', `${mistake.words}${mistake.evidence === '' ? '' : ` (${mistake.evidence})`}`],
    ...(also.length === 0 ? [] : ([['Also at', also.slice(0, MOST_ALSO).join('; ') + more]] as const)),
    ...(file === undefined
      ? []
      : ([['Replay it', `${GREENROOM.join(' ')} replay ${file}${words === '' ? '' : ` ${words}`}`]] as const)),
  ];
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ');
