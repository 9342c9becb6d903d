import { GreenroomError } from '../../errors.js';
import type { Explorer } from './explorer.js';
import { findChance } from './own-chance.js';
import type { Story } from '../stories/story.js';
import { LONGEST_MS } from '../playing/own-time.js';
import { unreadState } from '../playing/unread.js';
import { differences } from '../playing/state.js';
import { endOf, type Outcome } from '../playing/outcome.js';
import { shorten } from '../../contracts/schemas/schema.js';

/** Plays the plainest scenario twice before anything else: what differs is the app's own chance. Throws USAGE. */
export async function startQuietly<A>(explorer: Explorer<A>, story: Story): Promise<void> {
  const outcome = await explorer.quiet(story);
  const { refused, unread, asked, deliveries, states, ids } = outcome;
  const { title } = explorer.play.profile;
  if (refused !== undefined)
    throw new GreenroomError('USAGE', [
      `Failed to explore the app: expected the act to schedule a meeting, but it failed though nothing went wrong: ${refused}`,
      ...calledBefore(outcome, explorer),
    ]);
  const end = endOf(outcome);
  if (unread !== undefined && end !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to explore the app: expected it to live through a meeting in which nothing goes wrong, but ${end}. Have it live through ${story.scenario} first.`,
    );
  if (unread !== undefined) throw unreadState('USAGE', `Failed to read the state of the app: ${unread}`);
  if ((asked[0] ?? 0) === 0)
    throw new GreenroomError('USAGE', [
      `Failed to explore the app: expected ${explorer.play.acts || !explorer.play.inCalendar ? 'the act' : 'the app, which hears of a meeting in the calendar,'} to ask ${title} for an agent, but none was made. Have it use the meeting's url.`,
      ...calledBefore(outcome, explorer),
    ]);
  if (!deliveries.some(({ attempts }) => attempts.some(({ answer }) => answer !== undefined)))
    throw new GreenroomError(
      'USAGE',
      `Failed to explore the app: expected webhooks to reach it, but ${deliveries.length === 0 ? 'none was made: have the call that asks for the agent subscribe to them' : 'none arrived: they are for URLs that are not those of the app'}. In code, the app gives the URL of its endpoint as "url", or its functions as "receivers".`,
    );
  const answered = deliveries.flatMap(({ attempts }) => attempts.flatMap(({ answer }) => answer ?? []));
  if (answered.every((answer) => typeof answer === 'number' && answer >= 300 && answer < 500))
    throw new GreenroomError(
      'USAGE',
      `Failed to explore the app: expected it to take the vendor's messages, but it refuses each with ${answered[0]}: it verifies with another secret than that of its greenroom, or other bytes than those that ${title} signs, or has its endpoint at another path than the one that it subscribes. Start it with the variables of greenroom, or give its secret; mend the path. What is wrong with the bytes, greenroom check receiver tells.`,
    );
  if (explorer.play.state && states.every((state) => state === null))
    throw unreadState(
      'USAGE',
      `Failed to read the state of the app: expected something for a meeting that went well, asked by the id ${ids[0]}, was null or 404. That id is what the act gave as "id", else the vendor's: give an act that answers the id by which the app knows the meeting, or mend the place that is asked.`,
    );
  await findChance(explorer, story);
}

/** What of its calls explains that the app asked for nothing: the last that was refused, or that there was none. */
function calledBefore<A>({ calls, leftWaiting }: Outcome, { play, isLed }: Explorer<A>): string[] {
  const { title } = play.profile;
  if (leftWaiting)
    return [
      `No call of the app has come to greenroom yet, and it waits still: ${LONGEST_MS / 1000} s after its user, in its own time, nobody waits for it any more. With --lockstep the timers of a Node app follow the clock; have another ask sooner, such as by a shorter interval.`,
    ];
  if (calls.length === 0)
    return [
      `No call of the app has come to greenroom${isLed ? '' : ` within ${LONGEST_MS / 1000} s`}: have it call the URL that greenroom gives it, with the key that goes with it.`,
    ];
  const refused = calls.findLast(({ status }) => status !== undefined && status >= 400);
  if (!refused) return [];
  const { method, path, status, answer, hint } = refused;
  const aside = hint === undefined ? '' : ` (${hint})`;
  return [`${title} had answered its call ${method} ${path} with ${status}: ${shorten(answer)}${aside}`];
}

/** After the end of all: an app that is restarted then must still have its state. */
const AFTER_ALL = '5h';

/** True if the state of the app outlives a restart, so that restarts can be explored. */
export async function outlivesRestart<A>(explorer: Explorer<A>, plainest: Story): Promise<boolean> {
  if (!explorer.play.state) return false;
  const story: Story = { ...plainest, deviations: [{ at: { instant: AFTER_ALL }, do: { restart: true } }] };
  const quiet = await explorer.quiet(plainest);
  if (quiet.states[0] === null) return false;
  const { states } = await explorer.playAgain(story).catch(() => ({ states: [undefined] }));
  if (differences(quiet.states[0], states[0], explorer.ignore).length === 0) return true;
  explorer.notes.push(
    'The app loses its state when it is restarted here, so restarts were not tried. Give it a database that stays.',
  );
  return false;
}
