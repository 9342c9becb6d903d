import type { World } from '../../../engine/world.js';
import { eventKey, type CalendarEvent } from '../state.js';

const DEFAULT_TZID = 'Etc/UTC';

type Given = Pick<CalendarEvent, 'calendar_id' | 'event_id' | 'managed' | 'foreignSecret' | 'origin'>;

/** An event of which nothing is said yet. It is in no calendar. */
export function newEvent(world: World, given: Given): CalendarEvent {
  const event_uid = `evt_external_${world.random.hex('evt', 24)}`;
  return {
    ...given,
    key: given.managed ? eventKey(given.calendar_id, given.event_id) : `external ${event_uid}`,
    event_uid,
    summary: '',
    description: '',
    start: '',
    end: '',
    tzid: DEFAULT_TZID,
    startsAt: 0,
    endsAt: 0,
    location: null,
    transparency: null,
    extended_transparency: null,
    event_private: false,
    tentative: false,
    participation_status: 'accepted',
    organizer: null,
    attendees: [],
    series: null,
    rule: null,
    written: null,
    planned: null,
    url: null,
    earlier: [],
    conference: null,
    meeting_agent: null,
    agent: null,
    subscriptions: [],
    created: world.now(),
    updated: world.now(),
    deleted: false,
    conferenceJob: null,
    transitionJobs: [],
  };
}
