import { parseArgs } from 'node:util';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError, messageOf } from '../../errors.js';

/** One flag of a command: its name, what it takes, and a line of help. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in the help; without it the flag takes none. */
  readonly value?: string;
  readonly many?: boolean;
  /** True if the value names a place that is written to. */
  readonly writes?: true;
  readonly help: string;
}

/** Each command has it. */
export const HELP: Flag = { name: 'help', help: 'print this' };

export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A duration as people write it: digits alone are milliseconds. */
export const durationOf = (text: string): string | number => (/^[1-9]\d*$/.test(text) ? Number(text) : text);

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
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: optionsOf(flags),
      strict: true,
      allowPositionals,
    });
    return { values: values as FlagValues, words: positionals };
  } catch (error) {
    throw new GreenroomError('USAGE', explain(command, flags, args, error));
  }
}

const optionsOf = (flags: readonly Flag[]) =>
  Object.fromEntries(
    flags.map(({ name, value, many = false }) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: many,
        ...(name === HELP.name ? { short: 'h' } : {}),
      },
    ]),
  );

/** What can be read of a command line that is wrong somewhere: the texts of its flags, and its words. */
export function readDespite(
  flags: readonly Flag[],
  args: readonly string[],
): { readonly values: FlagValues; readonly words: readonly string[] } {
  const { values, positionals } = parseArgs({
    args: args.filter((_, i) => !lacksValue(flags, args, i)),
    options: optionsOf(flags),
    strict: false,
    allowPositionals: true,
  });
  const texts = Object.entries(values).map(([name, given]) => {
    const kept = [given ?? []].flat().filter((one) => typeof one === 'string');
    return [name, kept.length === 0 ? undefined : Array.isArray(given) ? kept : kept[0]] as const;
  });
  return { values: Object.fromEntries(texts), words: positionals };
}

/** True for a flag without its value. As it is read: what begins with a dash is no value of the flag before it. */
const lacksValue = (flags: readonly Flag[], args: readonly string[], i: number): boolean =>
  flags.some(({ name, value }) => value !== undefined && args[i] === `--${name}`) &&
  (args[i + 1] ?? '-').startsWith('-');

function explain(command: string, flags: readonly Flag[], args: readonly string[], error: unknown): string {
  const names = flags.map(({ name }) => `--${name}`);
  const empty = args.findIndex((_, i) => lacksValue(flags, args, i));
  const [flag, next] = args.slice(empty, empty + 2);
  if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && empty >= 0)
    return `Failed to read the command line: expected a value for ${flag}, was ${next === undefined ? 'nothing' : `the flag ${next}. A value that begins with a dash goes as ${flag}=${next}`}.`;
  if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    const [, word = ''] = /'([^']*)'/.exec(messageOf(error)) ?? [];
    return `Failed to read the command line: expected flags alone, was also "${word}". greenroom ${command} --help lists them.`;
  }
  const unknown = args.find((arg) => arg.startsWith('-') && !names.includes(arg.split('=', 1)[0]!));
  if (unknown === undefined) return `Failed to read the command line: ${messageOf(error)}.`;
  return `Failed to read the command line: there is no flag ${unknown}. ${adviseOn(unknown, { command, names, args })}`;
}

/** Commands that run a program, whose own flags are none of ours. */
const RUNNING = ['exec', 'explore', 'prove', 'replay'];
const REPORTS = ['json', 'junit', 'sarif', 'github', 'pretty'];

interface CommandLine {
  readonly command: string;
  /** Of its flags. */
  readonly names: readonly string[];
  readonly args: readonly string[];
}

/** What to do about a flag that there is not. */
function adviseOn(unknown: string, { command, names, args }: CommandLine): string {
  const [given = ''] = unknown.split('=', 1);
  const meant = nearest(given, names);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const before = args.slice(0, args.indexOf(unknown));
  if (RUNNING.includes(command) && !args.includes('--') && before.some((arg) => !arg.startsWith('-')))
    return 'What is of the command that is run stands after --, as in: greenroom exec -- npm test --silent';
  const report = REPORTS.find((name) => given === `--${name}`);
  if (report !== undefined && names.includes('--reporter')) return `Did you mean --reporter ${report}=FILE?`;
  return `greenroom ${command} --help lists them.`;
}

/** The help of a command: how it is called, and one line a flag. */
export function renderHelp(usage: string, flags: readonly Flag[]): string {
  const rows = flags.map(
    ({ name, value, help }) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return `${usage}\n\n${rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}\n`).join('')}`;
}
