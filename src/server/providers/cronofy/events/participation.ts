import { ParticipationRequest } from '../../../../contracts/cronofy/calendars.js';
import type { World } from '../../../engine/world.js';
import { setSubject } from '../../provider.js';
import { accountOf, accountOfCalendar, ownsCalendar, PROVIDERS, refuseDisconnected } from '../accounts/accounts.js';
import { admitted } from '../accounts/authorize.js';
import { empty, refused } from '../errors.js';
import { eventByUid, type Account, type CalendarEvent, type Participation } from '../state.js';
import { readBody } from '../validate.js';
import { answer } from './attendees.js';
import { canAnswer } from './render.js';

/** Answers an invitation for the owner of the calendar; it is the application's own write, and no channel tells of it. */
const changeParticipation = admitted(
  { wants: 'access_token', scopes: ['change_participation_status'] },
  (call, caller) => {
    const { world, params } = call;
    const calendar = params['calendar_id'] ?? '';
    const event = eventByUid(world, params['event_uid'] ?? '');
    if (!ownsCalendar(world, caller, calendar) || event?.calendar_id !== calendar)
      return refused(404, `the caller has no event ${params['event_uid']} in ${calendar}`);
    if (!canAnswer(world, event)) return refused(404, 'the owner of the calendar is not invited to this event');
    const owner = accountOfCalendar(world, calendar) ?? accountOf(world, caller);
    const locked = refuseDisconnected(world, owner);
    if (locked) return locked;
    const read = readBody<ParticipationRequest>(call, ParticipationRequest);
    if ('refusal' in read) return read.refusal;
    answerInvitation(world, event, owner, read.body.status);
    setSubject(call, event.event_uid);
    return empty(202);
  },
);

/** Some providers delete what their owner declines, for good (documented). */
export function answerInvitation(
  world: World,
  event: CalendarEvent,
  owner: Account | undefined,
  status: Participation,
): void {
  answer(event, owner, status);
  event.updated = world.now();
  if (status === 'declined' && deletesDeclined(owner)) event.deleted = true;
}

export const deletesDeclined = (owner: Account | undefined): boolean =>
  PROVIDERS[owner?.provider_name ?? '']?.deletesDeclined ?? false;

export const participationHandlers = { changeParticipation };
