import type { FieldSchema } from '../../../../contracts/rules.js';
import { invalid, invalidAt } from '../framework/serializer.js';
import type { PyValue } from '../python/json.js';
import type { AgentPage } from './agent-page.js';
import type { IsLocal } from './local-url.js';
import { checkSchema, startsWith } from './settings-fields.js';
import { NATIVE_ZOOM } from './transcription-field.js';

/** What a bot is asked for. */
interface VoiceAgent {
  /** Resources for a voice agent are reserved (observed: recordings of v1.64.1). Only then Zoom's SDK matters. */
  readonly voiceAgent: boolean;
  readonly agentPage: AgentPage | null;
}

export function readVoiceAgent(
  value: PyValue,
  {
    schema,
    enabled,
    isLocal,
    nativeZoom,
  }: {
    readonly schema: FieldSchema;
    readonly enabled: boolean;
    readonly isLocal: IsLocal;
    readonly nativeZoom: () => boolean;
  },
): VoiceAgent {
  if (!enabled)
    throw invalid(
      'Voice agents are not enabled. Please set the ENABLE_VOICE_AGENTS environment variable to true to use voice agents.',
    );
  const given = checkSchema(schema, value);
  const [url, screenshare] = [given.get('url'), given.get('screenshare_url')];
  if (url && screenshare) throw invalidAt('url', 'You cannot provide both url and screenshare_url.');
  for (const name of FIELDS)
    if (given.get(name) && !isPageUrl(given.get(name), isLocal)) throw invalidAt(name, 'URL must start with https://');
  const reserved = Boolean(url) || Boolean(screenshare) || given.get('reserve_resources') === true;
  if (reserved && nativeZoom()) throw invalid(`Voice agent is not supported ${NATIVE_ZOOM}`);
  const field = url ? 'url' : 'screenshare_url';
  const page = given.get(field);
  return { voiceAgent: reserved, agentPage: typeof page === 'string' && page !== '' ? { field, url: page } : null };
}

const FIELDS = ['url', 'screenshare_url'] as const;

/** The vendor takes https URLs alone; local pages may pass as well. */
export const isPageUrl = (value: PyValue | undefined, isLocal: IsLocal): boolean =>
  startsWith(value, 'https://') || (typeof value === 'string' && isLocal(value));
