import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, control } from '../support/room.js';

/** A meeting of Zoom in which an app session listens. */
export const RTMS = { meeting_uuid: 'm', rtms_stream_id: 's', server_urls: 'wss://rtms.example.com' };

export const create = (room: Greenroom, more: object) =>
  attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, more));
export const open = (room: Greenroom, more: object, rtms: object = RTMS) =>
  attendee(room, 'POST', '/api/v1/app_sessions', { zoom_rtms: rtms, ...more });

/** A bot in its meeting that nothing happens to by itself. */
export async function inMeeting(room: Greenroom, more: object = {}): Promise<string> {
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'manual' });
  const { id } = (await create(room, more)).json as { id: string };
  for (const event of ['joined_meeting', 'recording_permission_granted'] as const)
    await room.backstage({ kind: 'event', bot: id, event });
  return id;
}
