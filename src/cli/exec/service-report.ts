import type { Delivery } from '../../client/deliveries.js';
import type { RequestLine, ViolationLine } from '../../client/timeline.js';
import type { CoverageReport } from '../../contracts/coverage/coverage.js';
import { coverageOfCalled } from '../../contracts/coverage/report.js';
import { refusalOf } from '../../contracts/signing.js';
import { renderCoverage } from '../../checks/coverage/text.js';
import type { Channel } from '../../client/channel.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { areFatal, countViolations } from '../settings/fail-level.js';
import type { FlagValues } from '../settings/flags.js';
import { readMin, tooLittle } from '../settings/min.js';
import { warn } from '../terminal/say.js';
import { Refused, unheededOf } from './calls.js';
import { endOf } from './end.js';
import { nobodyCalled } from './nobody.js';
import { renderFailures, type Signer } from './failures.js';
import { Untaken } from './webhooks.js';

const FINDINGS = 1;

/** A command that has ended. */
interface Over {
  readonly given: FlagValues;
  /** What the command was given to read. */
  readonly environment: Readonly<Record<string, string>>;
  readonly code: number;
  /** By Ctrl-C, or another signal. */
  readonly isInterrupted: boolean;
  readonly tell: (text: string) => void;
}

/** Says what came of a command that ran against a service, and gives the code of exec. */
export async function report(
  channel: Channel,
  { given, environment, code, isInterrupted, tell }: Over,
): Promise<number> {
  const { entries } = await channel.get<{ readonly entries: readonly ViolationLine[] }>('/timeline', {
    kind: 'violation',
  });
  const { deliveries } = await channel.get<{ readonly deliveries: readonly Delivery[] }>('/deliveries');
  if (code !== 0) {
    const failures = renderFailures(deliveries, (delivery) => signerOf(delivery, environment));
    const lines = endOf((await channel.getText('/timeline')).trimEnd().split('\n').toReversed());
    const end = `The end of the timeline of ${channel.workspace}:\n${lines.join('\n')}`;
    if (failures !== '' || !isEmpty(lines)) tell(`${failures}\n${end}`);
  }
  const lack = await lackOf(channel, given, tell);
  if (given['coverage'] !== true && !(await isCalled(channel))) tell(nobodyCalled(isInterrupted));
  if (entries.length > 0) tell(`\n${(await channel.getText('/timeline', { kind: 'violation' })).trimEnd()}`);
  const { entries: calls } = await channel.get<{ readonly entries: readonly RequestLine[] }>('/timeline', {
    kind: 'request',
  });
  const refused = new Refused().add(calls, ({ summary }) => summary);
  const unheeded = unheededOf(entries, refused, new Untaken().add(deliveries));
  if (unheeded !== '') tell(unheeded.trimEnd());
  tell(countViolations(entries));
  if (lack !== undefined) warn(lack);
  return code === 0 && (lack !== undefined || areFatal(entries, given)) ? FINDINGS : code;
}

/** A timeline on which nothing happened. */
const isEmpty = (lines: readonly string[]): boolean => lines.every((line) => line === '');

async function isCalled(channel: Channel): Promise<boolean> {
  const { requests } = await channel.get<{ readonly requests: readonly unknown[] }>('/requests', { limit: '1' });
  return requests.length > 0;
}

/** Whose secret a message is signed with: that of the variable with which it can be verified. */
function signerOf({ provider, attempts }: Delivery, environment: Readonly<Record<string, string>>): Signer {
  const profile = VENDOR_LIST.find(({ name }) => name === provider);
  const sent = attempts.at(-1)?.request;
  if (!profile || !sent || sent.cut) return { title: profile?.title ?? provider };
  const headers = Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const message = { body: sent.body, signature: headers[profile.signing.header.toLowerCase()] };
  const isSecret = (variable: string): boolean =>
    refusalOf(profile.signing, message, [environment[variable]!], headers) === undefined;
  return { title: profile.title, variable: Object.keys(profile.access.environment).find(isSecret) };
}

/** What the workspace lacks of what --min asks for, in words. What was exercised is said if --coverage asks for it. */
async function lackOf(channel: Channel, given: FlagValues, tell: (text: string) => void): Promise<string | undefined> {
  const [isAsked, min] = [given['coverage'] === true, readMin(given['min'])];
  // The server plays its scenarios for this.
  if (!isAsked && given['min'] === undefined) return undefined;
  const { workspace } = channel;
  const report = coverageOfCalled(await channel.get<CoverageReport>('/coverage', { workspace }));
  const isCalled = report.providers.length > 0;
  if (isAsked) tell(`\nContracts exercised:\n${isCalled ? renderCoverage(report) : 'Nobody called a vendor here.\n'}`);
  const percent = isCalled ? report.percent : 0;
  return percent < min ? tooLittle(percent, min).trimEnd() : undefined;
}
