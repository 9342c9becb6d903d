import { counted, type Report, type Rule } from '../../checks/report.js';
import type { Finding } from '../../checks/finding.js';
import { whyNotGreen } from '../../explore/searching/blind.js';
import { inOneLine } from '../../explore/stories/kinds.js';
import type { ExploreFinding, ExploreReport } from '../../explore/report/report.js';

/** What each oracle says when it finds something, and what to do. */
const ORACLES: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  answers: ['The app fails at a message that the vendor really sends', 'Answer 2xx, and do the work after it.'],
  forged: ['A message that is not the vendor’s has an effect', 'Verify the signature of the bytes that came.'],
  calls: [
    'The app calls the vendor otherwise than when nothing goes wrong',
    'Have each call made once, and until done.',
  ],
  acts: [
    'The app tells its user that a meeting failed, though its agent comes',
    'Look whether the agent is there before the user hears of an error.',
  ],
  rest: ['The app does not come to rest', 'Wait between attempts, and end when all is over.'],
  idempotent: ['A message that comes again changes the state', 'Remember the key of each message.'],
  monotone: ['The app goes back from a final state', 'Go forwards alone.'],
  confluence: ['The state depends on when the messages come', 'Order by what happened, not by what came first.'],
  converges: [
    'The app never agrees with the vendor, or with the calendar, again',
    'Ask the vendor now and then how things are; hear what users do in their calendars.',
  ],
  alike: ['A later meeting is not treated as the first', 'Keep what belongs to a meeting with the id of that meeting.'],
  complete: [
    'The search did not judge the app to its end',
    'Let it run to its end, and give it a state that tells of the meetings.',
  ],
  noticed: ['The app does not notice that a meeting failed', 'Hear the messages that tell of failures.'],
};

const ruleOf = (oracle: string): Rule => {
  const [title, advice] = ORACLES[oracle] ?? [`${oracle} does not hold`, 'Replay the story.'];
  return { name: oracle, title, severity: 'error', advice };
};

/** The report as the reporters of the checks know it. */
export function checkReport(report: ExploreReport, subject: string): Report {
  const { findings, executions, tried, stopped } = report;
  const own = findings.map(({ oracle }) => oracle).filter((oracle) => !Object.hasOwn(ORACLES, oracle));
  const early = stopped === undefined ? '' : ` The search stopped early: ${stopped}`;
  return {
    check: 'explore',
    command: 'greenroom explore',
    subject,
    summary: `Played ${counted(executions, 'execution')} of ${counted(tried.scenarios, 'scenario')}.${early}`,
    rules: [...Object.keys(ORACLES), ...new Set(own)].map(ruleOf),
    findings: [...findings.map(findingOf), ...whyNotComplete(report)],
    unjudged: report.blind.flatMap(unjudgedBy),
  };
}

/** What only the state of an app tells. */
const BY_STATE = ['idempotent', 'monotone', 'confluence', 'converges', 'alike', 'noticed'];

/** The oracles that a reason for blindness is of: `noticed: no scenario that was played ended in failure.` */
function unjudgedBy(why: string): NonNullable<Report['unjudged']> {
  const name = why.split(':', 1)[0]!;
  const oracles = name === 'state' ? BY_STATE : Object.hasOwn(ORACLES, name) ? [name] : [];
  return oracles.map((rule) => ({ rule, why }));
}

const findingOf = (finding: ExploreFinding): Finding => ({
  rule: finding.oracle,
  severity: 'error',
  message: messageOf(finding),
  where: { ...(finding.file === undefined ? {} : { file: finding.file }), provider: finding.story.provider },
  expected: finding.expected,
  was: [finding.was, ...finding.printed.slice(0, 1).map((line) => `the app printed: ${line.trim()}`)].join('; '),
  advice: finding.mistake.words === 'unknown' ? ruleOf(finding.oracle).advice : finding.mistake.words,
});

/** What has found nothing, and could not have, is no green: not for those who read nothing but a report in a file. */
function whyNotComplete(report: ExploreReport): Finding[] {
  const why = whyNotGreen(report);
  if (why === undefined) return [];
  return [{ rule: 'complete', severity: 'error', message: why, where: {}, advice: ruleOf('complete').advice }];
}

const messageOf = ({ sentence, story }: ExploreFinding): string => `${sentence}: ${inOneLine(story)}.`;
