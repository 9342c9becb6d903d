import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import { choice, text } from '../framework/fields.js';
import type { Serializer } from '../framework/serializer.js';
import { decodeBase64 } from '../python/base64.js';
import { PICTURES } from './image-bytes.js';

/** `{type, data}`: an image in base64. Its length in bytes; `undefined` if it is none. */
export function readImage({ rules }: AttendeeContract, fields: Serializer): number | undefined {
  const type = fields.required('type', choice(rules.lists.image_types));
  const data = fields.required('data', (value) => text(value));
  if (type === undefined || data === undefined) return undefined;
  const bytes = decodeBase64(data);
  if (!bytes) fields.addError('non_field_errors', 'Invalid base64 encoded data');
  else if (!PICTURES[type]!(bytes))
    fields.addError('non_field_errors', rules.texts.bot_image.replace('{kind}', type.slice('image/'.length)));
  return fields.hasErrors ? undefined : bytes?.length;
}
