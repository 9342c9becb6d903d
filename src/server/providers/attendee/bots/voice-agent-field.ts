import { invalid, invalidAt } from '../framework/serializer.js';
import type { PyValue } from '../python/json.js';
import { checkSchema, startsWith } from './settings-fields.js';
import { VOICE_AGENT_SETTINGS } from './settings-schemas.js';
import { NATIVE_ZOOM } from './transcription-field.js';

/** True if resources for a voice agent are reserved (observed: recordings of v1.64.1). Only then Zoom's SDK matters. */
export function readVoiceAgent(value: PyValue, enabled: boolean, nativeZoom: () => boolean): boolean {
  if (!enabled)
    throw invalid(
      'Voice agents are not enabled. Please set the ENABLE_VOICE_AGENTS environment variable to true to use voice agents.',
    );
  const given = checkSchema(VOICE_AGENT_SETTINGS, value);
  const [url, screenshare] = [given.get('url'), given.get('screenshare_url')];
  if (url && screenshare) throw invalidAt('url', 'You cannot provide both url and screenshare_url.');
  for (const name of ['url', 'screenshare_url'])
    if (given.get(name) && !startsWith(given.get(name), 'https://'))
      throw invalidAt(name, 'URL must start with https://');
  const reserved = Boolean(url) || Boolean(screenshare) || given.get('reserve_resources') === true;
  if (reserved && nativeZoom()) throw invalid(`Voice agent is not supported ${NATIVE_ZOOM}`);
  return reserved;
}
