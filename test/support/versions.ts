import { startGreenroom, type Greenroom, type WorkspaceOptions } from '../../src/index.js';
import { attendee, botRequest } from './room.js';

export const JOIN = '2026-01-01T10:00:00Z';
export const STAGED_AT = '2026-01-01T09:56:00Z';
export const LEFT_BEFORE = 'leave_requested_before_bot_joined';
export const ENDED_BEFORE = 'meeting_ended_before_bot_joined';
/** Not on this machine: webhooks are captured. */
export const APP = 'https://app.example/hook';
export const LEAVE_REFUSAL =
  'It is only allowed in these states: joined_recording_paused, joined_recording, joined_not_recording, joined_recording_permission_denied, waiting_room, joining, joining_breakout_room, leaving_breakout_room';

/** One server for a file: each test has a workspace of its own. */
export let server: Greenroom;
export const startServer = async (): Promise<void> => {
  server = await startGreenroom();
};
export const stopServer = (): Promise<void> => server.close();

export type Settings = NonNullable<WorkspaceOptions['attendee']>;
export const roomOf = (version: string, settings: Settings = {}, options: WorkspaceOptions = {}): Promise<Greenroom> =>
  server.workspace({ ...options, attendee: { version, ...settings } });
export const create = (room: Greenroom, more: object = {}, path = '/api/v1/bots') =>
  attendee(room, 'POST', path, path.endsWith('bots') ? botRequest(undefined, undefined, more) : more);
/** The statuses, or the refusals, that a body gets in these versions. */
export const answersTo = async (more: object, versions: readonly string[]): Promise<unknown[]> => {
  const answers: unknown[] = [];
  for (const version of versions) {
    const answer = await create(await roomOf(version), more);
    answers.push(answer.status === 400 ? answer.json : answer.status);
  }
  return answers;
};
/** The last webhook of a bot: its state, its reason, and the facts of its event. */
export const lastOf = async (room: Greenroom) => {
  const { deliveries } = await room.deliveries.list({ type: 'bot.state_change' });
  const { data } = JSON.parse(deliveries.at(-1)!.attempts[0]!.request.body) as {
    data: { new_state: string; event_type: string; event_sub_type: string | null; event_metadata: object };
  };
  return [data.new_state, data.event_type, data.event_sub_type, data.event_metadata];
};
/** How long a bot takes to join a meeting whose lobby it reaches after twenty seconds, in these versions. */
export const secondsToJoin = async (more: object, versions: readonly string[]): Promise<number[]> => {
  const seconds: number[] = [];
  for (const version of versions) {
    const room = await roomOf(version);
    await room.scenarios.put('far-lobby', { description: 'A long way.', lobby: { reached: { after: '20s' } } });
    await room.patch({ scenario: 'far-lobby' });
    const { id } = (await create(room, more)).json;
    await room.clock.until({ subject: id, state: 'joined_not_recording' });
    seconds.push((Date.parse(await room.clock.now()) - Date.parse('2026-01-01T09:00:00Z')) / 1000);
  }
  return seconds;
};
export const leave = (room: Greenroom, id: string) => attendee(room, 'POST', `/api/v1/bots/${id}/leave`);

export async function stagedBot(room: Greenroom): Promise<string> {
  const { json } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOIN, APP));
  await room.clock.advance({ to: STAGED_AT });
  return json.id;
}
