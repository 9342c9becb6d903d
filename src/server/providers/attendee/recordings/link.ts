import { createHmac } from 'node:crypto';
import { formatInstant, MICROS_PER_SECOND, parseInstant } from '../../../../clock/instant.js';
import { isLoopback } from '../../../../loopback.js';
import type { World } from '../../../engine/world.js';
import { mediaOf } from '../../../media.js';
import { refuseExpired, refuseLink, refuseMissing, refuseToken, serveFile } from '../../object-store.js';
import { setSubject, type Call, type Handler, type Reply, type VendorRequest } from '../../provider.js';
import { tagged } from '../../tags.js';
import { jsonText } from '../framework/replies.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';

/** Links are signed for half an hour (observed: the vendor's own setting). */
const LIFETIME = 1800 * MICROS_PER_SECOND;
/** Every path of the store stands below it. */
export const STORE_PREFIX = '/recordings/';
const LINK = 'link ';
const SIGNATURE_LENGTH = 32;

/** Where the recording of a bot is; `undefined` without one. Object stores are another origin than the API: so is the link. */
export function recordingLink({ world, request }: Call, { recordingFile: file, id }: Bot): Reply | undefined {
  if (!file) return undefined;
  const store = new URL(request.origin);
  if (store.hostname.endsWith('.localhost')) store.hostname = `store.${store.hostname}`;
  // A greenroom elsewhere has no second name that is sure to lead there.
  else if (isLoopback(store.hostname)) store.hostname = store.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  store.pathname = `${STORE_PREFIX}${id}/${encodeURIComponent(file.name)}`;
  const expires = formatInstant(world.now() + LIFETIME);
  store.search = new URLSearchParams({ expires, signature: sign(world, id, expires) }).toString();
  return jsonText(200, JSON.stringify({ url: store.href, start_timestamp_ms: file.start_timestamp_ms }));
}

function sign(world: World, bot: string, expires: string): string {
  const signature = createHmac('sha256', settingsOf(world).api_key).update(`${bot} ${expires}`).digest('hex');
  return tagged(world.tag, signature, SIGNATURE_LENGTH);
}

/** The credential of a signed link, by which it finds its workspace. */
export function linkCredential({ path, query }: VendorRequest): string | undefined {
  if (!path.startsWith(STORE_PREFIX)) return undefined;
  const { expires = '', signature = '' } = Object.fromEntries(new URLSearchParams(query));
  return `${LINK}${path.slice(STORE_PREFIX.length).split('/', 1)[0]} ${expires} ${signature}`;
}

/** True for a link that this world has signed, expired or not. */
export function signedLink(world: World, credential: string): boolean {
  if (!credential.startsWith(LINK)) return false;
  const [bot = '', expires = '', signature = ''] = credential.slice(LINK.length).split(' ');
  return signature !== '' && signature === sign(world, bot, expires);
}

/** The file: as object stores do, without the API's token, and for as long as the link says. */
export const readRecording: Handler = (call) => {
  const { world, request, params } = call;
  const bot = sliceOf(world).bots.get(params['id'] ?? '');
  const expires = parseInstant(new URLSearchParams(request.query).get('expires') ?? '') ?? 0;
  // A workspace that lets any key in lets any link in too: here it is looked at.
  if (!bot?.recordingFile || !signedLink(world, call.credential.value)) return refuseLink();
  setSubject(call, bot.id);
  if (request.headers['authorization'] !== undefined) return refuseToken();
  if (expires <= world.now()) return refuseExpired();
  const { empty, expires: gone } = bot.recordingFile;
  if (gone !== undefined && gone <= world.now()) return refuseMissing();
  const { bytes, type } = mediaOf(bot.recordingFile.name.endsWith('.mp3') ? 'audio' : 'video');
  return serveFile(request, { bytes: empty ? '' : bytes, type });
};

export const isLink = ({ path }: VendorRequest): boolean => path.startsWith(STORE_PREFIX);
