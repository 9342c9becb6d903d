import type { MessageVariant, WebhookMessages } from '../contracts/vendor.js';

interface Message {
  readonly type?: string;
  readonly data?: { readonly status?: string; readonly reason?: string | null };
}

const UNUSUAL = 'Prüfung ✓ 会議 🎙 end';

/**
 * Webhooks of the common form `{"type", "data": {"id", "status", "reason"}}`. `id` finds the id that makes a message one
 * about another subject.
 */
export const jsonMessages = (id: RegExp): WebhookMessages => ({
  read(body) {
    const { type = '', data = {} } = body as Message;
    return {
      type,
      ...(data.status === undefined ? {} : { state: data.status }),
      ...(data.reason == null ? {} : { sub_type: data.reason }),
    };
  },
  renew: (text, run, number) =>
    text.replace(new RegExp(id, 'g'), (found) => {
      const digits = `${run}${number.toString(16).padStart(12, '0').slice(-12)}`;
      return found.slice(0, Math.max(0, found.length - digits.length)) + digits;
    }),
  about: (text, agent) => text.replace(new RegExp(id, 'g'), agent),
  variants(text) {
    const value = JSON.parse(text) as object;
    const unicode = JSON.stringify({ ...value, note: UNUSUAL });
    return [
      ['whitespace-body', 'indented', JSON.stringify(value, null, 2)],
      ['unicode-body', 'with accents, ideographs and an emoji', unicode],
      ['escaped-body', 'with escaped slashes', text.replaceAll('/', '\\/')],
    ].map(([rule, label, body]) => ({ rule, label, text: body }) as MessageVariant);
  },
  unknownType: (text) => text.replace(/"type":\s*"[^"]*"/, '"type":"renamed"'),
  unknownField: (text) => `{"added_later":{"by":"the vendor"},${text.slice(1)}`,
});
