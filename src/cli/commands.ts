import { nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';

interface Command {
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Every command but `start`. Each is a module of its own, loaded when it is called. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => import('./serve.js'),
  demo: () => import('./demo.js'),
  init: () => import('./init.js'),
  exec: () => import('./exec.js'),
  listen: () => import('./listen.js'),
  env: () => import('./env.js'),
  clock: () => import('./clock.js'),
  timeline: () => import('./timeline.js'),
  checkpoint: () => import('./checkpoint.js'),
  rewind: () => import('./rewind.js'),
  changes: () => import('./changes.js'),
  check: () => import('./check.js'),
  export: () => import('./export.js'),
  replay: () => import('./replay.js'),
  explore: () => import('./explore.js'),
  prove: () => import('./prove.js'),
  doctor: () => import('./doctor.js'),
  coverage: () => import('./coverage.js'),
};

/** Runs a command. Throws USAGE for a name that none has. */
export async function run(name: string, args: readonly string[]): Promise<number> {
  const command = COMMANDS[name];
  if (command) return (await command()).run(args);
  const names = ['start', ...Object.keys(COMMANDS)];
  const meant = nearest(name, names);
  throw new GreenroomError(
    'USAGE',
    `Failed to run "${name}": there is no such command. ${meant === undefined ? `There are: ${names.join(', ')}.` : `Did you mean "${meant}"?`}`,
  );
}
