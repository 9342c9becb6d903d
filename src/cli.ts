#!/usr/bin/env node
import { loadCompiled } from './cli/compiled.js';
import { warn } from './cli/terminal/say.js';
import { reasonOf, sentenceOf } from './errors.js';

const USAGE_FAULT = 2;

/** The door for people and scripts. What most of them run is a bundle of its own. */
async function main(args: readonly string[]): Promise<number> {
  assertNode();
  const [first = '', ...rest] = args[0] === 'help' ? ['--help'] : args;
  if (first === 'start' || first === '' || first.startsWith('-')) {
    const { exports, keep } = loadCompiled('start.cjs', 'start');
    return (exports as typeof import('./cli/start.js')).run(
      first === 'start' || first === '' ? rest : [first, ...rest],
      keep,
    );
  }
  const { exports, keep } = loadCompiled('commands.cjs', /^[a-z]+$/.test(first) ? first : 'unknown');
  const code = await (exports as typeof import('./cli/commands.js')).run(first, rest);
  keep();
  return code;
}

/** An older Node fails somewhere in the midst of it, in words that name something else. */
function assertNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Failed to start greenroom: expected Node 20.19 or later, was ${process.versions.node}.`);
}

/** Whoever reads what is printed may have read enough: `| head -1`. A full disk is told, where it can be. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    if (stream === process.stdout) process.stderr.write(`Failed to print: ${reasonOf(error)}.\n`);
    process.exit(USAGE_FAULT);
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    warn(sentenceOf(error));
    process.exitCode = USAGE_FAULT;
  },
);
