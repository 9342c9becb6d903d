import { makeServer } from '../server/server.js';
import { appEnvironment, renderExports, type Access } from './app-environment.js';
import { readFlags, renderHelp, type Flag, type FlagValues } from './flags.js';
import { roomOptions, START_FLAGS } from './options.js';
import { callControl, REMOTE_FLAGS, serverUrl } from './remote.js';

const USAGE = `greenroom env prints the environment variables that point an app at greenroom, to be taken in by a shell:

  eval "$(npx greenroom env)"

It asks the greenroom that runs, or, with flags of start, says what one that is started with them will have.`;

/** Flags of start that decide what an app is told. */
const START = ['port', 'host', 'client-secret', 'api-key', 'webhook-secret'];

const FLAGS: readonly Flag[] = [
  ...REMOTE_FLAGS,
  ...START_FLAGS.filter(({ name }) => START.includes(name)),
  { name: 'json', help: 'print one object of JSON instead' },
  { name: 'help', help: 'print this' },
];

/** `greenroom env`. */
export async function run(args: readonly string[]): Promise<number> {
  const values = readFlags('env', FLAGS, args);
  if (values['help'] === true) {
    process.stdout.write(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const environment = START.some((name) => values[name] !== undefined) ? foretold(values) : await asked(values);
  process.stdout.write(values['json'] === true ? `${JSON.stringify(environment)}\n` : renderExports(environment));
  return 0;
}

function foretold(values: FlagValues): Readonly<Record<string, string>> {
  const options = roomOptions(values);
  const url = `http://${options.host}:${options.port}`;
  const room = makeServer(options);
  const access = room.workspaces.default.describe(url) as unknown as Access;
  room.close();
  return appEnvironment(url, access);
}

async function asked(values: FlagValues): Promise<Readonly<Record<string, string>>> {
  const workspace = typeof values['workspace'] === 'string' ? values['workspace'] : 'default';
  const access = JSON.parse(await callControl(values, `/workspaces/${encodeURIComponent(workspace)}`)) as Access;
  return appEnvironment(serverUrl(values), access);
}
