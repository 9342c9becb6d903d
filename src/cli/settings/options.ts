import { Type, type TSchema } from '@sinclair/typebox';
import type { ClockMode } from '../../clock/options.js';
import type { CastingBody } from '../../contracts/control/casting.js';
import { controlSchemas } from '../../contracts/control/schemas.js';
import { advise } from '../../contracts/schemas/advice.js';
import { mismatches, unknownFields } from '../../contracts/schemas/schema.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import type { Vendor } from '../../server/providers/provider.js';
import { guardTime, quietTime, readerWait } from '../../server/real-durations.js';
import type { ServerOptions } from '../../server/server.js';
import { durationOf, HELP, type Flag, type FlagValues } from './flags.js';
import { placeOf, wrong } from './sources.js';
import { profilesWith } from './vendors.js';

/** The flags of `greenroom start`. */
export const START_FLAGS: readonly Flag[] = [
  { name: 'port', value: 'N', help: 'port to listen on; 0 takes a free one (4747)' },
  { name: 'host', value: 'HOST', help: 'address to listen on (127.0.0.1)' },
  { name: 'public-url', value: 'URL', help: 'what callbacks, cursors and links carry instead of the called origin' },
  { name: 'clock', value: 'MODE', help: 'live, frozen or auto (live)' },
  { name: 'start', value: 'INSTANT', help: 'where the clock begins: now, or an instant in ISO 8601 with a zone' },
  { name: 'speed', value: 'N', help: 'virtual seconds per real second of a live clock (1)' },
  { name: 'reader-wait', value: 'TIME', help: 'how long an auto clock stands still for a client that polls (10s)' },
  { name: 'quiet-time', value: 'TIME', help: 'real time without a call that must follow a webhook (5ms)' },
  { name: 'quiet-limit', value: 'TIME', help: 'how long the quiet time may become by itself (500ms); 0 keeps it' },
  {
    name: 'delivery-guard',
    value: 'TIME',
    help: 'real time after which a receiver that does not answer is given up, or off (3s)',
  },
  { name: 'seed', value: 'N', help: 'seed of every id and name (1)' },
  { name: 'scenario', value: 'NAME', help: 'the scenario that meetings play (happy-path)' },
  { name: 'scenarios', value: 'DIR', help: 'folder with scenario files of your own' },
  { name: 'config', value: 'FILE', help: 'settings file (greenroom.config.{ts,mjs,js,json})' },
  { name: 'forward-to', value: 'URL', help: 'send webhooks for other hosts to this local URL' },
  { name: 'allow-host', value: 'HOST', many: true, help: 'let webhooks for this host out; may be repeated' },
  {
    name: 'cors',
    value: 'ORIGIN',
    many: true,
    help: "let web pages of this origin call the vendors' paths; may be repeated",
  },
  ...VENDOR_LIST.flatMap(({ access }) => access.flags.map(({ name, value, help }) => ({ name, value, help }))),
  {
    name: 'strict',
    help: 'refuse what production refuses: http webhooks of Attendee, local ones of Cronofy, unknown keys, unprefixed paths',
  },
  {
    name: 'control-token',
    value: 'TOKEN',
    help: 'what callers of /_greenroom must show; needed to listen beyond this machine',
  },
  { name: 'data', value: 'DIR', help: 'folder in which everything outlives this process, a crash included' },
  { name: 'data-sync', help: 'wait until the disk has each write: for the loss of power' },
  { name: 'memory', value: 'MIB', help: 'how much is remembered of calls, timeline and deliveries (64)' },
  { name: 'max-body', value: 'MIB', help: 'how large the body of a request may be; a larger one is answered 413 (16)' },
  { name: 'json', help: 'print one line of JSON when ready, and nothing else' },
  { name: 'log', help: 'print each entry of the timeline as it happens; in a terminal this is so without the flag' },
  { name: 'quiet', help: 'print nothing but what --json and --log ask for' },
  { name: 'exit-with-parent', help: 'end when the process that started this one has ended, as npx greenroom does' },
  HELP,
  { name: 'version', help: 'print the version' },
];

const MODES: readonly ClockMode[] = ['live', 'frozen', 'auto'];
const DEFAULT_PORT = 4747;
const DEFAULT_HOST = '127.0.0.1';

/** Turns flags, and the vendors of a settings file, into the options of a listening server. Throws USAGE for a value that makes no sense. */
export function serverOptions(
  values: FlagValues,
  vendors: readonly Vendor[] = [],
): ServerOptions & { readonly port: number; readonly host: string } {
  const { text, texts, number, mebibytes, url } = readersOf(values);
  const controlToken = text('control-token');
  if (controlToken?.trim() === '') throw wrong(placeOf(values, 'control-token'), 'a token', controlToken);
  const maxBody = mebibytes('max-body');
  return {
    port:
      number('port', (n) => Number.isInteger(n) && n >= 0 && n <= 65_535, 'a port between 0 and 65535') ?? DEFAULT_PORT,
    host: text('host') ?? DEFAULT_HOST,
    controlToken,
    publicUrl: url('public-url'),
    scenarios: text('scenarios'),
    vendors: vendors.length === 0 ? undefined : vendors,
    forwardTo: url('forward-to'),
    allowHosts: texts('allow-host'),
    cors: texts('cors'),
    data: dataIn(text('data'), values),
    ...(maxBody === undefined ? {} : { maxBody }),
    workspace: workspaceIn(values, profilesWith(vendors)),
  };
}

