import { parsePython, WIRE, writePython } from '../json/python-json.js';
import type { MessageVariant, WebhookMessages, WebhookReading } from '../vendor.js';

/** A text with characters that receivers get wrong. */
const UNUSUAL = 'Prüfung ✓ 会議 🎙 \u2028 end';

function readWebhook(body: object): WebhookReading {
  const { trigger = '', data } = body as {
    readonly trigger?: string;
    readonly data?: { readonly new_state?: string; readonly state?: string; readonly event_sub_type?: string | null };
  };
  const state = data?.new_state ?? data?.state;
  return {
    type: trigger,
    ...(state === undefined ? {} : { state }),
    ...(data?.event_sub_type == null ? {} : { sub_type: data.event_sub_type }),
  };
}

const asWire = (value: unknown): string => writePython(parsePython(JSON.stringify(value)), WIRE);

/** The last state of a bot, with these texts for its metadata and for the metadata of the event. */
const ended = (metadata: string, details = '{}'): string =>
  `{"idempotency_key": "00000000-0000-4000-8000-000000000000", "bot_id": "bot_CheckOfReceiver1", "bot_metadata": ${metadata}, "trigger": "bot.state_change", ` +
  `"data": {"new_state": "ended", "old_state": "post_processing", "created_at": "2026-01-01T09:00:00.250000+00:00", "event_type": "post_processing_completed", "event_metadata": ${details}, "event_sub_type": null}}`;

const VARIANTS: readonly (readonly [rule: MessageVariant['rule'], label: string, text: string])[] = [
  ['whitespace-body', 'with spaces and line ends in a text', ended(asWire({ text: ' two  spaces : , \t\n' }))],
  ['unicode-body', 'with accents, ideographs and an emoji', ended(asWire({ text: UNUSUAL }))],
  ['escaped-body', 'with quotes, slashes and angle brackets', ended(asWire({ text: '"a/b" \\ <c> & d' }))],
  ['float-body', 'with 1.0 credits', ended('null', '{"credits_consumed": 1.0, "bot_duration_seconds": 98}')],
  [
    'key-order',
    'with keys in the order of their lengths, at depth',
    ended('{"z": "1", "aa": "2"}', '{"z": 1, "aa": {"y": 1, "bb": 2}}'),
  ],
  ['integer-like-keys', 'with the keys "2" and "10"', ended('{"2": "b", "10": "a"}')],
  ['astral-keys', 'with the keys U+FFEE and U+1F600', ended('{"\\uffee": "a", "\\ud83d\\ude00": "b"}')],
];

export const messages: WebhookMessages = {
  read: readWebhook,
  renew: (text, run, number) => {
    const key = number.toString(16).padStart(8, '0').slice(-8);
    return text.replace(/("idempotency_key": ?)"[^"]*"/, `$1"${key}-0000-4000-8000-${run}"`);
  },
  about: (text, agent) => text.replace(/("bot_id": ?)"[^"]*"/, `$1"${agent}"`),
  variants: () => VARIANTS.map(([rule, label, text]) => ({ rule, label, text })),
  unknownType: (text) => text.replace(/"trigger": "[^"]*"/, '"trigger": "bot.renamed"'),
  unknownField: (text) => `{"added_later": {"by": "the vendor"}, ${text.slice(1)}`,
};
