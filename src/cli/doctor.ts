import { readFileSync } from 'node:fs';
import { diagnose, signedOf, type Diagnosis, type Signed, type SignedSample } from '../checks/signature/diagnose.js';
import { nearest } from '../contracts/nearest.js';
import type { VendorProfile } from '../contracts/vendor.js';
import { GreenroomError } from '../errors.js';
import { readOwnVendors, VENDORS_FLAG } from './config.js';
import { profilesWith, readVendor, VENDOR_CHOICE, VENDOR_NAMES } from './vendors.js';
import { readWords, renderHelp, type Flag, type FlagValues } from './flags.js';

const FLAGS: readonly Flag[] = [
  { name: 'provider', value: 'NAME', help: `${VENDOR_NAMES}; taken from the name of the header if that says it` },
  { name: 'secret', value: 'SECRET', many: true, help: 'what you verify with; several while you change it' },
  {
    name: 'header',
    value: 'TEXT',
    many: true,
    help: '"Name: value" as received, or the value alone; Content-Length helps too',
  },
  { name: 'computed', value: 'SIGNATURE', help: 'what your code makes of the same message: says what it does wrong' },
  { name: 'body', value: 'FILE', help: 'the body as you have it; - reads standard input' },
  VENDORS_FLAG,
  { name: 'json', help: 'print the diagnosis as JSON' },
  { name: 'help', help: 'print this' },
];

const USAGE = `greenroom doctor signature --provider ${VENDOR_CHOICE} --secret SECRET --header "NAME: VALUE" --body FILE|-

Says which mistake explains that a webhook's signature does not fit, or that all is well, what the vendor has signed, and
with --computed what your code does otherwise. Exit code 0: everything fits; 1: something does not.`;

/** `greenroom doctor signature`: finds the mistake behind a signature that does not verify. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('doctor', FLAGS, args);
  if (values['help'] === true) return print(renderHelp(USAGE, FLAGS), 0);
  assertSignature(words);
  const vendors = profilesWith(await readOwnVendors(values));
  const sample = readSample(values, vendors);
  const diagnoses = examine(sample, values['computed'], vendors);
  const { ok, computed } = diagnoses;
  const text =
    values['json'] === true
      ? `${JSON.stringify({ provider: sample.vendor.name, ...diagnoses })}\n`
      : tell(diagnoses, sample.vendor);
  return print(text, ok && computed?.ok !== false ? 0 : 1);
}

/** Without a signature of the vendor, that of the user's code is the one in question. */
function examine(sample: SignedSample, given: FlagValues[string], vendors: readonly VendorProfile[]): Diagnoses {
  const computed = typeof given === 'string' ? readHeader(given).value : undefined;
  if (computed !== undefined && sample.header === '') return diagnose({ ...sample, header: computed }, vendors);
  const diagnosis = diagnose(sample, vendors);
  return {
    ...diagnosis,
    ...(diagnosis.ok ? { signed: signedOf(sample) } : {}),
    ...(computed === undefined ? {} : { computed: diagnose({ ...sample, header: computed }, vendors) }),
  };
}

function assertSignature([what, ...extra]: readonly string[]): void {
  if (what !== 'signature') {
    const meant = what === undefined ? undefined : nearest(what, ['signature']);
    const hint = meant === undefined ? 'Say `greenroom doctor signature`.' : `Did you mean "${meant}"?`;
    throw new GreenroomError(
      'USAGE',
      `Failed to examine: expected "signature", was ${what === undefined ? 'nothing' : `"${what}"`}. ${hint}`,
    );
  }
  if (extra.length > 0) {
    throw new GreenroomError(
      'USAGE',
      `Failed to examine the signature: expected flags alone, was also "${extra.join(' ')}". greenroom doctor --help lists them.`,
    );
  }
}

