import { parseArgs } from 'node:util';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';

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
  allowsWords: boolean,
): { values: FlagValues; words: readonly string[] } {
  const { values, positionals, tokens } = parseArgs({ ...readingOf(flags, args), tokens: true });
  for (const token of tokens) {
    const fault = faultOf(token, { command, flags, args, allowsWords });
    if (fault !== undefined) throw new GreenroomError('USAGE', `Failed to read the command line: ${fault}`);
  }
  return { values: values as FlagValues, words: positionals };
}

/** Node's strict reading says in words of its own, which change, what is wrong: this one takes everything. */
const readingOf = (flags: readonly Flag[], args: readonly string[]) => ({
  args: [...args],
  options: optionsOf(flags),
  strict: false,
  allowPositionals: true,
});

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
  const whole = args.filter((_, i) => !lacksValue(flags, args, i));
  const { values, positionals } = parseArgs(readingOf(flags, whole));
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

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

interface CommandLine {
  readonly command: string;
  readonly flags: readonly Flag[];
  readonly args: readonly string[];
  /** Words without a flag are part of it. */
  readonly allowsWords: boolean;
}

/** What is wrong with a part of a command line, in words. */
function faultOf(token: Token, line: CommandLine): string | undefined {
  if (token.kind === 'option-terminator') return undefined;
  if (token.kind === 'option') return faultOfFlag(token, line);
  if (line.allowsWords) return undefined;
  return `expected flags alone, was also "${token.value}". greenroom ${line.command} --help lists them.`;
}

function faultOfFlag(token: Extract<Token, { kind: 'option' }>, line: CommandLine): string | undefined {
  const { name, rawName, value, inlineValue } = token;
  const flag = line.flags.find((one) => one.name === name);
  if (!flag) return `there is no flag ${rawName}. ${adviseOn(rawName, line, line.args.slice(0, token.index))}`;
  if (flag.value === undefined)
    return value === undefined ? undefined : `expected ${rawName} without a value, was ${rawName}=${value}.`;
  if (value === undefined) return `expected a value for ${rawName}, was nothing.`;
  if (inlineValue || !/^-./.test(value)) return undefined;
  return `expected a value for ${rawName}, was the flag ${value}. A value that begins with a dash goes as ${rawName}=${value}.`;
}

/** Commands that run a program, whose own flags are none of ours. */
const RUNNING = ['exec', 'explore', 'prove', 'replay'];
const REPORTS = ['json', 'junit', 'sarif', 'github', 'pretty'];

/** What to do about a flag that there is not. */
function adviseOn(given: string, { command, flags, args }: CommandLine, before: readonly string[]): string {
  const names = flags.map(({ name }) => `--${name}`);
  const meant = nearest(given, names);
  if (meant !== undefined) return `Did you mean ${meant}?`;
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
