import { formatDuration } from '../../clock/duration.js';
import { formatInstant, MICROS_PER_MINUTE, parseInstant, type Micros } from '../../clock/instant.js';
import type { Call } from '../providers/provider.js';

const DAY: Micros = 24 * 60 * MICROS_PER_MINUTE;
const TOPIC = 'times';

/** Says once in a world that a client asks for a time that is likely to come from another clock than the world's. */
export function noteAskedTimes({ world, request, entry }: Call): void {
  const { mode, jobsRun } = world.clock;
  if (mode === 'live' || world.hasNoted(TOPIC)) return;
  const now = world.now();
  // An auto clock runs ahead of the machine's, and what an app takes from its own is over.
  const ranAhead = mode === 'auto' && jobsRun > 0;
  const asked = timesIn(request.body).find((time) => Math.abs(time - now) > DAY || (ranAhead && time < now));
  if (asked === undefined) return;
  const apart = Math.abs(asked - now);
  const unit = [DAY, MICROS_PER_MINUTE].find((one) => apart >= one) ?? 1;
  const said = `A client asks for ${formatInstant(asked)}, ${formatDuration(apart - (apart % unit))} ${asked < now ? 'before' : 'after'} the time here, ${formatInstant(now)}`;
  const advice =
    apart > DAY
      ? 'If it takes its times from its own clock, begin there, at "now" or an instant: --start, clock: { now }, or lockstep'
      : 'The auto clock has jumped ahead of its own: give each test a workspace, or use --clock live';
  world.note(TOPIC, entry.subject, `${said}. ${advice}.`);
}

/** The instants among the fields of a body in JSON, those of its parts left out. */
function timesIn(body: string): Micros[] {
  if (!/"\d{4}-\d\d-\d\dT/.test(body)) return [];
  try {
    const values = Object.values(JSON.parse(body) as object);
    return values.flatMap((value) => (typeof value === 'string' ? (parseInstant(value) ?? []) : []));
  } catch {
    return [];
  }
}
