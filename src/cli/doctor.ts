import { readFileSync } from 'node:fs';
import { diagnose, type Diagnosis } from '../checks/signature/diagnose.js';
import { nearest } from '../contracts/nearest.js';
import type { VendorProfile } from '../contracts/vendor.js';
import { whyUnread } from '../checks/unread.js';
import { GreenroomError } from '../errors.js';
import { readOwnVendors, VENDORS_FLAG } from './settings/config.js';
import { profilesWith, readVendor, VENDOR_CHOICE, VENDOR_NAMES } from './settings/vendors.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { say } from './terminal/say.js';

const FLAGS: readonly Flag[] = [
  { name: 'provider', value: 'NAME', help: `${VENDOR_NAMES}; taken from the name of the header if that says it` },
  { name: 'secret', value: 'SECRET', many: true, help: 'what you verify with; several while you change it' },
  {
    name: 'header',
    value: 'TEXT',
    many: true,
    help: '"Name: value" as received, or the value alone; Content-Length helps too',
  },
  { name: 'body', value: 'FILE', help: 'the body as you have it; - reads standard input' },
  VENDORS_FLAG,
  { name: 'json', help: 'print the diagnosis as JSON' },
  HELP,
];

const USAGE = `greenroom doctor signature --provider ${VENDOR_CHOICE} --secret SECRET --header "NAME: VALUE" --body FILE|-

Says which mistake explains that a webhook's signature does not fit, or that all is well. Exit code 0: it fits; 1: it does not.`;

/** `greenroom doctor signature`: finds the mistake behind a signature that does not verify. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('doctor', FLAGS, args);
  if (values['help'] === true) return print(renderHelp(USAGE, FLAGS), 0);
  const [what, ...extra] = words;
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
  const headers = ((values['header'] ?? []) as readonly string[]).map(readHeader);
  const vendors = profilesWith(await readOwnVendors(values));
  const vendor = vendorOf(values['provider'], headers, vendors);
  const name = vendor.signing.header;
  const header = headers.find((one) => one.name === undefined || one.name === name.toLowerCase());
  const length = headers.find((one) => one.name === 'content-length')?.value;
  const sample = {
    vendor,
    headers: Object.fromEntries(headers.map((one) => [one.name ?? '', one.value])),
    header: header?.value ?? '',
    body: readBody(values['body']),
    secrets: readSecrets(values['secret']),
    length: length === undefined ? undefined : Number(length),
  };
  const diagnosis = diagnose(sample, vendors);
  const text =
    values['json'] === true ? `${JSON.stringify({ provider: vendor.name, ...diagnosis })}\n` : tell(diagnosis);
  return print(text, diagnosis.ok ? 0 : 1);
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
  } catch (error) {
    throw new GreenroomError('USAGE', `Failed to read --body ${file}: ${whyUnread(file, error)}.`);
  }
}

function tell({ ok, deviations, notes }: Diagnosis): string {
  const listed = (found: Diagnosis['notes']): string =>
    found.map(({ name, title, advice }) => `  ${name}\n    ${title}.\n    → ${advice}\n`).join('');
  const verdict = ok
    ? 'All is well: the signature is that of this body with this secret.'
    : deviations.length > 1
      ? `The signature does not fit. These ${deviations.length} mistakes together explain it:`
      : 'The signature does not fit:';
  const beside = !ok && notes.length > 0 ? 'Or all of it is one mistake:\n' : '';
  return `${verdict}\n${listed(deviations)}${beside}${listed(notes)}`;
}

function print(text: string, code: number): number {
  say(text);
  return code;
}