/** What the workspace `default` is made with. */
function workspaceIn(values: FlagValues, vendors: readonly VendorProfile[]): NonNullable<ServerOptions['workspace']> {
  const readers = readersOf(values);
  const { text, number, mebibytes } = readers;
  const mode = MODES.find((known) => known === (text('clock') ?? 'live'));
  if (!mode) throw wrong(placeOf(values, 'clock'), `one of ${MODES.join(', ')}`, text('clock')!);
  const clock = {
    now: text('start'),
    speed: number('speed', (n) => n > 0 && n <= 1_000_000, 'a number above 0'),
    reader_wait: realTimeIn(values, 'reader-wait', readerWait),
  };
  const given = {
    seed: number('seed', (n) => Number.isSafeInteger(n) && n >= 0, 'a whole number'),
    memory: mebibytes('memory'),
    scenario: text('scenario'),
    quiet: realTimeIn(values, 'quiet-time', quietTime),
    quiet_limit: realTimeIn(values, 'quiet-limit', quietTime),
    delivery_guard: realTimeIn(values, 'delivery-guard', guardTime),
    casting: castingIn(values, text('casting'), vendors),
  };
  return {
    strict: values['strict'] === true,
    clock: { mode, ...said(clock) },
    ...said(given),
    settings: settingsIn(values, readers, vendors),
  };
}

/** A duration of real time, once it has been read: what is wrong is told of the place where it stands. */
function realTimeIn(
  values: FlagValues,
  name: string,
  read: (duration: string | number) => unknown,
): string | number | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const given = durationOf(text);
  try {
    read(given);
    return given;
  } catch (error) {
    if (error instanceof GreenroomError) throw wrong(placeOf(values, name), String(error.details['expected']), text);
    throw error;
  }
}

type Said<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** What was said of these. */
const said = <T extends object>(given: T): Said<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Said<T>;

/** Reads flags by what they take. */
function readersOf(values: FlagValues) {
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  const texts = (name: string): string[] => (Array.isArray(values[name]) ? (values[name] as string[]) : []);
  const number = (name: string, isFine: (n: number) => boolean, expected: string): number | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    const value = Number(given);
    if (given.trim() !== '' && isFine(value)) return value;
    throw wrong(placeOf(values, name), expected, given);
  };
  const mebibytes = (name: string): number | undefined => {
    const given = number(name, (n) => Number.isInteger(n) && n >= 1, 'whole MiB');
    return given === undefined ? undefined : given * 2 ** 20;
  };
  const url = (name: string): string | undefined => {
    const given = text(name);
    if (given === undefined || (URL.canParse(given) && /^https?:/.test(given))) return given;
    throw wrong(placeOf(values, name), 'an http or https URL', given);
  };
  return { text, texts, number, mebibytes, url };
}

/** Throws USAGE for --data-sync alone. */
function dataIn(dir: string | undefined, values: FlagValues): ServerOptions['data'] {
  const sync = values['data-sync'] === true;
  if (dir !== undefined) return { dir, sync };
  if (!sync) return undefined;
  throw new GreenroomError(
    'USAGE',
    `Failed to read ${placeOf(values, 'data-sync')}: it needs the folder that is written to, --data DIR.`,
  );
}

/** The settings of vendors: those of their blocks in the config file, and over them those of flags. Throws USAGE for what a schema refuses. */
function settingsIn(
  values: FlagValues,
  { text, url }: Record<'text' | 'url', (name: string) => string | undefined>,
  vendors: readonly VendorProfile[],
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    vendors.map(({ name, access, settings }) => {
      const given = access.flags.flatMap((flag) => {
        const said = flag.value === 'URL' ? url(flag.name) : text(flag.name);
        if (said === undefined) return [];
        const value = flag.read ? flag.read(said) : said;
        const [fault] = mismatches(settings.properties[flag.setting]!, value);
        if (fault) throw wrong(placeOf(values, flag.name), fault.expected, said);
        return [[flag.setting, value] as const];
      });
      const block = text(name);
      const inFile =
        block === undefined ? {} : readNested({ name, text: block, place: placeOf(values, name) }, settings);
      return [name, { ...inFile, ...Object.fromEntries(given) }];
    }),
  );
}

/** The casting rules of the config file. */
function castingIn(
  values: FlagValues,
  text: string | undefined,
  vendors: readonly VendorProfile[],
): CastingBody[] | undefined {
  if (text === undefined) return undefined;
  const given = { name: 'casting', text, place: placeOf(values, 'casting') };
  return readNested(given, Type.Array(controlSchemas(vendors).CastingBody)) as CastingBody[];
}

/** What only the config file can say, with the words for where it stands. */
interface Nested {
  readonly name: string;
  readonly text: string;
  readonly place: string;
}

/** Throws USAGE for what its schema does not want. */
function readNested({ name, text, place }: Nested, schema: TSchema): object {
  const value = JSON.parse(text) as object;
  const [fault] = mismatches(schema, value);
  if (!fault) return value;
  const { pointer, expected, was } = fault;
  const stray = unknownFields(schema, value).find((field) => field.pointer === pointer);
  throw new GreenroomError(
    'USAGE',
    `Failed to read ${place}: at /${name}${pointer}, expected ${expected}, was ${was}.${advise(fault, fault.nearest ?? stray?.nearest)}`,
  );
}