/** The message and the secrets of the command line. */
function readSample(values: FlagValues, vendors: readonly VendorProfile[]): SignedSample {
  const headers = ((values['header'] ?? []) as readonly string[]).map(readHeader);
  const vendor = vendorOf(values['provider'], headers, vendors);
  const name = vendor.signing.header.toLowerCase();
  const length = headers.find((one) => one.name === 'content-length')?.value;
  return {
    vendor,
    headers: Object.fromEntries(headers.map((one) => [one.name ?? '', one.value])),
    header: headers.find((one) => one.name === undefined || one.name === name)?.value ?? '',
    body: readBody(values['body']),
    secrets: readSecrets(values['secret']),
    length: length === undefined ? undefined : Number(length),
  };
}

interface Header {
  readonly name: string | undefined;
  readonly value: string;
}

/** A signature alone holds no colon. */
function readHeader(given: string): Header {
  const colon = given.indexOf(':');
  if (colon < 0) return { name: undefined, value: given.trim() };
  return { name: given.slice(0, colon).trim().toLowerCase(), value: given.slice(colon + 1).trim() };
}

function vendorOf(
  given: FlagValues[string],
  headers: readonly Header[],
  vendors: readonly VendorProfile[],
): VendorProfile {
  const named = vendors.find(({ signing }) => headers.some(({ name }) => name === signing.header.toLowerCase()));
  return given === undefined && named ? named : readVendor(given, vendors);
}

function readSecrets(given: FlagValues[string]): readonly string[] {
  const secrets = (given ?? []) as readonly string[];
  if (secrets.length > 0 && secrets.every((secret) => secret !== '')) return secrets;
  throw new GreenroomError(
    'USAGE',
    'Failed to read --secret: expected the secret that you verify with, was empty. Is its environment variable set?',
  );
}

const STANDARD_INPUT = 0;

function readBody(file: FlagValues[string]): Buffer {
  if (typeof file !== 'string')
    throw new GreenroomError('USAGE', 'Failed to read --body: expected a file, or - for standard input, was missing.');
  try {
    return readFileSync(file === '-' ? STANDARD_INPUT : file);
  } catch {
    throw new GreenroomError('USAGE', `Failed to read --body: there is no file ${file} that can be read.`);
  }
}

/** The diagnosis of the message, and what goes with it. */
interface Diagnoses extends Diagnosis {
  readonly signed?: Signed | undefined;
  /** Of what the user's own code makes. */
  readonly computed?: Diagnosis;
}

function tell({ signed, computed, ...message }: Diagnoses, { title }: VendorProfile): string {
  const parts = [
    message.ok
      ? `All is well: the signature is that of this body with this secret.${signed ? ' So the code that refuses it is wrong.' : ''}\n`
      : verdictOn('The signature', message),
    list(message),
    ...(signed ? [show(signed, title)] : []),
  ];
  if (computed)
    return [
      ...parts,
      computed.ok
        ? 'What your code makes is right: so it is compared wrongly.\n    → Compare it with each signature of the header, and nothing but the signature.\n'
        : `${verdictOn('What your code makes', computed)}${list(computed)}`,
    ].join('');
  const hint =
    '    → Say what your code makes of this message with --computed SIGNATURE, and learn what it does wrong.\n';
  return [...parts, ...(signed ? [hint] : [])].join('');
}

const verdictOn = (what: string, { deviations }: Diagnosis): string =>
  deviations.length > 1
    ? `${what} does not fit. These ${deviations.length} mistakes together explain it:\n`
    : `${what} does not fit:\n`;

const list = ({ deviations, notes }: Diagnosis): string =>
  [...deviations, ...notes].map(({ name, title, advice }) => `  ${name}\n    ${title}.\n    → ${advice}\n`).join('');

const SHOWN = 2000;

function show({ text, asIs, digests }: Signed, title: string): string {
  const what = asIs ? 'the body as it came' : 'this text, and not the body as it came';
  const bytes = Buffer.byteLength(text);
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
  return `  ${title} signs ${what}, ${bytes} bytes:\n    ${cut}\n  Its digest in base64:\n    ${digests.join('\n    ')}\n`;
}

function print(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}
