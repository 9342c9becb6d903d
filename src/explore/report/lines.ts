import { formatDuration, parseDuration } from '../../clock/duration.js';
import { compareInstants, formatInstant, parseInstant, type Micros } from '../../clock/instant.js';
import { onOneLine } from '../../contracts/visible.js';
import { actInWords } from '../stories/kinds.js';
import type { Outcome, SeenCall, SeenDelivery } from '../playing/outcome.js';
import type { Mask } from '../playing/state.js';
import {
  isInstant,
  isUser,
  signedDuration,
  type InstantDeviation,
  type Story,
  type UserDeviation,
} from '../stories/story.js';

/** What happened between the vendor and the app, a line an attempt and a call, in time from the meeting's. */
export function linesOf(
  { deliveries, calls, story }: Pick<Outcome, 'deliveries' | 'calls' | 'story'>,
  joinAt: string,
  mask: Mask,
): string[] {
  const lines = [
    ...deliveries.flatMap((delivery) =>
      delivery.attempts.map(({ seq, at, ...attempt }, i) => ({ seq, at, text: tellAttempt(delivery, attempt, i) })),
    ),
    ...deliveries
      .filter(({ attempts }) => attempts.length === 0)
      .map((delivery) => ({ seq: Number.POSITIVE_INFINITY, at: delivery.at, text: `← ${tell(delivery)} never sent` })),
    ...actsIn(story).map((one) => ({
      seq: 0,
      at: formatInstant(parseInstant(joinAt)! - movedBy(story) + signedDuration(one.at.instant)),
      text: `* ${actInWords(one)}`,
    })),
    ...calls.map((call) => ({ seq: call.seq, at: call.at, text: tellCall(call, mask) })),
  ];
  return lines
    .sort((a, b) => compareInstants(a.at, b.at) || a.seq - b.seq)
    .map(({ at, text }) => `${offset(at, joinAt).padStart(9)} ${onOneLine(text)}`);
}

const actsIn = ({ deviations }: Story): (InstantDeviation | UserDeviation)[] =>
  deviations.filter((one) => isUser(one) || isInstant(one)).filter(({ at }) => (at.meeting ?? 1) === 1);

/** Acts count from the time that the meeting had first, and lines from the one that it has in the end. */
const movedBy = (story: Story): Micros =>
  actsIn(story).reduce((sum, one) => sum + (isInstant(one) ? (parseDuration(one.do.reschedule ?? '0s') ?? 0) : 0), 0);

const tell = ({ type, state, sub_type, isCopy }: SeenDelivery): string =>
  [type, state, sub_type, ...(isCopy ? ['(copy)'] : [])].filter((part) => part).join(' ');

function tellAttempt(
  delivery: SeenDelivery,
  { answer, genuine }: Pick<SeenDelivery['attempts'][number], 'answer' | 'genuine'>,
  index: number,
): string {
  const attempt = index === 0 ? '' : ` attempt ${index + 1}`;
  const altered = genuine ? '' : ' (not the vendor’s)';
  return `← ${tell(delivery)}${altered}${attempt}  ${answer ?? 'not sent'}`;
}

const tellCall = ({ operation, method, target, status, struck }: SeenCall, mask: Mask): string =>
  `→ ${operation ?? `${method} ${mask.text(target)}`}  ${struck ? 'struck, ' : ''}${status ?? 'no answer'}`;

function offset(at: string, joinAt: string): string {
  const micros = parseInstant(at)! - parseInstant(joinAt)!;
  const whole = Math.round(Math.abs(micros) / 1000) * 1000;
  return `${micros < 0 ? '-' : '+'}${formatDuration(whole)}`;
}
