import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioFileFor } from '../contracts/control/scenario.js';
import { toOpenApi, type DescribedApi } from '../contracts/openapi.js';
import { exportSchemas, SCENARIO_SCHEMA } from '../contracts/schema-files.js';
import { nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import { controlApi } from '../server/control/contracts.js';
import { allVendors } from '../server/server.js';
import { host } from '../server/host/node.js';
import { VERSION } from '../server/version.js';
import { readWireMessages } from '../server/wire.js';
import { readOwnVendors, VENDORS_FLAG } from './settings/config.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { readHar } from './har.js';
import { openControl, REMOTE_FLAGS } from './remote.js';
import { VENDOR_CHOICE } from './settings/vendors.js';
import { contractNamed, VERSION_FLAGS } from './settings/version-flags.js';
import { writeOut } from './terminal/write-out.js';

const FLAGS: readonly Flag[] = [
  {
    name: 'out',
    value: 'PATH',
    help: 'where to write: a folder, and for har and run a file; without it, to the terminal',
  },
  ...VERSION_FLAGS,
  VENDORS_FLAG,
  ...REMOTE_FLAGS,
  HELP,
];

const USAGE = `greenroom export openapi [${VENDOR_CHOICE}|control]…   OpenAPI 3.1 with webhooks and examples
greenroom export schemas                               JSON Schemas of every request, answer and webhook, and of scenario files
greenroom export scenarios [NAME]…                     the scenario files that come with greenroom
greenroom export har [JOURNAL]                         HAR 1.2 of a running server, or of a saved GET /_greenroom/requests
greenroom export run                                   what a running server has lived, for greenroom replay`;

type Exporter = (names: readonly string[], values: FlagValues) => ExportedFile[] | Promise<ExportedFile[]>;

interface ExportedFile {
  readonly path: string;
  /** Piece by piece, where it may be long. */
  readonly text: string | AsyncIterable<string>;
}

const EXPORTERS: Readonly<Record<string, Exporter>> = {
  openapi: async (names, values) => pick(names, await documents(await apisOf(values)), 'a document'),
  schemas: async (names, values) => pick(names, await schemas(await apisOf(values)), 'a schema'),
  scenarios: (names) => pick(names, scenarios(), 'a scenario'),
  run: async (_, values) => [{ path: 'greenroom.jsonl', text: await readRun(values) }],
  har: async ([file], values) => [{ path: 'greenroom.har', text: await readHar(file, values) }],
};

/** `greenroom export`: what greenroom knows, as files that other tools read. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('export', FLAGS, args);
  const [what, ...names] = words;
  if (values['help'] === true || what === undefined) {
    process.stdout.write(renderHelp(USAGE, FLAGS));
    return values['help'] === true ? 0 : 2;
  }
  const exporter = EXPORTERS[what];
  if (!exporter) throw unknown('export', what, Object.keys(EXPORTERS));
  const [, extra] = names;
  if (what === 'har' && extra !== undefined)
    throw new GreenroomError('USAGE', `Failed to export har: expected one journal, was also "${extra}".`);
  if (what === 'run' && names.length > 0)
    throw new GreenroomError('USAGE', `Failed to export run: expected no name, was "${names[0]}".`);
  const files = await exporter(names, values);
  const out = typeof values['out'] === 'string' ? values['out'] : undefined;
  if (out === undefined) await print(what, files);
  else await write(what, files, out);
  return 0;
}

async function print(what: string, files: readonly ExportedFile[]): Promise<void> {
  if (files.length !== 1) {
    throw new GreenroomError(
      'USAGE',
      `Failed to export ${what}: ${files.length} files do not go to the terminal. Say --out FOLDER, or name one of them.`,
    );
  }
  for await (const piece of piecesOf(files[0]!)) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

async function write(what: string, files: readonly ExportedFile[], out: string): Promise<void> {
  const folder = what === 'har' || what === 'run' ? undefined : out;
  for (const file of files) {
    const path = folder === undefined ? out : join(folder, file.path);
    writeOut('--out', path, '');
    for await (const piece of piecesOf(file)) writeOut('--out', path, piece, { append: true });
  }
  process.stdout.write(`${files.length} ${files.length === 1 ? 'file' : 'files'} written to ${out}\n`);
  if (what === 'scenarios' && !existsSync(join(out, '..', SCENARIO_SCHEMA)))
    process.stdout.write(`For editors: greenroom export schemas ${SCENARIO_SCHEMA} --out ${join(out, '..')}\n`);
}

async function readRun(values: FlagValues): Promise<AsyncIterable<string>> {
  const { body } = await openControl(values, '/run', { accept: 'application/jsonl' });
  return body!.pipeThrough(new TextDecoderStream());
}

const piecesOf = ({ text }: ExportedFile) => (typeof text === 'string' ? [text] : text);

/** The vendors of this command, and the contract of each in the version that a flag names. Throws USAGE. */
async function apisOf(values: FlagValues) {
  const vendors = allVendors(await readOwnVendors(values));
  const contracts = vendors.map(({ name, profile }) => [name, contractNamed(profile, values)] as const);
  return { vendors, contracts };
}

type Apis = Awaited<ReturnType<typeof apisOf>>;

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function documents({ vendors, contracts }: Apis): Promise<Map<string, ExportedFile>> {
  const apis: [string, DescribedApi, ReturnType<typeof readWireMessages>][] = [
    ...contracts.map(([name, contract]): (typeof apis)[number] => [name, contract, readWireMessages(name)]),
    ['control', await controlApi(vendors, VERSION), []],
  ];
  return new Map(
    apis.map(([name, api, messages]) => [
      name,
      { path: `${name}.openapi.json`, text: toText(toOpenApi(api, messages)) },
    ]),
  );
}

async function schemas({ vendors, contracts }: Apis): Promise<Map<string, ExportedFile>> {
  const apis = new Map<string, DescribedApi>([...contracts, ['control', await controlApi(vendors, VERSION)]]);
  const files = exportSchemas(apis, scenarioFileFor(vendors.map(({ profile }) => profile)));
  return new Map(files.map(([path, schema]) => [path, { path, text: toText(schema) }]));
}

/** The files that come with greenroom, by the name of their scenario. */
function scenarios(): Map<string, ExportedFile> {
  const folder = host.fixtures('scenarios');
  const files = folder.names().filter((file) => file.endsWith('.json'));
  return new Map(files.map((path) => [path.slice(0, -'.json'.length), { path, text: folder.text(path) }]));
}

function pick(names: readonly string[], files: ReadonlyMap<string, ExportedFile>, what: string): ExportedFile[] {
  if (names.length === 0) return [...files.values()];
  return names.map((name) => {
    const found = files.get(name);
    if (!found) throw unknown(`find ${what}`, name, [...files.keys()]);
    return found;
  });
}

function unknown(failedTo: string, name: string, known: readonly string[]): GreenroomError {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `There are: ${known.slice(0, 40).join(', ')}.` : `Did you mean "${meant}"?`;
  return new GreenroomError('USAGE', `Failed to ${failedTo} "${name}": there is none of that name. ${hint}`);
}
