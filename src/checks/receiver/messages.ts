import type { VendorName } from '../../contracts/contract.js';
import { parsePython, WIRE, writePython } from '../../webhooks/python-json.js';
import { digestOf, SCHEMES } from '../signature/scheme.js';
import type { ReceiverRuleName } from './rules.js';

/** A webhook as the vendor renders it: the exact text. */
export interface Message {
  readonly type: string;
  readonly state?: string | undefined;
  readonly sub_type?: string | undefined;
  readonly text: string;
}

export const labelOf = ({ type, state, sub_type }: Message): string =>
  [type, state, sub_type].filter((part) => part !== undefined).join(' ');

/** What a vendor's deliveries look like. */
interface Wire {
  readonly headers: Readonly<Record<string, string>>;
  /** The same message about something else, so that no receiver takes it for one that it knows. */
  readonly renew: (text: string, run: string, number: number) => string;
  /** Bodies that only a receiver which verifies rightly accepts. */
  readonly variants: (message: Message) => readonly (readonly [rule: ReceiverRuleName, label: string, text: string])[];
  readonly unknownType: (text: string) => string;
  /** A new field before everything else. */
  readonly unknownField: (text: string) => string;
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0').slice(-digits);

const UNUSUAL = 'Prüfung ✓ 会議 🎙 \u2028 end';

type Json = Record<string, unknown>;

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

const cronofy: Wire = {
  headers: {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Cronofy (https://www.cronofy.com/support/)',
  },
  renew: (text, run, number) => text.replace(/agt_[0-9a-f]{24}/g, `agt_${run}${hex(number, 12)}`),
  variants: ({ text }) => {
    const value = JSON.parse(text) as Json;
    const unicode = JSON.stringify({
      ...value,
      event: { ...(value['event'] as Json | undefined), event_id: 'check', summary: UNUSUAL },
    });
    const transition = `{"notification":{"type":"event_subscription","transitions":[{"before":"event_start","offset":{"minutes":5.0}}]},"event":{"event_id":"check"}}`;
    return [
      ['whitespace-body', 'indented', JSON.stringify(value, null, 2)],
      ['whitespace-body', 'with a line end behind it', `${text}\n`],
      [
        'whitespace-body',
        'with spaces after commas and colons',
        writePython(parsePython(text), { ...WIRE, ascii: false }),
      ],
      ['unicode-body', 'with accents, ideographs and an emoji', unicode],
      ['escaped-body', 'the same with \\u escapes', writePython(parsePython(unicode), WIRE)],
      ['escaped-body', 'with escaped slashes', text.replaceAll('/', '\\/')],
      ['float-body', 'with 5.0 minutes', transition],
      ['key-order', 'with its keys the other way round', JSON.stringify(reversed(value))],
    ];
  },
  unknownType: (text) => text.replace(/"type":"meeting_agent_\w+"/, '"type":"meeting_agent_renamed"'),
  unknownField: (text) => `{"added_later":{"by":"the vendor"},${text.slice(1)}`,
};

const ended = (metadata: string, details: string): string =>
  `{"idempotency_key": "00000000-0000-4000-8000-000000000000", "bot_id": "bot_CheckOfReceiver1", "bot_metadata": ${metadata}, "trigger": "bot.state_change", ` +
  `"data": {"new_state": "ended", "old_state": "post_processing", "created_at": "2026-01-01T09:00:00.250000+00:00", "event_type": "post_processing_completed", "event_metadata": ${details}, "event_sub_type": null}}`;

const attendee: Wire = {
  headers: {
    'User-Agent': 'Attendee-Webhook/1.0',
    'Accept-Encoding': 'gzip, deflate',
    Accept: '*/*',
    'Content-Type': 'application/json',
  },
  renew: (text, run, number) =>
    text.replace(/("idempotency_key": ?)"[^"]*"/, `$1"${hex(number, 8)}-0000-4000-8000-${run}"`),
  variants: () => {
    const asWire = (value: unknown): string => writePython(parsePython(JSON.stringify(value)), WIRE);
    return [
      [
        'whitespace-body',
        'with spaces and line ends in a text',
        ended(asWire({ text: ' two  spaces : , \t\n' }), '{}'),
      ],
      ['unicode-body', 'with accents, ideographs and an emoji', ended(asWire({ text: UNUSUAL }), '{}')],
      ['escaped-body', 'with quotes, slashes and angle brackets', ended(asWire({ text: '"a/b" \\ <c> & d' }), '{}')],
      ['float-body', 'with 1.0 credits', ended('null', '{"credits_consumed": 1.0, "bot_duration_seconds": 98}')],
      [
        'key-order',
        'with keys in the order of their lengths, at depth',
        ended('{"z": "1", "aa": "2"}', '{"z": 1, "aa": {"y": 1, "bb": 2}}'),
      ],
      ['integer-like-keys', 'with the keys "2" and "10"', ended('{"2": "b", "10": "a"}', '{}')],
      ['astral-keys', 'with the keys U+FFEE and U+1F600', ended('{"\\uffee": "a", "\\ud83d\\ude00": "b"}', '{}')],
    ];
  },
  unknownType: (text) => text.replace(/"trigger": "[^"]*"/, '"trigger": "bot.renamed"'),
  unknownField: (text) => `{"added_later": {"by": "the vendor"}, ${text.slice(1)}`,
};

export const WIRES: Readonly<Record<VendorName, Wire>> = { cronofy, attendee };

/** The signature of a text as the vendor makes it; of what is not JSON, over the raw bytes. */
export const signatureOf = (provider: VendorName, text: string, secret: string): string => {
  const scheme = SCHEMES[provider];
  const body = Buffer.from(text);
  const digest = digestOf(scheme, body, secret) ?? digestOf(scheme, body, secret, { material: (bytes) => bytes });
  return digest!.toString('base64');
};
