import { parseInstant, type Micros } from '../../../../clock/instant.js';
import type { CalendarPlan } from '../../../../contracts/control/calendar.js';
import type { Line } from './line.js';
import { clockTime, dayOf, span, whole } from './time.js';

/** A meeting in somebody's calendar, as it stands by now. */
export interface Meeting {
  readonly id: string;
  readonly title: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly state: 'deleted' | 'declined' | undefined;
  /** The application wrote it. */
  readonly own: boolean;
  readonly url: string | null;
  /** Who was sent, and how it is with them. */
  readonly agents: readonly { readonly id: string; readonly state: string }[];
  /** Meetings at one time stand in rows below one another. */
  readonly row: number;
}

/** The calendar of a person, or of the workspace. */
export interface Calendar {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  /** In the order in which they begin. */
  readonly meetings: readonly Meeting[];
  readonly rows: number;
}

/** No lane has room for more. */
const MOST_ROWS = 3;

export function calendarsOf({ calendars, events, agents }: CalendarPlan): Calendar[] {
  const names = new Map(calendars.map(({ calendar, name }) => [calendar, name]));
  const sent = new Map<string, { id: string; state: string }[]>();
  for (const { agent, event, state } of agents) {
    if (event !== null) sent.set(event, [...(sent.get(event) ?? []), { id: agent, state }]);
  }
  const byCalendar = new Map<string, { provider: string; meetings: Omit<Meeting, 'row'>[] }>();
  for (const { calendar, provider, event, title, start, end, deleted, declined, own, meeting_url } of events) {
    const held = byCalendar.get(calendar) ?? { provider, meetings: [] };
    byCalendar.set(calendar, held);
    held.meetings.push({
      id: event,
      title,
      start: parseInstant(start) ?? 0,
      end: parseInstant(end) ?? 0,
      state: deleted ? 'deleted' : declined ? 'declined' : undefined,
      own,
      url: meeting_url,
      agents: sent.get(event) ?? [],
    });
  }
  return [...byCalendar].map(([id, { provider, meetings }]) => {
    const inRows = placeInRows(meetings.toSorted((a, b) => a.start - b.start || a.end - b.end));
    const rows = Math.max(...inRows.map(({ row }) => row)) + 1;
    return { id, provider, name: names.get(id) ?? id, meetings: inRows, rows };
  });
}

/** Each in the first row that is free by then; where none is, on the others. */
function placeInRows(meetings: readonly Omit<Meeting, 'row'>[]): Meeting[] {
  const busyUntil: Micros[] = [];
  return meetings.map((meeting) => {
    const free = busyUntil.findIndex((until) => until <= meeting.start);
    const row = free >= 0 ? free : Math.min(busyUntil.length, MOST_ROWS - 1);
    busyUntil[row] = Math.max(busyUntil[row] ?? 0, meeting.end);
    return { ...meeting, row };
  });
}

/** What a person has done in a calendar: such a line is a mark in the lane of the calendar. */
export const isAct = (line: Line): boolean =>
  (line.kind === 'note' && line.topic === 'calendar') ||
  (line.kind === 'backstage' && /^(calendar|event_)/.test(line.action));

/** What a bar says of its meeting. */
export const labelOf = ({ state, title, own }: Meeting): string =>
  `${state === undefined ? '' : `${state}: `}${title === '' ? 'without a title' : title}${own ? ' (by the app)' : ''}`;

/** When a meeting is: `2026-01-01 10:00:00 to 11:00:00 (1 h)`. */
export function timesOf({ start, end }: Meeting): string {
  const until = dayOf(start) === dayOf(end) ? '' : `${dayOf(end)} `;
  return `${dayOf(start)} ${whole(clockTime(start))} to ${until}${whole(clockTime(end))} (${span(end - start)})`;
}

/** A meeting in one sentence, for those who do not see its bar. */
export function sentenceOf(meeting: Meeting): string {
  const { state, agents } = meeting;
  const sent = agents.map((agent) => `${agent.id} is ${agent.state}`).join(', ');
  return `${labelOf({ ...meeting, state: undefined })}, ${timesOf(meeting)}${state === undefined ? '' : `, ${state}`}${sent === '' ? '' : `; ${sent}`}`;
}
