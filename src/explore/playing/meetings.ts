import { parseDuration } from '../../clock/duration.js';
import type { Greenroom } from '../../client/greenroom.js';
import { formatInstant, parseInstant, type Micros } from '../../clock/instant.js';
import { nextClockChange } from '../../clock/zones.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import type { Meeting } from '../options.js';

/** Calls that are greenroom's own, and not the app's. */
export const OWN_AGENT = 'greenroom-explore';

const HOUR: Micros = 3_600_000_000;
/** How long before a meeting the app hears of it; users need more time in their calendars. */
const AHEAD: Micros = HOUR / 6;
const AHEAD_IN_CALENDAR: Micros = 2 * HOUR + AHEAD;
/** In which it is noon when a meeting begins on the day before the change of clocks. */
export const ZONE = 'Europe/Berlin';
const EVE: Micros = 15 * HOUR;
/** Meetings that overlap begin so far apart. */
const APART: Micros = 7 * 60_000_000;

/**
 * How long before a full hour an app is started anew: its timers then go alike in every execution that begins so. No execution
 * begins nearer to its hour, so an agent may be sent half an hour before its meeting.
 */
const BEFORE_HOUR: Micros = HOUR / 3;

/** The instant from which on meetings are on the day before the clocks change next. */
export function clockChangeEve(after: string): string {
  const from = parseInstant(after)! + EVE + BEFORE_HOUR;
  return formatInstant((nextClockChange(ZONE, from) ?? from) - EVE - BEFORE_HOUR);
}

/** The next full hour that is not too near. */
const nextHour = (now: string): Micros => Math.ceil((parseInstant(now)! + BEFORE_HOUR) / HOUR) * HOUR;

/** The next instant at which an app is started anew. */
export const nextStart = (now: string): string => formatInstant(nextHour(now) - BEFORE_HOUR);

/** Which meetings an execution has. */
interface Wanted {
  /** The number of the execution. */
  readonly number: number;
  readonly count: number;
  readonly inCalendar: boolean;
}

/** The meetings of one execution, with URLs of their own, from a while after the next hour on. */
export function meetingsOf({ number, count, inCalendar }: Wanted, { sample }: VendorProfile, now: string): Meeting[] {
  const base = nextHour(now) + (inCalendar ? AHEAD_IN_CALENDAR : AHEAD);
  return Array.from({ length: count }, (_, i) => ({
    url: placeOf(sample.lobbyMeeting, number * 3 + i),
    joinAt: formatInstant(base + i * APART),
    number: i + 1,
  }));
}

/** A place like the sample, with a number of its own: its last digits or letters count. */
function placeOf(sample: string, number: number): string {
  if (/\d{6,}$/.test(sample)) return sample.replace(/\d+$/, (digits) => String(Number(digits) + number));
  const letters = Array.from({ length: 10 }, (_, i) => String.fromCharCode(97 + (Math.floor(number / 26 ** i) % 26)));
  return sample.replace(
    /[a-z]{3}-[a-z]{4}-[a-z]{3}$/,
    `${letters.slice(7).join('')}-${letters.slice(3, 7).join('')}-${letters.slice(0, 3).join('')}`,
  );
}

/** Asks the vendor for the agent of a meeting, in the app's stead. Throws USAGE if it refuses. */
export async function askForAgent(
  room: Greenroom,
  { name, sample }: VendorProfile,
  meeting: Meeting,
  { url, receivers = {} }: { readonly url?: string; readonly receivers?: object },
): Promise<undefined> {
  const webhookUrl = url ?? `${Object.keys(receivers)[0]}/`;
  const { method, path, authorization, body } = sample.agent(
    { meetingUrl: meeting.url, name: 'Notes', joinAt: meeting.joinAt, key: meeting.url, webhookUrl },
    room.vendor(name),
  );
  const response = await room.fetch(room.url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json', 'user-agent': OWN_AGENT },
    body: JSON.stringify(body),
  });
  if (response.status < 300) return undefined;
  throw new GreenroomError(
    'USAGE',
    `Failed to ask for the agent: expected the vendor to take it, was ${response.status}: ${await response.text()}`,
  );
}

/** The same meeting, so much later. */
export const later = (meeting: Meeting, by: string | number): Meeting => ({
  ...meeting,
  joinAt: formatInstant(parseInstant(meeting.joinAt)! + (parseDuration(by) ?? 0)),
});
