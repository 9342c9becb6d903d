import { BOT_STATES } from '../../../../contracts/attendee/vocabulary.js';
import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import type { World } from '../../../engine/world.js';
import type { Handler } from '../../provider.js';
import { readFields } from '../framework/body.js';
import { page } from '../framework/pages.js';
import { lastOf, queryOf, timeParameter } from '../framework/query.js';
import { empty, jsonText, refuse } from '../framework/replies.js';
import type { Serializer } from '../framework/serializer.js';
import { asWritten, isStorable, readMetadataOrNull, storeMetadata } from '../metadata.js';
import { isPyObject } from '../python/json.js';
import { forgetContent } from '../recordings/content.js';
import { renderBot, renderRead } from '../render.js';
import { contractOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { createBot } from './create.js';
import { botOf } from './find.js';
import { readImage } from './image-field.js';
import { planLeaving, planStaging } from './launch.js';
import { applyEvent, removeBot } from './life.js';
import { isLongName, refuseLargeImage, refuseUnstorable } from './limits.js';
import { readBotName, readJoinAt, readMeetingUrl } from './meeting-fields.js';
import { readRecordingSettings } from './settings-fields.js';

const listBots: Handler = (call) => {
  const query = queryOf(call.request);
  const url = lastOf(query, 'meeting_url');
  const key = lastOf(query, 'deduplication_key');
  const states = query.getAll('states');
  const unknown = states.find((state) => !(BOT_STATES as readonly string[]).includes(state));
  if (unknown !== undefined) refuse(400, `Invalid state: ${unknown}. Valid states are: ${BOT_STATES.join(', ')}`);
  const after = timeParameter(query, 'join_at_after');
  const before = timeParameter(query, 'join_at_before');
  const bots = sliceOf(call.world).bots.filter(
    ({ meeting_url, deduplication_key, state, join_at }) =>
      (!url || meeting_url === url) &&
      (!key || deduplication_key === key) &&
      (states.length === 0 || states.includes(state)) &&
      (after === undefined || (join_at !== null && join_at > after)) &&
      (before === undefined || (join_at !== null && join_at < before)),
  );
  return page(call, bots, (bot) => renderBot(bot), { searched: [url, key] });
};

/** The fields of `PATCH /bots/{id}`. Unknown ones are ignored by the vendor. */
function readPatch(fields: Serializer, contract: AttendeeContract, now: number) {
  const join_at = fields.optional('join_at', (value) => readJoinAt(value, now));
  const meeting = fields.optional('meeting_url', readMeetingUrl);
  const metadata = fields.jsonOrNull('metadata', readMetadataOrNull);
  const bot_name = fields.optional('bot_name', readBotName);
  const image = fields.nested('bot_image', (inner) => readImage(contract, inner)) ?? 0;
  const recording = fields.json('recording_settings', (given) => {
    const settings = readRecordingSettings(contract, given);
    return isPyObject(given) && given.size === 0 ? undefined : settings;
  });
  fields.assertValid();
  return { join_at, meeting, metadata, bot_name, image, recording };
}
type BotPatch = ReturnType<typeof readPatch>;

const patchBot: Handler = (call) => {
  const { world } = call;
  const bot = botOf(call);
  const patch = readPatch(readFields(call), contractOf(world), world.now());
  if (bot.state !== 'scheduled' && changesSchedule(bot, patch))
    refuse(
      400,
      `Bot is in state ${bot.state} but join_at, meeting_url, bot_name, bot_image and recording_settings can only be updated when in the scheduled state`,
    );
  const { metadata, bot_name, meeting, recording, join_at } = patch;
  const stored = metadata && storeMetadata(metadata);
  refuseUnstorable(call, 'patching the bot', {
    bot_name: isLongName(contractOf(world), bot_name),
    metadata: !isStorable(metadata ?? null),
  });
  refuseLargeImage(patch.image);
  if (stored !== undefined) bot.metadata = stored;
  if (bot_name !== undefined) bot.bot_name = bot_name;
  if (meeting) Object.assign(bot, { meeting_url: meeting.url, platform: meeting.platform });
  if (recording) bot.recording = recording;
  if (join_at !== undefined) reschedule(world, bot, join_at);
  return jsonText(200, renderBot(bot, metadata ? asWritten(metadata) : bot.metadata));
};

/** Gives a scheduled bot another time. */
export function reschedule(world: World, bot: Bot, join_at: number): void {
  if (join_at === bot.join_at) return;
  bot.join_at = join_at;
  // A poll that has picked the bot already will find, at the launch, that its time is another.
  if (bot.picked === null) planStaging(world, bot);
}

/** A value that is sent again unchanged is no change. */
const changesSchedule = (bot: Bot, { join_at, meeting, bot_name, image, recording }: BotPatch): boolean =>
  (join_at !== undefined && join_at !== bot.join_at) ||
  (meeting !== undefined && meeting.url !== bot.meeting_url) ||
  (bot_name !== undefined && bot_name !== bot.bot_name) ||
  image > 0 ||
  recording !== undefined;

const deleteBot: Handler = (call) => {
  const bot = botOf(call);
  if (bot.state !== 'scheduled')
    refuse(400, `Bot is in state ${bot.state} but can only be deleted when in scheduled state`);
  removeBot(call.world, bot);
  return empty();
};

const leaveMeeting: Handler = (call) => {
  const bot = botOf(call);
  const refusal = applyEvent(call.world, bot, 'leave_requested', { sub_type: 'user_requested' });
  if (refusal !== undefined) refuse(400, refusal);
  planLeaving(call.world, bot);
  return jsonText(200, renderBot(bot));
};

/** What fails here is told to the client in its own words, that of the database too. */
const deleteData: Handler = (call) => {
  if (call.params['id']?.includes('\0')) refuse(400, 'A string literal cannot contain NUL (0x00) characters.');
  const bot = botOf(call);
  if (applyEvent(call.world, bot, 'data_deleted') !== undefined)
    refuse(400, 'Bot is not in a state where the data deleted event can be created');
  forgetContent(bot);
  return jsonText(200, renderBot(bot));
};

export const botHandlers = {
  listBots,
  createBot,
  getBot: (call) => jsonText(200, renderRead(botOf(call))),
  patchBot,
  deleteBot,
  leaveMeeting,
  deleteData,
} satisfies Readonly<Record<string, Handler>>;
