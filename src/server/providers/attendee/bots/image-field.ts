import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import { choice, text } from '../framework/fields.js';
import type { Serializer } from '../framework/serializer.js';
import { decodeBase64 } from '../python/base64.js';

const SIGNATURES: Readonly<Record<string, Buffer>> = {
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
};

/** `{type, data}`: an image in base64. True if it is one. */
export function checkImage({ rules }: AttendeeContract, fields: Serializer): boolean {
  const type = fields.required('type', choice(rules.lists.image_types));
  const data = fields.required('data', (value) => text(value));
  if (type === undefined || data === undefined) return false;
  const bytes = decodeBase64(data);
  if (!bytes) fields.addError('non_field_errors', 'Invalid base64 encoded data');
  else if (!bytes.subarray(0, SIGNATURES[type]!.length).equals(SIGNATURES[type]!))
    fields.addError('non_field_errors', rules.texts.bot_image.replace('{kind}', type.slice('image/'.length)));
  return !fields.hasErrors;
}
