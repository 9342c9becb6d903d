#!/usr/bin/env node
import { keepCompiled, loadCompiled } from './cli/compiled.js';

keepCompiled();

interface Command {
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The door for people and scripts. Every command is a module of its own, loaded when it is called. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: () => Promise.resolve(compiledStart()),
  demo: () => import('./cli/demo.js'),
  init: () => import('./cli/init.js'),
  exec: () => import('./cli/exec.js'),
  env: () => import('./cli/env.js'),
  clock: () => import('./cli/clock.js'),
  timeline: () => import('./cli/timeline.js'),
  checkpoint: () => import('./cli/checkpoint.js'),
  rewind: () => import('./cli/rewind.js'),
  changes: () => import('./cli/changes.js'),
  check: () => import('./cli/check.js'),
  export: () => import('./cli/export.js'),
  replay: () => import('./cli/replay.js'),
  explore: () => import('./cli/explore.js'),
  prove: () => import('./cli/prove.js'),
  doctor: () => import('./cli/doctor.js'),
  coverage: () => import('./cli/coverage.js'),
};

const USAGE_FAULT = 2;

/** What most people run is loaded with its compiled code. */
function compiledStart(): Command {
  const { exports, keep } = loadCompiled('start.cjs');
  const { run } = exports as typeof import('./cli/start.js');
  return { run: (args) => run(args, keep) };
}

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith('-')) return (await COMMANDS['start']!()).run(args);
  const command = COMMANDS[first];
  if (command) return (await command()).run(rest);
  const [{ GreenroomError }, { nearest }] = await Promise.all([
    import('./errors.js'),
    import('./contracts/nearest.js'),
  ]);
  const meant = nearest(first, Object.keys(COMMANDS));
  throw new GreenroomError(
    'USAGE',
    `Failed to run "${first}": there is no such command. ${meant === undefined ? `There are: ${Object.keys(COMMANDS).join(', ')}.` : `Did you mean "${meant}"?`}`,
  );
}

/** Whoever reads what is printed may have read enough: `| head -1`. A full disk is told, where it can be. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    if (stream === process.stdout) process.stderr.write(`Failed to print: ${error.message}.\n`);
    process.exit(USAGE_FAULT);
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = USAGE_FAULT;
  },
);
