import { run as runOther } from '../../src/cli/commands.js';
import { warn } from '../../src/cli/terminal/say.js';
import { sentenceOf } from '../../src/errors.js';
import { run as runStart } from '../../src/cli/start.js';

interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What came of a command: what a process of its own would have printed and ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const USAGE_FAULT = 2;

/** Streams and folder are those of the process: one command has them at a time. */
let before: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of greenroom to its end in this process, from the sources: what a command says needs no process, and most
 * of one is its start. What only a process has (how it ends, signals, a reader that goes away, the bundles) is for
 * `runCommand`, and each command is run in one somewhere. A command that serves ends its process a moment later: so does exec.
 */
export function runHere(args: readonly string[], place: Place = {}): Promise<Ended> {
  const ended = before.then(() => runAlone(args, place));
  before = ended.catch(() => undefined);
  return ended;
}

async function runAlone(args: readonly string[], { cwd = process.cwd(), env = {} }: Place): Promise<Ended> {
  const home = process.cwd();
  const variables = Object.keys(env).map((name) => [name, process.env[name]] as const);
  const out = listenTo(process.stdout);
  const err = listenTo(process.stderr);
  try {
    Object.assign(process.env, env);
    process.chdir(cwd);
    const code = await main(args).catch((error: unknown) => {
      warn(sentenceOf(error));
      return USAGE_FAULT;
    });
    return { code, stdout: out.text(), stderr: err.text() };
  } finally {
    for (const heard of [out, err]) heard.end();
    process.chdir(home);
    for (const [name, value] of variables) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** The door of `src/cli.ts`, without the bundles behind it. */
async function main(args: readonly string[]): Promise<number> {
  const [first = '', ...rest] = args;
  if (first !== 'start' && first !== '' && !first.startsWith('-')) return runOther(first, rest);
  return runStart(first === 'start' ? rest : args, () => undefined);
}

/** Takes what is written to a stream, until it is ended. */
function listenTo(stream: NodeJS.WriteStream): { readonly text: () => string; readonly end: () => void } {
  const chunks: Buffer[] = [];
  const write = (chunk: string, ...rest: readonly unknown[]): boolean => {
    chunks.push(Buffer.from(chunk));
    const done = rest.find((each) => typeof each === 'function');
    if (done) process.nextTick(done);
    return true;
  };
  // In front of the method of its class, which is what it has again without it.
  Object.assign(stream, { write });
  return { text: () => Buffer.concat(chunks).toString(), end: () => void Reflect.deleteProperty(stream, 'write') };
}
