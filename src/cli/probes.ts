import { fileURLToPath } from 'node:url';
import { openProbeDoor } from '../server/host/probe-door.js';
import type { ListeningServer } from '../server/host/listen.js';

const PROBE = fileURLToPath(new URL('../probe.cjs', import.meta.url));

/** What has the processes of a command tell when they are at rest. */
export interface CommandProbes {
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Without it each webhook is followed by quiet time, and a sentence says why. */
export async function probesFor(
  { workspaces }: ListeningServer,
  isLed: boolean,
  warn: (text: string) => void,
): Promise<CommandProbes | undefined> {
  try {
    const { variables, lead, close } = await openProbeDoor(workspaces, warn);
    const own = (isLed ? lead : variables)(workspaces.default);
    return { environment: { ...own, NODE_OPTIONS: nodeOptions() }, close };
  } catch (error) {
    if (isLed) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The command is not probed, so each webhook is followed by quiet time: ${reason}`);
    return undefined;
  }
}

/** Those that there are, and the probe. Not --import, which a worker that is made of a text does not heed. */
function nodeOptions(): string {
  const { NODE_OPTIONS: given = '' } = process.env;
  const quoted = /\s/.test(PROBE) ? `"${PROBE.replaceAll('\\', '\\\\')}"` : PROBE;
  const own = `--require ${quoted}`;
  return given.includes(own) ? given : `${given} ${own}`.trim();
}
