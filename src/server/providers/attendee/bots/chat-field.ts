import { choice, holdsRareCharacters, text } from '../framework/fields.js';
import { invalid, type Serializer } from '../framework/serializer.js';
import type { PyValue } from '../python/json.js';

/** A chat message that a bot is to send. */
export interface ChatRequest {
  readonly to: 'everyone' | 'specific_user' | 'everyone_but_host';
  readonly to_user_uuid: string | null;
  readonly message: string;
}

const LENGTH_MAX = 10_000;
const readTo = choice(['everyone', 'specific_user', 'everyone_but_host']);

/** Its fields (observed). */
export function readChatMessage(fields: Serializer): ChatRequest | undefined {
  const uuid = fields.input.data.get('to_user_uuid');
  const to_user_uuid =
    uuid === undefined || uuid === null
      ? null
      : fields.optional('to_user_uuid', (value) => text(value, { blank: true, max: 255 }));
  const to = fields.optional('to', readTo) ?? 'everyone';
  const message = fields.required('message', readMessage);
  if (fields.hasErrors || message === undefined) return undefined;
  const fault = addresseeFault(to, to_user_uuid);
  if (fault !== undefined) fields.addError('to_user_uuid', fault);
  return { to, to_user_uuid: to_user_uuid ?? null, message };
}

function readMessage(value: PyValue): string {
  const message = text(value);
  if ([...message].length > LENGTH_MAX) throw invalid(`Message must be less than ${LENGTH_MAX} characters`);
  if (holdsRareCharacters(message)) throw invalid('Message cannot contain emojis or rare script characters.');
  return message;
}

function addresseeFault(to: string, uuid: string | null | undefined): string | undefined {
  if (to === 'specific_user')
    return uuid ? undefined : "This field is required when the 'to' value is 'specific_user'.";
  return uuid ? "This field should only be provided when the 'to' value is 'specific_user'." : undefined;
}
