import { parsePython, WIRE, writePython } from '../json/python-json.js';
import type { WebhookMessages, WebhookReading } from '../vendor.js';

/** A text with characters that receivers get wrong. */
const UNUSUAL = 'Prüfung ✓ 会議 🎙 \u2028 end';

interface Body {
  readonly notification?: {
    readonly type?: string;
    readonly interactions?: readonly { readonly type?: string }[];
    readonly transitions?: unknown;
  };
  readonly event?: object;
  readonly meeting_agent?: { readonly state?: string };
  readonly authorization?: object;
}

/** The type is that of the notification: an interaction, a transition, or the type of a channel's. */
export function readWebhook(body: object): WebhookReading {
  const { notification, meeting_agent, authorization } = body as Body;
  if (authorization !== undefined && notification === undefined) return { type: 'delegated_authorization' };
  const type =
    notification?.transitions === undefined
      ? (notification?.interactions?.[0]?.type ?? notification?.type ?? '')
      : 'transition';
  return { type, ...(meeting_agent?.state === undefined ? {} : { state: meeting_agent.state }) };
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]));
}

const TRANSITION =
  '{"notification":{"type":"event_subscription","transitions":[{"before":"event_start","offset":{"minutes":5.0}}]},"event":{"event_id":"check"}}';

export const messages: WebhookMessages = {
  read: readWebhook,
  renew: (text, run, number) => {
    const id = number.toString(16).padStart(12, '0').slice(-12);
    return text.replace(/agt_[0-9a-f]{24}/g, `agt_${run}${id}`);
  },
  about: (text, agent) => text.replace(/agt_[0-9a-f]{24}/g, agent),
  variants(text) {
    const value = JSON.parse(text) as Body;
    const unicode = JSON.stringify({ ...value, event: { ...value.event, event_id: 'check', summary: UNUSUAL } });
    const spaced = writePython(parsePython(text), { ...WIRE, ascii: false });
    return [
      { rule: 'whitespace-body', label: 'indented', text: JSON.stringify(value, null, 2) },
      { rule: 'whitespace-body', label: 'with a line end behind it', text: `${text}\n` },
      { rule: 'whitespace-body', label: 'with spaces after commas and colons', text: spaced },
      { rule: 'unicode-body', label: 'with accents, ideographs and an emoji', text: unicode },
      { rule: 'escaped-body', label: 'the same with \\u escapes', text: writePython(parsePython(unicode), WIRE) },
      { rule: 'escaped-body', label: 'with escaped slashes', text: text.replaceAll('/', '\\/') },
      { rule: 'float-body', label: 'with 5.0 minutes', text: TRANSITION },
      { rule: 'key-order', label: 'with its keys the other way round', text: JSON.stringify(reversed(value)) },
    ];
  },
  unknownType: (text) => text.replace(/"type":"meeting_agent_\w+"/, '"type":"meeting_agent_renamed"'),
  unknownField: (text) => `{"added_later":{"by":"the vendor"},${text.slice(1)}`,
};
