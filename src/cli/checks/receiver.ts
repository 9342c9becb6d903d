import { checkReceiver } from '../../checks/receiver/check.js';
import { RECEIVER_RULES } from '../../checks/receiver/rules.js';
import type { Report } from '../../checks/report.js';
import { parseDuration } from '../../clock/duration.js';
import { wallClock } from '../../clock/real-time.js';
import type { VendorName } from '../../contracts/contract.js';
import { GreenroomError } from '../../errors.js';
import { isLoopback } from '../../server/engine/transport.js';
import type { FlagValues } from '../flags.js';
import type { CheckCommand } from './command.js';
import { vendorMessages } from './vendor-messages.js';

/** How long each vendor waits for an answer: 7 s are documented for Cronofy's event triggers, 10 s observed for Attendee. */
const TIMEOUTS: Readonly<Record<VendorName, string>> = { cronofy: '7s', attendee: '10s' };

export const command: CheckCommand = {
  usage: `greenroom check receiver URL --provider cronofy|attendee --secret SECRET

Sends your webhook endpoint what the vendor sends, every type and state, and what an attacker and a bad network would
send, and prints a score card with what to fix. Only addresses of this machine, unless --allow-host opens another. The
secret can also stand in GREENROOM_CHECK_SECRET.`,
  flags: [
    { name: 'provider', value: 'NAME', help: 'cronofy or attendee: whose webhooks the endpoint takes' },
    {
      name: 'secret',
      value: 'SECRET',
      help: "what the endpoint verifies with: Cronofy's client secret, Attendee's in base64",
    },
    { name: 'timeout', value: 'DURATION', help: "how long to wait for an answer (the vendor's: 7s, 10s)" },
    {
      name: 'header',
      value: 'NAME: VALUE',
      many: true,
      help: 'a header on every request: the key of a tunnel; may be repeated',
    },
    {
      name: 'state-url',
      value: 'URL',
      help: 'something to GET that changes when a message is processed: judges duplicates',
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

async function check(words: readonly string[], values: FlagValues): Promise<Report> {
  const [word, ...rest] = words;
  if (word === undefined || rest.length > 0)
    throw wrong('the command line', 'one URL', word === undefined ? 'none' : words.join(' '));
  const hosts = (values['allow-host'] ?? []) as readonly string[];
  const provider = readProvider(values['provider']);
  const stateUrl = values['state-url'] === undefined ? undefined : readUrl(String(values['state-url']), hosts);
  const url = readUrl(word, hosts);
  return checkReceiver({
    url,
    provider,
    secret: readSecret(provider, values['secret']),
    timeoutMs: readTimeout(values['timeout'] ?? TIMEOUTS[provider]),
    headers: Object.fromEntries(((values['header'] ?? []) as readonly string[]).map(readHeader)),
    messages: await vendorMessages(provider),
    run: wallClock().toString(16).padStart(12, '0').slice(-12),
    readState: stateUrl && (async () => (await fetch(stateUrl)).text()),
  });
}

function readProvider(given: FlagValues[string]): VendorName {
  if (given === 'cronofy' || given === 'attendee') return given;
  throw wrong('--provider', 'cronofy or attendee', given);
}

function readSecret(provider: VendorName, given: FlagValues[string]): string {
  const secret = given ?? process.env['GREENROOM_CHECK_SECRET'];
  if (typeof secret !== 'string' || secret === '')
    throw wrong('--secret', 'the secret that the endpoint verifies with', undefined);
  if (provider === 'attendee' && !/^[A-Za-z0-9+/]+={0,2}$/.test(secret))
    throw new GreenroomError(
      'USAGE',
      'Failed to read --secret: expected base64, as the dashboard of Attendee shows it.',
    );
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

const wrong = (what: string, expected: string, was: FlagValues[string]): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to read ${what}: expected ${expected}, was ${was === undefined ? 'missing' : `"${String(was)}"`}.`,
  );
