import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import { inWordsOf } from '../command-words.js';
import type { FlagValues } from './flags.js';
import { START_FLAGS } from './options.js';
import { placeOf } from './sources.js';

/** Options of a server and of a workspace, by their pointer, and the flags that give them; those of a list are called like it. */
const FLAGS: Readonly<Record<string, string>> = {
  '/clock/mode': 'clock',
  '/clock/now': 'start',
  '/clock/speed': 'speed',
  '/clock/reader_wait': 'reader-wait',
  '/quiet': 'quiet-time',
  '/quiet_limit': 'quiet-limit',
  '/delivery_guard': 'delivery-guard',
  '/seed': 'seed',
  '/scenario': 'scenario',
  '/strict': 'strict',
  '/memory': 'memory',
  '/allowHosts': 'allow-host',
  '/forwardTo': 'forward-to',
  '/cors': 'cors',
  '/publicUrl': 'public-url',
};

/** Says of what a server refuses where it was said: the flag, the variable, or the setting of a file. */
export function atItsPlace(values: FlagValues, base?: string): (error: unknown) => never {
  return (error) => {
    throw saidAtItsPlace(values, error, base);
  };
}

/** The same for who throws no error, or throws it later. */
export function saidAtItsPlace(values: FlagValues, error: unknown, base?: string): unknown {
  if (!(error instanceof GreenroomError)) return error;
  return inWordsOf(error, { placeOf: (pointer) => placeIn(values, pointer), base });
}

function placeIn(values: FlagValues, pointer: string): string | undefined {
  const flag = flagOf(values, pointer);
  if (flag !== undefined) return `${placeOf(values, flag)}: `;
  const [, block = ''] = pointer.split('/');
  // A block of a file stands whole among the values; what has the name of a flag, such as --clock, is none.
  const isBlock = values[block] !== undefined && !START_FLAGS.some(({ name }) => name === block);
  return isBlock ? `${placeOf(values, block)}: at ${pointer}, ` : undefined;
}

/** The flag that was given for what stands at a pointer. */
function flagOf(values: FlagValues, pointer: string): string | undefined {
  const [, block, setting] = pointer.split('/');
  const { access } = VENDOR_LIST.find(({ name }) => name === block) ?? {};
  const flags = [
    FLAGS[pointer],
    FLAGS[`/${block}`],
    ...(access?.flags ?? []).filter((one) => one.setting === setting).map(({ name }) => name),
  ];
  return flags.find((name) => name !== undefined && values[name] !== undefined);
}
