import type { AdvanceReport } from '../../clock/advance.js';
import { DURATION_FORMS, formatDuration, parseDuration } from '../../clock/duration.js';
import { formatInstant, type Micros } from '../../clock/instant.js';
import type * as control from '../../contracts/control/clock.js';
import { tellFar } from '../../contracts/control/far.js';
import { GreenroomError, misfit } from '../../errors.js';
import { placeAt } from '../../told.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { instantAt } from './body.js';
import { watch, type Watch } from './until.js';

const DEFAULT_WITHIN = '30d';
export const PENDING_SHOWN = 100;

/** Moves a world's time as the request says, and reports what ran. Throws NOT_REACHED and the clock's own errors. */
export async function advance(
  world: World,
  vendors: readonly Vendor[],
  request: control.AdvanceBody,
): Promise<control.AdvanceReport> {
  const { clock } = world;
  const firstDelivery = world.outbox.count;
  const watched = 'until' in request ? request : undefined;
  const until = watched && watch(world, vendors, watched.until);
  try {
    const report = await clock
      .advance({
        ...targetOf(request),
        until: until?.isMet,
        single: 'next' in request,
        ...('job_limit' in request ? { jobLimit: request.job_limit } : {}),
      })
      .catch((error: unknown) => {
        throw withPendingJobs(world, error);
      });
    if (!report.reached && watched && until) throw notReached(world, watched, until, report);
    return renderReport(world, report, firstDelivery);
  } finally {
    until?.end();
  }
}

function targetOf(request: control.AdvanceBody): { to?: Micros; by?: Micros } {
  if ('by' in request) return { by: durationAt('/by', request.by) };
  if ('next' in request) return {};
  if ('until' in request) return { by: withinOf(request) };
  return { to: instantAt('/to', request.to, 'advance') };
}

type UntilBody = Extract<control.AdvanceBody, { readonly until: unknown }>;

const withinOf = ({ within = DEFAULT_WITHIN }: UntilBody): Micros => durationAt('/within', within);

function durationAt(pointer: string, value: string | number): Micros {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw misfit(placeAt('advance', pointer), { expected: DURATION_FORMS, was: value });
}

function notReached(world: World, body: UntilBody, { lastState }: Watch, report: AdvanceReport): GreenroomError {
  const last = lastState();
  const pending = world.clock.pending(PENDING_SHOWN).map((job) => world.describeJob(job));
  const state = 'state' in last ? ` It is ${last.state}.` : '';
  const now = formatInstant(world.now());
  const next = pending[0]
    ? `Next would be: ${pending[0].label} at ${pending[0].due}.${tellFar(now, pending[0].due)}`
    : 'Nothing is left to happen by itself.';
  return new GreenroomError(
    'NOT_REACHED',
    `Failed to advance until ${JSON.stringify(body.until)}: it did not come about within ${formatDuration(withinOf(body))} of virtual time.${state} ${next}`,
    { last, pending, ran_total: report.ranTotal, now },
  );
}

/** The clock's own error of too many jobs, with their labels, which the clock cannot know. */
function withPendingJobs(world: World, error: unknown): unknown {
  if (!(error instanceof GreenroomError) || error.code !== 'JOB_LIMIT') return error;
  const pending = world.clock.pending(PENDING_SHOWN).map((job) => world.describeJob(job));
  const now = formatInstant(world.now());
  const [next] = pending;
  const label = next === undefined ? '' : ` It is ${now}, and next would be: ${next.label} at ${next.due}.`;
  return new GreenroomError(error.code, `${error.message}${label}`, {
    ...error.details,
    job: { ...(error.details['job'] as object), ...next },
    now,
    pending,
  });
}

function renderReport(
  world: World,
  { from, to, ran, ranTotal }: AdvanceReport,
  firstDelivery: number,
): control.AdvanceReport {
  const silent = [...world.silentReceivers.list()];
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    ran: ran.map((job) => ({ at: formatInstant(job.due), label: world.labelOf(job), subject: job.subject })),
    ran_total: ranTotal,
    deliveries: world.outbox.idsAfter(firstDelivery),
    pending: world.clock.size,
    ...(silent.length > 0 ? { silent_receivers: silent } : {}),
  };
}
