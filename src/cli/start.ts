import { formatInstant } from '../clock/instant.js';
import { listen, type ListeningServer } from '../server/server.js';
import { VERSION } from '../server/version.js';
import { readConfig } from './config.js';
import { mergeSources, readFlags, renderHelp, type FlagValues } from './flags.js';
import { roomOptions, START_FLAGS } from './options.js';

const USAGE = `greenroom ${VERSION}: the Cronofy Meeting Agents API and the Attendee bot API on your machine

  greenroom [start] [flags]   serve until interrupted
  greenroom exec -- CMD       run a command against a greenroom of its own
  greenroom env               the environment variables that point an app here
  greenroom demo              one agent and one bot, from scheduling to the end, in a second
  greenroom check KIND …      judge traffic, a receiver, a live provider or scenarios by the contracts
  greenroom clock …           show or move the clock of a running greenroom
  greenroom timeline          what happened in it
  greenroom coverage          what of the contracts was exercised, and what to add next
  greenroom doctor signature  which mistake is behind a signature that does not fit
  greenroom export KIND       the contracts, scenarios and recordings for other tools

Every flag can also come from the environment (GREENROOM_PORT, …) or from greenroom.config.{ts,mjs,js,json}.`;

/** `greenroom [start]`: serves until it is interrupted. */
export async function run(args: readonly string[]): Promise<number> {
  const given = readFlags('start', START_FLAGS, args);
  if (given['help'] === true) return print(renderHelp(USAGE, START_FLAGS));
  if (given['version'] === true) return print(`${VERSION}\n`);
  const file = await readConfig(given['config'] as string | undefined, START_FLAGS);
  const values = { ...file, ...mergeSources(START_FLAGS, given, process.env, file) };
  const warn = (text: string): void => void process.stderr.write(`${text}\n`);
  const room = await listen({ ...roomOptions(values), warn });
  if (values['quiet'] !== true)
    process.stdout.write(values['json'] === true ? renderReadyLine(room) : renderBanner(room, values));
  await interrupted();
  await room.stop();
  return 0;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

interface Access {
  readonly cronofy: Readonly<Record<string, string>>;
  readonly attendee: Readonly<Record<string, string>>;
}

/** One line for programs. */
function renderReadyLine({ url, port, workspaces }: ListeningServer): string {
  const { cronofy, attendee } = workspaces.default.describe(url) as unknown as Access;
  return `${JSON.stringify({ url, port, control: `${url}/_greenroom`, cronofy, attendee })}\n`;
}

/** One screen for people. */
function renderBanner({ url, workspaces }: ListeningServer, values: FlagValues): string {
  const workspace = workspaces.default;
  const { cronofy, attendee } = workspace.describe(url) as unknown as Access;
  const { clock, scenario } = workspace.world;
  const pace = {
    live: `runs live${clock.speed === 1 ? '' : ` at ${clock.speed} times real time`}`,
    frozen: 'stands still until it is advanced',
    auto: 'jumps ahead whenever nobody calls',
  };
  const knownKeys = workspace.strict ? 'no other key is let in' : 'any other well-formed key works too';
  return `greenroom ${VERSION} is ready${values['strict'] === true ? ' (strict)' : ''}

  Cronofy    ${url}
             API key and client secret   ${cronofy['client_secret']}
             access token                ${cronofy['access_token']}
  Attendee   ${url}/api/v1
             API key                     ${attendee['api_key']}
             webhook secret (base64)     ${attendee['webhook_secret']}
             ${knownKeys}
  Scenario   ${scenario}
  Clock      ${formatInstant(clock.now())}, ${pace[clock.mode]}
  Control    ${url}/_greenroom

Try:
  curl ${url}/api/v1/bots -H 'Authorization: Token ${attendee['api_key']}' -H 'Content-Type: application/json' -d '{"meeting_url":"https://meet.google.com/abc-defg-hij","bot_name":"Notes"}'
  curl ${url}/_greenroom/clock/advance -d '{"by":"1h"}'
  curl ${url}/_greenroom/timeline -H 'Accept: text/plain'
`;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
