import { parseArgs } from 'node:util';
import { nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';

/** One flag of a command: its name, what it takes, and a line of help. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in the help; without it the flag takes none. */
  readonly value?: string;
  readonly many?: boolean;
  readonly help: string;
}

/** Each command has it. */
export const HELP: Flag = { name: 'help', help: 'print this' };

export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Reads a command line strictly. Throws USAGE for a flag that there is not, with the nearest that there is. */
export function readFlags(command: string, flags: readonly Flag[], args: readonly string[]): FlagValues {
  return readCommandLine(command, flags, args, false).values;
}

/** The same for a command that also takes words without a flag: files, URLs, a program to run. */
export function readWords(
  command: string,
  flags: readonly Flag[],
  args: readonly string[],
): { readonly values: FlagValues; readonly words: readonly string[] } {
  return readCommandLine(command, flags, args, true);
}

function readCommandLine(
  command: string,
  flags: readonly Flag[],
  args: readonly string[],
  allowPositionals: boolean,
): { values: FlagValues; words: readonly string[] } {
  const options = Object.fromEntries(
    flags.map(({ name, value, many = false }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: many },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    return { values: values as FlagValues, words: positionals };
  } catch (error) {
    throw new GreenroomError('USAGE', explain(command, flags, args, error));
  }
}

function explain(command: string, flags: readonly Flag[], args: readonly string[], error: unknown): string {
  const names = flags.map(({ name }) => `--${name}`);
  const takesNext = (arg: string): boolean =>
    flags.some(({ name, value }) => value !== undefined && arg === `--${name}`);
  // As it is read: what begins with a dash is no value of the flag before it.
  const empty = args.findIndex((arg, i) => takesNext(arg) && (args[i + 1] ?? '-').startsWith('-'));
  const [flag, next] = args.slice(empty, empty + 2);
  if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && empty >= 0)
    return `Failed to read the command line: expected a value for ${flag}, was ${next === undefined ? 'nothing' : `the flag ${next}. A value that begins with a dash goes as ${flag}=${next}`}.`;
  const unknown = args.find((arg) => arg.startsWith('-') && !names.includes(arg.split('=', 1)[0]!));
  if (unknown === undefined)
    return `Failed to read the command line: ${error instanceof Error ? error.message : String(error)}.`;
  const meant = nearest(unknown.split('=', 1)[0]!, names);
  return `Failed to read the command line: there is no flag ${unknown}. ${meant === undefined ? `greenroom ${command} --help lists them.` : `Did you mean ${meant}?`}`;
}

/** The help of a command: how it is called, and one line a flag. */
export function renderHelp(usage: string, flags: readonly Flag[]): string {
  const rows = flags.map(
    ({ name, value, help }) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return `${usage}\n\n${rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}\n`).join('')}`;
}
