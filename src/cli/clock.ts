import { parseInstant } from '../clock/instant.js';
import { onOneLine } from '../contracts/visible.js';
import { GreenroomError } from '../errors.js';
import { controlCall } from '../told.js';
import { durationOf, HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { commandFor, type PartNames } from './command-words.js';
import { ANSWER_AS_JSON, callControl, REMOTE_FLAGS, serverUrl } from './remote.js';
import { say } from './terminal/say.js';

const USAGE = `greenroom clock shows the clock of a running greenroom, and moves it.

  greenroom clock                              what time it is, and what waits
  greenroom clock advance 5m                   so far, or to an instant such as 2026-03-02T10:00:00Z
  greenroom clock next                         to the next job, which runs alone
  greenroom clock until idle                   until nothing is left to happen
  greenroom clock until ended --subject bot_…  until an agent is in a state
  greenroom clock until webhook --type bot.state_change --state ended`;

const FLAGS: readonly Flag[] = [
  ...REMOTE_FLAGS,
  { name: 'subject', value: 'ID', help: 'until: which agent, as a vendor id or scheduling_key:…' },
  { name: 'type', value: 'TYPE', help: 'until webhook: of this type' },
  { name: 'state', value: 'STATE', help: 'until webhook: that tells of this state' },
  { name: 'within', value: 'DURATION', help: 'until: virtual time at the most (30 days)' },
  ANSWER_AS_JSON,
  HELP,
];

/** Where the parts of an advance stand. */
const NAMES: PartNames = {
  by: 'the word after "advance"',
  to: 'the word after "advance"',
  '/until/state': 'the state after "until"',
  type: '--type',
  state: '--state',
  subject: '--subject',
  within: '--within',
};

interface Advanced {
  readonly to: string;
  readonly ran_total: number;
  readonly deliveries: readonly string[];
  readonly pending: number;
}

interface ClockState {
  readonly now: string;
  readonly mode: string;
  readonly speed: number;
  readonly probes: readonly { readonly pid: number; readonly in_hand?: string }[];
  readonly holds: readonly { readonly id: string; readonly reason: string; readonly since: string }[];
  readonly pending: readonly { readonly due: string; readonly label: string; readonly subject: string | null }[];
}

/** `greenroom clock [advance|next|until]`. */
export async function run(args: readonly string[]): Promise<number> {
  const back = args.find((arg) => /^-\d/.test(arg));
  if (back !== undefined)
    throw wrong(`time goes forwards alone, was "${back}". greenroom rewind --to INSTANT goes back`);
  const { values, words } = readWords('clock', FLAGS, args);
  if (values['help'] === true) return print(renderHelp(USAGE, FLAGS));
  const [verb, ...rest] = words;
  const asJson = values['json'] === true;
  if (verb === undefined) {
    const answer = await callControl(values, '/clock');
    return print(asJson ? `${answer}\n` : renderClock(JSON.parse(answer) as ClockState, serverUrl(values)));
  }
  const body = advanceOf(verb, rest, values);
  const before = asJson ? 0 : await lastLine(values);
  const answer = await callControl(values, '/clock/advance', { method: 'POST', body, names: NAMES });
  if (asJson) return print(`${answer}\n`);
  const lines = await callControl(values, `/timeline?after=${before}`, { accept: 'text/plain' });
  return print(lines + renderAdvanced(JSON.parse(answer) as Advanced));
}

/** The number of the newest line of the timeline. */
async function lastLine(values: FlagValues): Promise<number> {
  const { entries } = JSON.parse(await callControl(values, '/timeline')) as { entries: readonly { seq: number }[] };
  return entries.at(-1)?.seq ?? 0;
}

/** What the words of the command line ask the control plane for. Throws USAGE. */
function advanceOf(verb: string, [word, ...more]: readonly string[], values: FlagValues): object {
  const limit = values['within'];
  const within = typeof limit === 'string' ? { within: durationOf(limit) } : {};
  if (more.length > 0) throw wrong(`expected one word after "${verb}", was "${[word, ...more].join(' ')}"`);
  switch (verb) {
    case 'next':
      if (word !== undefined) throw wrong(`"next" takes no word, was "${word}"`);
      return { next: true };
    case 'advance':
      if (word === undefined) throw wrong('expected a duration or an instant after "advance", was nothing');
      return parseInstant(word) === undefined ? { by: durationOf(word) } : { to: word };
    case 'until':
      return { until: untilOf(word, values), ...within };
    default:
      throw wrong(`expected "advance", "next" or "until", was "${verb}"`);
  }
}

function untilOf(word: string | undefined, values: FlagValues): unknown {
  const given = (name: string): object => (values[name] === undefined ? {} : { [name]: values[name] });
  if (word === undefined) throw wrong('expected "idle", "webhook" or a state after "until", was nothing');
  if (word === 'idle') return 'idle';
  const subject = subjectOf(values['subject']);
  if (word === 'webhook')
    return { webhook: { ...given('type'), ...given('state'), ...(subject === undefined ? {} : { subject }) } };
  if (subject === undefined) throw wrong(`expected --subject with the agent that shall be "${word}", was nothing`);
  return { subject, state: word };
}

/** As in a query of the control plane: an id, or another name of the agent after a colon. */
function subjectOf(value: FlagValues[string]): unknown {
  if (typeof value !== 'string') return undefined;
  const [, key, name] = /^(\w+):(.*)$/s.exec(value) ?? [];
  return key === undefined ? value : { [key]: name };
}

const wrong = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read the command line: ${reason}. greenroom clock --help shows how.`);

function renderClock({ now, mode, speed, probes, holds, pending }: ClockState, base: string): string {
  const pace = mode === 'live' && speed !== 1 ? `${mode}, ${speed} times real time` : mode;
  const lines = pending.map((job) => line(job.due, job.label, job.subject));
  const held = holds.map(({ id, reason, since }) => line(id, reason, `since ${since}`));
  const busy = probes.flatMap(({ pid, in_hand: inHand }) =>
    inHand === undefined ? [] : line(`process ${pid}`, inHand),
  );
  const waits = busy.length === 0 ? '' : `Waits for what is in hand:\n${busy.join('')}`;
  const release = commandFor(controlCall('DELETE', '/clock/hold/ID'), base);
  const heldBy = held.length === 0 ? '' : `Held by:\n${held.join('')}${release} releases a hold.\n`;
  return `${now} (${pace})\n${heldBy}${waits}${lines.length === 0 ? 'Nothing waits.\n' : `Next:\n${lines.join('')}`}`;
}

/** What others wrote must not act on the terminal. */
const line = (...cells: readonly (string | null)[]): string =>
  `  ${onOneLine(cells.filter((cell) => cell !== null).join('  '))}\n`;

function renderAdvanced({ to, ran_total, deliveries, pending }: Advanced): string {
  return `It is ${to}: ${count(ran_total, 'job')} ran, ${count(deliveries.length, 'webhook')} made, ${pending} waiting.\n`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

function print(text: string): number {
  say(text);
  return 0;
}
