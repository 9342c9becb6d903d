import { checkProvider } from '../../checks/provider/check.js';
import { PROVIDER_RULES } from '../../checks/provider/rules.js';
import { parseDuration } from '../../clock/duration.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import { readWireMessages } from '../../server/wire.js';
import type { CheckCommand } from './command.js';
import { namedVersions, VENDOR_VERSION_FLAG } from './versions.js';
import type { FlagValues } from '../settings/flags.js';
import { profilesWith, readVendor, VENDOR_CHOICE, VENDOR_NAMES } from '../settings/vendors.js';

const KEYS = VENDOR_LIST.toReversed()
  .map(({ access }) => access.keys.key)
  .join(', ');
const TOKENS = VENDOR_LIST.flatMap(({ title, access: { keys } }) =>
  keys.accessToken === undefined ? [] : [`${title}: ${keys.accessToken}`],
).join('; ');

/** `greenroom check provider URL`. */
export const command: CheckCommand = {
  usage: `greenroom check provider URL --provider ${VENDOR_CHOICE} holds a live API against its contract: the vendor's, a
self-hosted one, or greenroom itself. It makes nothing unless --allow-writes says so, and removes what it made. The key
can also stand in GREENROOM_CHECK_KEY, the access token in GREENROOM_CHECK_ACCESS_TOKEN.`,
  flags: [
    { name: 'provider', value: 'NAME', help: VENDOR_NAMES },
    { name: 'key', value: 'KEY', help: KEYS },
    {
      name: 'access-token',
      value: 'TOKEN',
      help: TOKENS,
    },
    { name: 'allow-writes', help: 'also make a bot or an agent for a month from now, change it, and remove it' },
    VENDOR_VERSION_FLAG,
    { name: 'timeout', value: 'DURATION', help: 'how long one answer may take (10s)' },
  ],
  rules: PROVIDER_RULES,
  isInterruptible: true,
  check: async (words, values, own = [], signal = new AbortController().signal) => {
    const url = readUrl(words);
    const vendor = readVendor(values['provider'], profilesWith(own));
    const key = textOf(values, 'key') ?? process.env['GREENROOM_CHECK_KEY'];
    if (!key) throw usage('expected a key, was nothing. Give it with --key, or in GREENROOM_CHECK_KEY');
    return checkProvider(url, {
      vendor,
      version: (await namedVersions(values, [vendor])).get(vendor.name),
      key,
      accessToken: textOf(values, 'access-token') ?? process.env['GREENROOM_CHECK_ACCESS_TOKEN'],
      allowWrites: values['allow-writes'] === true,
      timeoutMs: readTimeout(textOf(values, 'timeout') ?? '10s'),
      messages: readWireMessages(vendor.name),
      signal,
    });
  },
};

const textOf = (values: FlagValues, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

function readUrl([word, another]: readonly string[]): URL {
  const url = word !== undefined && URL.canParse(word) ? new URL(word) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || another !== undefined)
    throw usage(
      `expected one URL, such as https://${VENDOR_LIST.at(-1)!.hosts[0]!.host}, was ${another ?? word ?? 'nothing'}`,
    );
  return url;
}

function readTimeout(text: string): number {
  const micros = parseDuration(text);
  if (micros !== undefined && micros > 0) return micros / 1000;
  throw usage(`expected a duration for --timeout, such as 10s, was "${text}"`);
}

const usage = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to check the provider: ${reason}.`);
