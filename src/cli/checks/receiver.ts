import { checkReceiver } from '../../checks/receiver/check.js';
import { RECEIVER_RULES } from '../../checks/receiver/rules.js';
import type { Report } from '../../checks/report.js';
import { parseDuration } from '../../clock/duration.js';
import { after, wallClock } from '../../clock/real-time.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import { isLoopback } from '../../loopback.js';
import { readText } from '../../read-text.js';
import type { FlagValues } from '../settings/flags.js';
import type { Vendor } from '../../server/providers/provider.js';
import type { CheckCommand } from './command.js';
import { eitherOf, profilesWith, readVendor, VENDOR_CHOICE, VENDOR_NAMES } from '../settings/vendors.js';
import { vendorMessages } from './vendor-messages.js';

const SECRETS = VENDOR_LIST.map(({ title, signing }) => `for ${title} ${signing.secret.expected}`).join('; ');
const AGENTS = VENDOR_LIST.toReversed()
  .map(({ agent }) => `a${/^[aeiou]/.test(agent) ? 'n' : ''} ${agent}`)
  .join(' or ');
const EXAMPLE = 'http://127.0.0.1:3000/hooks';
const SECRET = 'the secret that the endpoint verifies with (any, if it verifies none: the check says so)';
/** As long as a supervisor may take to start the app again. */
const RESTART_MS = 5000;
const STATE_MS = 5000;
const TIMEOUTS = VENDOR_LIST.map(({ signing }) => signing.timeout).join(', ');

export const command: CheckCommand = {
  usage: `greenroom check receiver URL --provider ${VENDOR_CHOICE} --secret SECRET

Sends your webhook endpoint what the vendor sends, every type and state, and what an attacker and a bad network would
send, and prints a score card with what to fix. Only addresses of this machine, unless --allow-host opens another. The
secret can also stand in GREENROOM_CHECK_SECRET.`,
  flags: [
    { name: 'provider', value: 'NAME', help: `${VENDOR_NAMES}: whose webhooks the endpoint takes` },
    {
      name: 'secret',
      value: 'SECRET',
      help: `what the endpoint verifies with: ${SECRETS}`,
    },
    { name: 'timeout', value: 'DURATION', help: `how long to wait for an answer (the vendor's: ${TIMEOUTS})` },
    {
      name: 'header',
      value: 'NAME: VALUE',
      many: true,
      help: 'a header on every request: the key of a tunnel; may be repeated',
    },
    {
      name: 'state-url',
      value: 'URL',
      help: 'something to GET that shows the state of the agent: judges duplicates and late messages',
    },
    {
      name: 'bot',
      value: 'ID',
      help: `the id of ${AGENTS} that the app knows, fresh and not yet at its end; every message is about it`,
    },
    {
      name: 'allow-host',
      value: 'HOST',
      many: true,
      help: 'a host beyond this machine that may be probed; may be repeated',
    },
  ],
  rules: RECEIVER_RULES,
  check,
};

async function check(words: readonly string[], values: FlagValues, own: readonly Vendor[] = []): Promise<Report> {
  const [word, ...rest] = words;
  if (rest.length > 0) throw wrong('the command line', `one URL, such as ${EXAMPLE}`, words.join(' '));
  const { provider, secret = process.env['GREENROOM_CHECK_SECRET'] } = values;
  const missing = [
    word === undefined ? `one URL, such as ${EXAMPLE}` : [],
    provider === undefined ? `--provider ${eitherOf(profilesWith(own))}` : [],
    secret === undefined ? `--secret: ${SECRET}` : [],
  ].flat();
  // One alone is told where it is read.
  if (word === undefined || missing.length > 1) throw incomplete(missing);
  const hosts = (values['allow-host'] ?? []) as readonly string[];
  const vendor = readVendor(values['provider'], profilesWith(own));
  const stateUrl = values['state-url'] === undefined ? undefined : readUrl(String(values['state-url']), hosts);
  const url = readUrl(word, hosts);
  return checkReceiver({
    url,
    vendor,
    secret: readSecret(vendor, values['secret']),
    timeoutMs: readTimeout(values['timeout'] ?? vendor.signing.timeout),
    headers: Object.fromEntries(((values['header'] ?? []) as readonly string[]).map(readHeader)),
    messages: await vendorMessages(vendor.name, own),
    now: Math.floor(wallClock() / 1_000_000),
    run: wallClock().toString(16).padStart(12, '0').slice(-12),
    bot: values['bot'] as string | undefined,
    restartMs: RESTART_MS,
    readState: stateUrl && (() => readState(stateUrl)),
  });
}

/** What stands there, with its status; `undefined` if nothing is to be had in time. */
async function readState(url: URL): Promise<string | undefined> {
  const late = new AbortController();
  const cancel = after(STATE_MS, () => late.abort());
  try {
    const response = await fetch(url, { signal: late.signal });
    return `${response.status} ${await readText(response)}`;
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}

function readSecret({ signing: { secret: form } }: VendorProfile, given: FlagValues[string]): string {
  const secret = given ?? process.env['GREENROOM_CHECK_SECRET'];
  if (typeof secret !== 'string' || secret === '') throw wrong('--secret', SECRET, undefined);
  if (!form.pattern.test(secret))
    throw new GreenroomError('USAGE', `Failed to read --secret: expected ${form.expected}.`);
  return secret;
}

function readUrl(given: string, hosts: readonly string[]): URL {
  if (!URL.canParse(given) || !/^https?:/.test(given)) throw wrong('the URL', 'an http or https URL', given);
  const url = new URL(given);
  if (isLoopback(url.hostname) || hosts.includes(url.hostname)) return url;
  throw new GreenroomError(
    'USAGE',
    `Failed to check ${url.hostname}: expected an address of this machine. Probes are attacks: if the host is yours, say --allow-host ${url.hostname}.`,
  );
}

function readTimeout(given: FlagValues[string]): number {
  const duration = typeof given === 'string' ? parseDuration(given) : undefined;
  if (duration === undefined || duration <= 0) throw wrong('--timeout', 'a duration such as 7s', given);
  return duration / 1000;
}

function readHeader(given: string): [string, string] {
  const match = /^([!#$%&'*+\-.^`|~\w]+):\s*(.*)$/.exec(given);
  if (!match) throw wrong('--header', '"Name: value"', given);
  return [match[1]!, match[2]!];
}

const incomplete = (missing: readonly string[]): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to read the command line: expected ${missing.join('; ')}; was ${missing.length === 1 ? 'none' : 'none of these'}.`,
  );

const wrong = (what: string, expected: string, was: FlagValues[string]): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to read ${what}: expected ${expected}, was ${was === undefined ? 'missing' : `"${String(was)}"`}.`,
  );
