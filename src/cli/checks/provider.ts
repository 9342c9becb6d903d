import { checkProvider } from '../../checks/provider/check.js';
import { PROVIDER_RULES } from '../../checks/provider/rules.js';
import { parseDuration } from '../../clock/duration.js';
import { GreenroomError } from '../../errors.js';
import { readWireMessages } from '../../server/wire.js';
import type { CheckCommand } from './command.js';
import type { FlagValues } from '../flags.js';

/** `greenroom check provider URL`. */
export const command: CheckCommand = {
  usage: `greenroom check provider URL --provider cronofy|attendee holds a live API against its contract: the vendor's, a
self-hosted one, or greenroom itself. It makes nothing unless --allow-writes says so, and removes what it made. The key
can also stand in GREENROOM_CHECK_KEY, the access token in GREENROOM_CHECK_ACCESS_TOKEN.`,
  flags: [
    { name: 'provider', value: 'NAME', help: 'cronofy or attendee' },
    { name: 'key', value: 'KEY', help: "Attendee's API key, Cronofy's client secret" },
    {
      name: 'access-token',
      value: 'TOKEN',
      help: "Cronofy: a user's token; without it, calls that want one are left out",
    },
    { name: 'allow-writes', help: 'also make a bot or an agent for a month from now, change it, and remove it' },
    { name: 'timeout', value: 'DURATION', help: 'how long one answer may take (10s)' },
  ],
  rules: PROVIDER_RULES,
  check: async (words, values) => {
    const url = readUrl(words);
    const provider = values['provider'];
    if (provider !== 'cronofy' && provider !== 'attendee')
      throw usage(`expected --provider cronofy or --provider attendee, was ${String(provider ?? 'nothing')}`);
    const key = textOf(values, 'key') ?? process.env['GREENROOM_CHECK_KEY'];
    if (!key) throw usage('expected a key, was nothing. Give it with --key, or in GREENROOM_CHECK_KEY');
    const interruption = new AbortController();
    const interrupt = (): void => interruption.abort();
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      return await checkProvider(url, {
        provider,
        key,
        accessToken: textOf(values, 'access-token') ?? process.env['GREENROOM_CHECK_ACCESS_TOKEN'],
        allowWrites: values['allow-writes'] === true,
        timeoutMs: readTimeout(textOf(values, 'timeout') ?? '10s'),
        messages: readWireMessages(provider),
        signal: interruption.signal,
      });
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    }
  },
};

const textOf = (values: FlagValues, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

function readUrl([word, another]: readonly string[]): URL {
  const url = word !== undefined && URL.canParse(word) ? new URL(word) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || another !== undefined)
    throw usage(`expected one URL, such as https://app.attendee.dev, was ${another ?? word ?? 'nothing'}`);
  return url;
}

function readTimeout(text: string): number {
  const micros = parseDuration(text);
  if (micros !== undefined && micros > 0) return micros / 1000;
  throw usage(`expected a duration for --timeout, such as 10s, was "${text}"`);
}

const usage = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to check the provider: ${reason}.`);
