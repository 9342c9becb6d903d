import type { GreenroomError } from '../errors.js';

/** Where the parts of a call stand on a command line, by their pointer or its end: `{ by: 'the word after "advance"' }`. */
export type PartNames = Readonly<Record<string, string>>;

/** Calls of the control plane that a command makes. */
const COMMANDS: readonly (readonly [call: RegExp, command: string])[] = [
  [/POST \/_greenroom\/clock\/advance \{"next":true\}/g, 'greenroom clock next'],
  [/POST \/_greenroom\/clock\/advance \{"to":"([^"]+)"\}/g, 'greenroom clock advance $1'],
  [/POST \/_greenroom\/clock\/advance/g, 'greenroom clock advance'],
  [/POST \/_greenroom\/clock\/rewind/g, 'greenroom rewind'],
  [/GET \/_greenroom\/clock(?![/\w])/g, 'greenroom clock'],
  [/GET \/_greenroom\/checkpoints/g, 'greenroom checkpoint --list'],
  [/POST \/_greenroom\/checkpoints/g, 'greenroom checkpoint NAME'],
  [/DELETE \/_greenroom\/checkpoints\/NAME/g, 'greenroom checkpoint --delete NAME'],
  [/GET \/_greenroom\/requests/g, 'greenroom timeline --kind request'],
];

/** A sentence of the control plane for a person at a terminal: its calls as commands, and as `curl` where there is none. */
export const inCommands = (sentence: string, base: string): string =>
  COMMANDS.reduce((text, [call, command]) => text.replace(call, command), sentence).replace(
    /\b(GET|POST|PUT|PATCH|DELETE) (\/_greenroom\/[\w/-]+)(?: (\{[^}]*\}))?/g,
    (_, method: string, path: string, body?: string) =>
      `curl${method === 'GET' ? '' : ` -X ${method}`} ${base}${path}${body === undefined ? '' : ` -d '${body}'`}`,
  );

/** What the control plane refuses with, in the words of a command line: flags instead of pointers, commands instead of calls. */
export function refusalInCommands({ message, details }: GreenroomError, base: string, names: PartNames = {}): string {
  const pointer = details?.['pointer'];
  const name = typeof pointer === 'string' ? nameOf(pointer, names) : undefined;
  const told =
    name === undefined
      ? message
      : message.replace(/^Failed to [^:]*: (?:at \S+, )?(?=expected )/, `Failed to read ${name}: `);
  return inCommands(told, base);
}

function nameOf(pointer: string, names: PartNames): string | undefined {
  const [, parameter] = /^\?(\w+)$/.exec(pointer) ?? [];
  return (
    names[pointer] ?? names[pointer.split('/').at(-1)!] ?? (parameter === undefined ? undefined : `--${parameter}`)
  );
}
