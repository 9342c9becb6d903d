import { pathOf } from '../client/path.js';
import type { ProbeVariables } from '../contracts/control/clock.js';
import { VENDOR_LIST } from '../contracts/vendors.js';
import type { Vendor } from '../server/providers/provider.js';
import { makeServer } from '../server/server.js';
import { isLoopback } from '../loopback.js';
import { appEnvironment, renderExports, type Described } from './exec/app-environment.js';
import { readOwnVendors, VENDORS_FLAG } from './settings/config.js';
import { HELP, readFlags, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { serverOptions, START_FLAGS } from './settings/options.js';
import { callControl, REMOTE_FLAGS, serverUrl, workspaceOf } from './remote.js';
import { profilesWith } from './settings/vendors.js';
import { say, tell } from './terminal/say.js';
import { GreenroomError, messageOf } from '../errors.js';

const USAGE = `greenroom env prints the environment variables that point an app at greenroom, to be taken in by a shell:

  eval "$(npx greenroom env)"

It asks the greenroom that runs, or, with flags of start, says what one that is started with them will have.`;

/** Flags of start that decide the environment: the address, and credentials. */
const START = [
  'port',
  'host',
  ...VENDOR_LIST.flatMap(({ access: { flags, schema } }) =>
    flags.filter(({ setting }) => setting in schema.properties).map(({ name }) => name),
  ),
];

const FLAGS: readonly Flag[] = [
  ...REMOTE_FLAGS,
  ...START_FLAGS.filter(({ name }) => START.includes(name)).map((flag) =>
    flag.name === 'port' ? { ...flag, help: 'port that it will listen on (4747)' } : flag,
  ),
  VENDORS_FLAG,
  { name: 'json', help: 'print one object of JSON instead' },
  HELP,
];

/** `greenroom env`. */
export async function run(args: readonly string[]): Promise<number> {
  const values = readFlags('env', FLAGS, args);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const own = await readOwnVendors(values);
  const isForetold = START.some((name) => values[name] !== undefined);
  const environment = isForetold ? foretold(values, own) : await asked(values, own);
  // A shell reads it: each byte of a value is its own.
  process.stdout.write(values['json'] === true ? `${JSON.stringify(environment)}\n` : renderExports(environment));
  return 0;
}

function foretold(values: FlagValues, own: readonly Vendor[]): Readonly<Record<string, string>> {
  const options = serverOptions(values, own);
  if (options.port === 0)
    throw new GreenroomError(
      'USAGE',
      'Failed to read --port: expected the port that greenroom will listen on, was "0", and which one is free shows when it listens. Ask it then: greenroom env --url URL.',
    );
  const url = `http://${options.host}:${options.port}`;
  const server = makeServer(options);
  const described = server.workspaces.default.describe(url);
  server.close();
  return appEnvironment(url, profilesWith(own), described);
}

async function asked(values: FlagValues, own: readonly Vendor[]): Promise<Readonly<Record<string, string>>> {
  const workspace = workspaceOf(values) ?? 'default';
  const described = JSON.parse(await callControl(values, pathOf`/workspaces/${workspace}`)) as Described;
  // The settings file here may name vendors that the server there does not serve.
  const vendors = profilesWith(own).filter(({ name }) => name in described);
  return { ...appEnvironment(serverUrl(values), vendors, described), ...(await probeOf(values)) };
}

/** What the probe of an app on the machine of the server needs. Without it each webhook is followed by quiet time. */
async function probeOf(values: FlagValues): Promise<Readonly<Record<string, string>>> {
  if (!isLoopback(new URL(serverUrl(values)).hostname)) return {};
  try {
    const { GREENROOM_URL: _own, ...probe } = JSON.parse(
      await callControl(values, '/clock/probes', { method: 'POST' }),
    ) as ProbeVariables;
    return probe;
  } catch (error) {
    const reason = messageOf(error);
    tell(`These variables have none for the probe: ${reason}\n`);
    return {};
  }
}
