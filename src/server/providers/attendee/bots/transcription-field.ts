import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import { VendorCrash } from '../framework/replies.js';
import { invalidAt, Upload } from '../framework/serializer.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import { platformOf, type MeetingUrl } from './meeting-url.js';
import { checkSchema } from './settings-fields.js';

/** The rules of `transcription_settings` (observed: recordings of v1.64.1). */

export const NATIVE_ZOOM =
  "for Zoom when using the native SDK. Please set 'zoom_settings.sdk' to 'web' in the bot creation request.";

/**
 * True if the bot would use Zoom's native SDK. The vendor asks for it in the rules of other fields, before it has checked
 * `meeting_url` and `zoom_settings`, and fails for what it does not expect there, whatever the platform. `meeting` is the
 * meeting of that URL, if the field was good.
 */
export function isNativeZoom(data: PyObject, meeting: MeetingUrl | undefined): boolean {
  const platform = meeting ? meeting.platform : platformOf(data.get('meeting_url'));
  if (!data.has('zoom_settings')) return platform === 'zoom';
  const given = data.get('zoom_settings');
  if (!isPyObject(given) || given instanceof Upload) throw new VendorCrash('zoom_settings');
  return platform === 'zoom' && given.get('sdk') !== 'web';
}

const PROVIDERS = [
  'deepgram',
  'gladia',
  'openai',
  'assembly_ai',
  'sarvam',
  'elevenlabs',
  'kyutai',
  'custom_async',
  'custom_async_v2',
];

/** A message under the field's own name, one level deeper. */
const refusal = (message: string): Error => invalidAt('transcription_settings', message);

/** True if the bot transcribes the meeting's own captions. */
export function readTranscription(
  { rules }: AttendeeContract,
  value: PyValue | undefined,
  nativeZoom: boolean,
): boolean {
  const schema = rules.schemas.transcription_settings;
  const given = value === undefined ? new Map<string, PyValue>() : checkSchema(schema, value);
  const hasProvider = PROVIDERS.some((provider) => given.has(provider));
  const captions = !hasProvider && (given.has('meeting_closed_captions') || !nativeZoom);
  if (captions && nativeZoom) throw refusal(`Closed caption based transcription is not supported ${NATIVE_ZOOM}`);
  const deepgram = given.get('deepgram');
  if (isPyObject(deepgram) && deepgram.get('callback') && deepgram.get('detect_language'))
    throw refusal(
      "Language detection is not supported for streaming transcription. Please pass language='multi' instead of detect_language=true.",
    );
  refuseCustom(given);
  return captions;
}

/** The rules of a transcription after the meeting. */
export function readAsyncTranscription({ rules }: AttendeeContract, value: PyValue): void {
  const given = checkSchema(rules.schemas.transcription_settings, value);
  if (given.has('meeting_closed_captions'))
    throw refusal('Meeting closed captions are not available for async transcription.');
  const deepgram = given.get('deepgram');
  if (isPyObject(deepgram) && deepgram.get('callback'))
    throw refusal('Deepgram callback is not available for async transcription.');
  refuseCustom(given);
  if (given.size === 0) throw refusal('Please specify a transcription provider.');
}

/** The vendor's own server has no custom transcription service. */
function refuseCustom(given: PyObject): void {
  const variable = 'CUSTOM_ASYNC_TRANSCRIPTION_URL';
  if (given.has('custom_async') || given.has('custom_async_v2'))
    throw refusal(
      `${variable} environment variable is not set. Please set the ${variable} environment variable to the URL of your custom async transcription service.`,
    );
}
