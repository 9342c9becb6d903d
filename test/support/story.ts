import type { AttendeeAccess, CronofyAccess } from '../../src/index.js';
import type { Receiver } from './receiver.js';
import { agentRequest, attendee, botRequest, call, control, cronofy } from './room.js';

/** Where a greenroom is and how to get in, whatever process it runs in. */
export interface Place {
  readonly url: string;
  readonly cronofy: CronofyAccess;
  readonly attendee: AttendeeAccess;
}

/** A busy time: agents and bots, a refused call, a retry, a move, a cancellation. Returns the timeline. */
export async function playAStory(place: Place, receiver: Receiver): Promise<string> {
  const later = (join_time: string) => agentRequest(`${receiver.url}/cronofy`, { scheduling_key: 'a', join_time });
  receiver.answerWith(200, 500);
  await cronofy(place, 'POST', '/v1/meeting_agents', agentRequest(`${receiver.url}/cronofy`));
  await cronofy(place, 'POST', '/v1/meeting_agents', agentRequest(undefined, { join_url: 'nowhere' }));
  await cronofy(place, 'POST', '/v1/meeting_agents', later('2026-01-01T09:20:00Z'));
  const { json: bot } = await attendee(
    place,
    'POST',
    '/api/v1/bots',
    botRequest('2026-01-01T09:30:00Z', `${receiver.url}/attendee`),
  );
  await attendee(place, 'PATCH', `/api/v1/bots/${bot.id}`, { join_at: '2026-01-01T09:25:00Z' });
  await control(place, 'POST', '/clock/advance', { by: '10m' });
  await cronofy(place, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'a' });
  await control(place, 'POST', '/clock/advance', { by: '2h' });
  return (await call('GET', `${place.url}/_greenroom/timeline`, undefined, { accept: 'application/json' })).text;
}
