import { counted } from '../checks/report.js';
import { LIMIT_NAMES, Limits, type LimitName } from '../contracts/control/terms.js';
import { GreenroomError } from '../errors.js';
import { isLoopback } from '../loopback.js';
import { listen, type ListeningServer } from '../server/host/listen.js';
import { connectPublic } from '../server/host/public-network.js';
import { allVendors } from '../server/server.js';
import { ServerToken } from '../server/shared/bearer.js';
import { shareServer } from '../server/shared/share.js';
import { DEFAULT_TERMS, readLife, type TermDefaults } from '../server/shared/terms.js';
import { VERSION } from '../server/version.js';
import { inspectorUrl, row } from './terminal/banner.js';
import { readConfig, type Config } from './settings/config.js';
import { endSoon } from './terminal/end-soon.js';
import { atItsPlace } from './settings/at-its-place.js';
import { HELP, readFlags, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { mergeSources, warnOfVariables } from './settings/sources.js';
import { interrupted } from './terminal/interrupted.js';
import { serverOptions, START_FLAGS } from './settings/options.js';
import { say, warn } from './terminal/say.js';

const USAGE = `greenroom serve --shared --data DIR [flags] serves a team: whoever has the token of the server makes workspaces, each with
an owner, limits and a time to live, and gets a token for each that opens this one alone. Webhooks are captured, or go to hosts that
the workspace was allowed, never to the server's own network.`;

/** Flags of start that mean the same here. */
const FROM_START = [
  'port',
  'host',
  'public-url',
  'scenarios',
  'config',
  'cors',
  'data',
  'data-sync',
  'max-body',
  'json',
  'quiet',
];

const HOW =
  'GREENROOM_CONTROL_TOKEN="$(openssl rand -base64 32)" makes one that nobody guesses; keep it, or give it as --control-token';
const { limits: LIMITS, ttl: TTL } = DEFAULT_TERMS;
const HOUR = 3_600_000_000;

const FLAGS: readonly Flag[] = [
  { name: 'shared', help: 'strangers share the server: without this, greenroom start is what you want' },
  { name: 'control-token', value: 'TOKEN', help: 'the token of the server; better in GREENROOM_CONTROL_TOKEN' },
  { name: 'behind-proxy', help: 'a proxy with TLS stands in front, as --public-url says: needed beyond this machine' },
  {
    name: 'ttl',
    value: 'TIME',
    help: `how long a workspace lives if nothing else is said (${TTL / HOUR}h; 30d at the most)`,
  },
  {
    name: 'limit',
    value: 'NAME=N',
    many: true,
    help: `a limit of workspaces of which nothing else is said: ${LIMIT_NAMES.map((name) => `${name}=${LIMITS[name]}`).join(', ')}; N may end with KiB, MiB or GiB`,
  },
  ...START_FLAGS.filter(({ name }) => FROM_START.includes(name)).map((flag) =>
    flag.name === 'quiet' ? { ...flag, help: 'print nothing but what --json asks for' } : flag,
  ),
  HELP,
];

/** `greenroom serve --shared`: serves until it is interrupted. */
export async function run(args: readonly string[]): Promise<number> {
  const given = readFlags('serve', FLAGS, args);
  if (given['help'] === true) return print(renderHelp(USAGE, FLAGS));
  warnOfVariables([...FLAGS, ...START_FLAGS], process.env);
  const { values, vendors: own } = await settingsOf(given);
  assertShared(values);
  const options = serverOptions({ ...values, clock: 'frozen' }, own);
  const { controlToken, ...rest } = options;
  const shared = shareServer({
    token: new ServerToken(controlToken, HOW),
    vendors: allVendors(own),
    defaults: defaultsIn(values),
    connect: () => connectPublic(),
  });
  assertSafe(values, rest.host);
  const server = await listen({ ...rest, shared, warn }).catch(atItsPlace(values));
  const ended = interrupted();
  if (values['json'] === true) print(renderReady(server));
  else if (values['quiet'] !== true) print(renderBanner(server, values));
  await ended;
  await server.stop();
  endSoon();
  return 0;
}

/** A settings file is read if it is named: a service is no project. */
async function settingsOf(given: FlagValues): Promise<Config> {
  const named = given['config'] ?? process.env['GREENROOM_CONFIG'];
  const file = typeof named === 'string' ? await readConfig(named, FLAGS) : { values: {}, vendors: [] };
  return { values: mergeSources(FLAGS, given, process.env, file.values), vendors: file.vendors };
}

/** Throws USAGE. */
function assertShared(values: FlagValues): void {
  if (values['shared'] === true) return;
  throw usage(
    'Failed to serve: for yourself and this machine, "greenroom start" is what you want. A service for a team is "greenroom serve --shared --data DIR".',
  );
}

/** Refuses what would lose or give away what others keep here. Throws USAGE. */
function assertSafe(values: FlagValues, host: string): void {
  if (values['data'] === undefined)
    throw usage(
      'Failed to share the server: it needs a folder in which workspaces and tokens outlive the process. Give one with --data DIR.',
    );
  const isProxied = values['behind-proxy'] === true;
  if (!isProxied && !isLoopback(host))
    throw usage(
      `Failed to listen on ${host}: tokens would go over the network in clear text. Put a proxy with TLS in front, and say so with --behind-proxy and --public-url https://…; or listen on 127.0.0.1.`,
    );
  const url = values['public-url'];
  if (!isProxied || (typeof url === 'string' && url.startsWith('https:'))) return;
  throw usage(
    `Failed to serve behind a proxy: expected the origin that it is called by, --public-url https://…, was ${typeof url === 'string' ? url : 'nothing'}. Links and callbacks carry it.`,
  );
}

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

function defaultsIn(values: FlagValues): TermDefaults {
  const { ttl, limit = [] } = values;
  const texts = Array.isArray(limit) ? (limit as string[]) : [String(limit)];
  const limits = { ...LIMITS, ...Object.fromEntries(texts.map(readLimit)) };
  try {
    return { limits, ttl: typeof ttl === 'string' ? readLife(ttl) : TTL };
  } catch {
    throw usage(`Failed to read --ttl: expected a duration such as 2h, of 30d at the most, was "${String(ttl)}".`);
  }
}

function readLimit(text: string): [LimitName, number] {
  const [, word = '', digits = '', unit = ''] = /^(\w+)=(\d{1,15})(KiB|MiB|GiB)?$/.exec(text) ?? [];
  const name = LIMIT_NAMES.find((known) => known === word);
  if (!name) throw usage(`Failed to read --limit: expected one of ${LIMIT_NAMES.join('=N, ')}=N, was "${text}".`);
  const value = Number(digits) * UNITS[unit]!;
  const { minimum, maximum } = Limits.properties[name];
  if (value >= minimum! && value <= maximum!) return [name, value];
  throw usage(`Failed to read --limit ${name}: expected a number from ${minimum} to ${maximum}, was ${value}.`);
}

const usage = (text: string): GreenroomError => new GreenroomError('USAGE', text);

function print(text: string): number {
  say(text);
  return 0;
}

/** One line for programs. The workspace `default` is nobody's: its keys are not told. */
const renderReady = ({ url, port }: ListeningServer): string =>
  `${JSON.stringify({ url, port, control: `${url}/_greenroom`, shared: true })}\n`;

function renderBanner({ url, workspaces }: ListeningServer, values: FlagValues): string {
  const called = typeof values['public-url'] === 'string' ? new URL(values['public-url']).origin : url;
  return `greenroom ${VERSION} is ready, and shared

${row('Listens', url)}${row('Called by', called)}${row('Data', String(values['data']))}${row('Holds', counted(workspaces.size - 1, 'workspace'))}${row('Inspector', `${inspectorUrl(called, undefined)}#token=TOKEN`)}
Try:
  curl ${called}/_greenroom/workspaces -H "Authorization: Bearer $GREENROOM_CONTROL_TOKEN" -d '{"owner":"me"}'

Ctrl-C ends it.
`;
}
