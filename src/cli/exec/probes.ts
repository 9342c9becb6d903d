import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonFolder } from '../../server/host/files.js';
import type { ListeningServer } from '../../server/host/listen.js';
import { reasonOf } from '../../errors.js';

const PROBE = fileURLToPath(new URL('../probe.cjs', import.meta.url));

/** What has the processes of a command tell when they are at rest. */
export interface CommandProbes {
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Without it each webhook is followed by quiet time, and a sentence says why. */
export async function probesFor(
  { workspaces, probeDoor }: ListeningServer,
  isLed: boolean,
  warn: (text: string) => void,
): Promise<CommandProbes | undefined> {
  try {
    const { variables, lead, close } = await probeDoor();
    const own = (isLed ? lead : variables)(workspaces.default);
    return { environment: probeEnvironment(own, warn), close };
  } catch (error) {
    if (isLed) throw error;
    const reason = reasonOf(error);
    warn(`The command is not probed, so each webhook is followed by quiet time: ${reason}`);
    return undefined;
  }
}

/** What has Node and Python load the probe, and what the probe is to know. */
export const probeEnvironment = (
  variables: Readonly<Record<string, string>>,
  warn: (text: string) => void,
): Readonly<Record<string, string>> => ({
  ...variables,
  NODE_OPTIONS: nodeOptions(),
  PYTHONPATH: pythonPath(warn),
});

/** Those that there are, and the probe. Not --import, which a worker that is made of a text does not heed. */
function nodeOptions(): string {
  const { NODE_OPTIONS: given = '' } = process.env;
  const quoted = /\s/.test(PROBE) ? `"${PROBE.replaceAll('\\', '\\\\')}"` : PROBE;
  const own = `--require ${quoted}`;
  return given.includes(own) ? given : `${given} ${own}`.trim();
}

/** Those that there are, and the probe's: a module that Python loads at its start from one of those goes first, and alone. */
function pythonPath(warn: (text: string) => void): string {
  const own = pythonFolder();
  const given = (process.env['PYTHONPATH'] ?? '').split(delimiter).filter((folder) => folder !== '' && folder !== own);
  const taken = given.map((folder) => join(folder, 'sitecustomize.py')).find((file) => existsSync(file));
  if (taken !== undefined)
    warn(
      `Python loads ${taken} and not the probe, so its webhooks are followed by quiet time: write import greenroom_probe there`,
    );
  return [...given, own].join(delimiter);
}
