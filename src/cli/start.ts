import { formatInstant } from '../clock/instant.js';
import { after } from '../clock/real-time.js';
import type { Credentials } from '../contracts/vendor.js';
import { VENDOR_LIST } from '../contracts/vendors.js';
import { follow, LINES } from '../server/control/stream.js';
import { listen, type ListeningServer } from '../server/host/listen.js';
import { VERSION } from '../server/version.js';
import type { Workspace } from '../server/workspaces/workspace.js';
import { orphaned } from './parent.js';
import { atItsPlace } from './settings/at-its-place.js';
import { inspectorUrl, renderAccess, renderReadyLine, renderVersions, row } from './terminal/banner.js';
import { readConfig } from './settings/config.js';
import { endSoon } from './terminal/end-soon.js';
import { readFlags, renderHelp, type FlagValues } from './settings/flags.js';
import { mergeSources, warnOfVariables } from './settings/sources.js';
import { interrupted } from './terminal/interrupted.js';
import { serverOptions, START_FLAGS } from './settings/options.js';
import { say, warn } from './terminal/say.js';
import { tuneForServing } from './v8.js';

/** By then the code that a start needs was called. */
const STARTED_MS = 1000;

/** `greenroom [start]`: serves until it is interrupted. `keepCode` keeps what was compiled for the next start. */
export async function run(args: readonly string[], keepCode: () => void): Promise<number> {
  // One that ends while the server is being started must be missed, too.
  const parent = process.ppid;
  const given = readFlags('start', START_FLAGS, args);
  if (given['help'] === true) {
    const { usageOf } = await import('./usage.js');
    const apis = VENDOR_LIST.map(({ contract }) => contract.title).join(' and the ');
    return print(renderHelp(usageOf(VERSION, apis), START_FLAGS));
  }
  if (given['version'] === true) return print(`${VERSION}\n${renderVersions(VENDOR_LIST)}`);
  warnOfVariables(START_FLAGS, process.env);
  const config = await readConfig(given['config'] as string | undefined, START_FLAGS);
  const values = mergeSources(START_FLAGS, given, process.env, config.values);
  const alone = endsWithParent(values) ? [orphaned(parent)] : [];
  const server = await listen({ ...serverOptions(values, config.vendors), warn }).catch(atItsPlace(values));
  const ended = interrupted();
  const [asJson, quiet] = [values['json'] === true, values['quiet'] === true];
  // A program waits for its line, whatever people want to read.
  if (asJson || !quiet) print(asJson ? renderReadyLine(server) : renderBanner(server, values));
  if (values['log'] === true || (process.stdout.isTTY && !asJson && !quiet)) printTimeline(server.workspaces.default);
  after(STARTED_MS, () => {
    keepCode();
    tuneForServing();
  });
  await Promise.race([ended, ...alone]);
  await server.stop();
  keepCode();
  endSoon();
  return 0;
}

/** Prints each entry of a timeline as it happens. */
function printTimeline(workspace: Workspace): void {
  const ignore = (): void => undefined;
  const outlet = { write: (text: string) => void print(text), isFull: () => false, end: ignore, cut: ignore };
  follow(workspace, outlet, { form: LINES, since: 0, keepAlive: Number.POSITIVE_INFINITY, isWanted: () => true });
}

function print(text: string): number {
  say(text);
  return 0;
}

const PACES = {
  live: (speed: number) => `runs live${speed === 1 ? '' : ` at ${speed} times real time`}`,
  frozen: () => 'stands still until it is advanced',
  auto: () => 'jumps ahead whenever nobody calls',
};

/** One screen for people. */
function renderBanner(server: ListeningServer, values: FlagValues): string {
  const { url, workspaces, vendors } = server;
  const workspace = workspaces.default;
  const described = workspace.describe(url);
  const { clock, scenario } = workspace.world;
  const knownKeys = workspace.strict ? 'no other key is let in' : 'any other well-formed key works too';
  const { profile, name } = vendors.at(-1)!;
  const { path, authorization, body } = profile.sample.agent(FIRST_WISH, described[name] as Credentials);
  return `greenroom ${VERSION} is ready${values['strict'] === true ? ' (strict)' : ''}

${renderAccess(server)}${row('', knownKeys)}${row('Scenario', scenario)}${row('Clock', `${formatInstant(clock.now())}, ${PACES[clock.mode](clock.speed)}`)}${row('Control', `${url}/_greenroom`)}${row('Inspector', inspectorUrl(url, values['control-token'] as string | undefined))}
Try:
  curl ${url}${path} -H 'Authorization: ${authorization}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'
  curl ${url}/_greenroom/clock/advance -d '{"by":"1h"}'
  curl ${url}/_greenroom/timeline -H 'Accept: text/plain'

Ctrl-C ends it.
`;
}

/** The call that a newcomer tries. */
const FIRST_WISH = { meetingUrl: 'https://meet.google.com/abc-defg-hij', name: 'Notes' };

/** The end of an npx that is killed would leave its server running. */
const endsWithParent = (values: FlagValues): boolean =>
  values['exit-with-parent'] === true || process.env['npm_command'] === 'exec';
