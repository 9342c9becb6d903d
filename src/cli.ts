#!/usr/bin/env node
import { keepCompiled, loadCompiled } from './cli/compiled.js';
import { warn } from './cli/say.js';
import { messageOf } from './errors.js';

keepCompiled();

const USAGE_FAULT = 2;

/** The door for people and scripts. What most of them run is a bundle of its own. */
async function main(args: readonly string[]): Promise<number> {
  const [first = '', ...rest] = args;
  if (first === 'start' || first === '' || first.startsWith('-')) {
    const { exports, keep } = loadCompiled('start.cjs', 'start');
    return (exports as typeof import('./cli/start.js')).run(first === 'start' ? rest : args, keep);
  }
  const { exports, keep } = loadCompiled('commands.cjs', /^[a-z]+$/.test(first) ? first : 'unknown');
  const code = await (exports as typeof import('./cli/commands.js')).run(first, rest);
  keep();
  return code;
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
    warn(messageOf(error));
    process.exitCode = USAGE_FAULT;
  },
);
