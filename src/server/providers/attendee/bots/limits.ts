import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import type { World } from '../../../engine/world.js';
import type { Call, Reply } from '../../provider.js';
import { error, json, Refused, refuse } from '../framework/replies.js';
import { isStorable } from '../metadata.js';
import { contractOf, settingsOf } from '../settings.js';
import { projectId, sliceOf } from '../state.js';
import { isOutOfCredits } from './credits.js';
import type { BotKind, NewBot } from './new-bot.js';

/** Refusals of a new bot beside those of its fields, in the vendor's words (observed). */

const WEBHOOKS_PER_BOT = 2;
/** The longest id of a stream that the vendor's database takes. */
const STREAM_MAX = 255;
const SITE = 'https://app.attendee.dev';

export function assertCredits(world: World): void {
  if (isOutOfCredits(world))
    refuse(400, 'Organization has run out of credits. Please add more credits in the Account -> Billing page.');
}

export function assertCredentials({ world }: Call, { meeting, externalStorage }: NewBot): void {
  const settings = settingsOf(world);
  const credentials = (): string => `${SITE}/projects/${projectId(settings.api_key)}/credentials`;
  if (meeting?.platform === 'zoom' && !settings.zoom_credentials && settings.zoom_oauth_app === null)
    refuse(
      400,
      `Zoom App credentials are required to create a Zoom bot. Please add Zoom credentials at ${credentials()}`,
    );
  if (externalStorage && !settings.external_media_storage_credentials)
    refuse(
      400,
      `External media storage credentials are required to upload recordings to an external storage bucket. Please add external media storage credentials at ${credentials()}.`,
    );
}

export function assertConcurrency({ world }: Call): void {
  const { active, project } = sliceOf(world);
  const limit = project.concurrent_bots_limit ?? settingsOf(world).concurrentBotsLimit;
  if (active >= limit)
    refuse(
      400,
      `You have exceeded the maximum number of concurrent bots (${limit}) for your account. Please reach out to customer support to increase the limit.`,
    );
}

/** True for more characters than these: none takes less than one unit of a text. */
export const isLonger = (text: string | null | undefined, max: number): boolean =>
  text != null && text.length > max && [...text].length > max;

/** True for a name that the database does not take. */
export const isLongName = ({ rules }: AttendeeContract, name: string | undefined): boolean =>
  isLonger(name, rules.limits.bot_name);

/** The refusals of the database, and of the rows that hang on a bot. */
export function assertStorable(call: Call, wanted: NewBot, kind: BotKind): void {
  const word = kind === 'bot' ? 'bot' : 'app session';
  const { deduplication_key: key, webhooks, chatMessage, bot_name, meeting } = wanted;
  const contract = contractOf(call.world);
  const { limits } = contract.rules;
  const doing = `creating the ${word}`;
  refuseUnstorable(call, doing, {
    bot_name: isLongName(contract, bot_name),
    deduplication_key: isLonger(key, limits.deduplication_key),
    meeting_url: isLonger(meeting?.url, limits.meeting_url),
    metadata: !isStorable(wanted.metadata),
    settings: wanted.unstorable,
    rtms_stream_id: isLonger(wanted.rtmsStream, STREAM_MAX),
  });
  if (key !== null && sliceOf(call.world).keys.get(key))
    refuse(
      400,
      `Deduplication key already in use. A ${word} in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that ${word} to terminate.`,
    );
  if (kind === 'bot') refuseLargeImage(wanted.imageLength);
  // An app session has a chat message, and nothing is made of it.
  if (kind === 'bot' && chatMessage?.to === 'specific_user') refuseParticipant(chatMessage.to_user_uuid);
  webhooks.forEach(({ url }, at) => {
    refuseUnstorable(call, doing, { webhooks: !isStorable(url) });
    if (webhooks.slice(0, at).some((other) => other.url === url)) refuse(400, 'URL already subscribed for this bot');
    if (at >= WEBHOOKS_PER_BOT) refuse(400, 'You have reached the maximum number of webhooks for a single bot');
    refuseUnstorable(call, doing, { webhooks: isLonger(url, limits.webhook_url) });
  });
}

/** The vendor hides what its database does not take behind an error id. */
export function refuseUnstorable(call: Call, doing: string, fails: Readonly<Record<string, boolean>>): void {
  assertRow(call, fails, (id) => error(400, `An error occurred while ${doing}. Error ID: ${id}`));
}

/** The same for what is no bot: it says so as it says what is wrong with the fields. */
export function refuseUnstorableRow(call: Call, kind: string, fails: Readonly<Record<string, boolean>>): void {
  const text = (id: string): string => `An unexpected error occurred while creating the ${kind}. Error ID: ${id}`;
  assertRow(call, fails, (id) => json(400, new Map([['non_field_errors', [text(id)]]])));
}

function assertRow({ world }: Call, fails: Readonly<Record<string, boolean>>, write: (errorId: string) => Reply): void {
  const field = Object.keys(fails).find((name) => fails[name]);
  if (field === undefined) return;
  throw new Refused({
    ...write(world.random.uuid('error_id')),
    reason: `the vendor's database does not take this ${field}: it is too long, or has NUL or half a character`,
  });
}

const BLOB_MAX = 10_485_760;
/** Said of any file that is too large for the vendor. */
export const TOO_LARGE = 'blob exceeds 10MB limit';
export const isTooLarge = (length: number): boolean => length > BLOB_MAX;

export function refuseLargeImage(length: number): void {
  if (isTooLarge(length)) refuse(400, `Error creating the image blob: ${TOO_LARGE}.`);
}

export function refuseParticipant(uuid: string | null): never {
  refuse(
    400,
    `No participant found with uuid ${uuid ?? ''}. Use the /participants endpoint to get the list of participants.`,
  );
}
