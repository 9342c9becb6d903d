import type { AdvanceReport } from '../../clock/advance.js';
import type { ClockMode } from '../../clock/clock.js';
import { DURATION_FORMS, formatDuration, parseDuration } from '../../clock/duration.js';
import { formatInstant, parseInstant, type Micros } from '../../clock/instant.js';
import { AdvanceBody, HoldBody, PatchClockBody } from '../../contracts/control/bodies.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import type { Provider } from '../providers/provider.js';
import { assertQuery, json, noContent, wholeNumber, type ControlHandler, type ControlOptions } from './call.js';
import { deliveryMatcher, type DeliveryFilter } from './deliveries.js';
import { quietTime } from '../workspace.js';
import { findSubject, type Reference } from './subjects.js';

const DEFAULT_WITHIN = '30d';
const PENDING_SHOWN = 100;

interface Until {
  readonly test: () => boolean;
  /** What is so instead, for NOT_REACHED. */
  readonly lastState: () => Record<string, unknown>;
  readonly end: () => void;
}

/** Reads and moves the clock. */
export function clockRoutes({ providers }: ControlOptions) {
  return {
    read: async ({ workspace: { world }, query }) => {
      assertQuery(query, { limit: 'any' });
      const settled = await world.clock.settled(5000);
      return json(renderClock(world, settled, wholeNumber(query, 'limit', PENDING_SHOWN)));
    },
    patch: async ({ workspace: { world }, body }) => {
      const { quiet, ...pace } = body(PatchClockBody) as { mode?: ClockMode; speed?: number; quiet?: number | string };
      world.clock.setPace({ ...pace, ...(quiet === undefined ? {} : { quiet: quietTime(quiet) }) });
      return json(renderClock(world, await world.clock.settled(5000), PENDING_SHOWN));
    },
    advance: async ({ workspace: { world }, body }) =>
      json(await advance(world, providers, body(AdvanceBody) as AdvanceRequest)),
    hold: ({ workspace: { world }, body }) => {
      const { reason = 'no reason given' } = body(HoldBody) as { reason?: string };
      return json({ id: world.clock.activity.hold(reason) }, 201);
    },
    release: ({ workspace: { world }, param }) => {
      if (world.clock.activity.release(param('id'))) return noContent;
      throw new GreenroomError(
        'NOT_FOUND',
        `Failed to release the hold "${param('id')}": there is none, or it was released already.`,
      );
    },
  } satisfies Record<string, ControlHandler>;
}

function renderClock(world: World, settled: boolean, limit: number): Record<string, unknown> {
  const { clock } = world;
  return {
    now: formatInstant(clock.now()),
    mode: clock.mode,
    speed: clock.speed,
    settled,
    pending: clock.pending(limit).map((job) => world.describeJob(job)),
  };
}

export interface AdvanceRequest {
  readonly by?: string | number;
  readonly to?: string;
  readonly next?: true;
  readonly until?:
    'idle' | { readonly subject: Reference; readonly state: string } | { readonly webhook: DeliveryFilter };
  readonly within?: string | number;
  readonly job_limit?: number;
}

/** Moves a world's time as the request says, and reports what ran. Throws NOT_REACHED and the clock's own errors. */
export async function advance(
  world: World,
  providers: readonly Provider[],
  request: AdvanceRequest,
): Promise<Record<string, unknown>> {
  const { clock } = world;
  const firstDelivery = world.outbox.count;
  const until = request.until === undefined ? undefined : watch(world, providers, request.until);
  if (!clock.advancing) world.silentReceivers.clear();
  try {
    const report = await clock
      .advance({
        ...targetOf(request),
        until: until?.test,
        single: request.next === true,
        ...(request.job_limit === undefined ? {} : { jobLimit: request.job_limit }),
      })
      .catch((error: unknown) => {
        throw withWhatWaits(world, error);
      });
    if (!report.reached && until) throw notReached(world, request, until, report);
    return renderReport(world, report, firstDelivery);
  } finally {
    until?.end();
  }
}

function targetOf({ by, to, next, within = DEFAULT_WITHIN }: AdvanceRequest): { to?: Micros; by?: Micros } {
  if (by !== undefined) return { by: durationAt('/by', by) };
  if (next) return {};
  if (to === undefined) return { by: durationAt('/within', within) };
  const target = parseInstant(to);
  if (target !== undefined) return { to: target };
  const expected = 'an ISO 8601 instant with a zone, such as "2026-03-02T10:00:00Z", before the year 2255';
  throw new GreenroomError('INVALID_BODY', `Failed to advance: at /to, expected ${expected}, was "${to}".`, {
    pointer: '/to',
    expected,
    was: to,
  });
}

function durationAt(pointer: string, value: string | number): Micros {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to advance: at ${pointer}, expected ${DURATION_FORMS}, was ${JSON.stringify(value)}.`,
    {
      pointer,
      expected: DURATION_FORMS,
      was: value,
    },
  );
}

function watch(world: World, providers: readonly Provider[], until: NonNullable<AdvanceRequest['until']>): Until {
  if (until === 'idle') return { test: () => world.clock.idle, lastState: () => ({}), end: () => undefined };
  if ('webhook' in until) {
    const matches = deliveryMatcher(providers, world, until.webhook);
    let met = false;
    const end = world.outbox.onArrival((delivery) => (met ||= matches(delivery)));
    return { test: () => met, lastState: () => ({ webhook: until.webhook }), end };
  }
  const find = () => findSubject(providers, world, until.subject);
  if (!find()) {
    const subject = JSON.stringify(until.subject);
    throw new GreenroomError(
      'NOT_FOUND',
      `Failed to advance until ${subject} is ${until.state}: there is no such agent in this workspace.`,
      {
        pointer: '/until/subject',
      },
    );
  }
  return {
    test: () => find()?.state === until.state,
    lastState: () => ({ subject: find()?.id, state: find()?.state ?? 'gone' }),
    end: () => undefined,
  };
}

function notReached(
  world: World,
  { until, within = DEFAULT_WITHIN }: AdvanceRequest,
  { lastState }: Until,
  report: AdvanceReport,
): GreenroomError {
  const last = lastState();
  const pending = world.clock.pending(PENDING_SHOWN).map((job) => world.describeJob(job));
  const now = 'state' in last ? ` It is ${String(last['state'])}.` : '';
  const next = pending[0]
    ? `Next would be: ${pending[0].label} at ${pending[0].due}.`
    : 'Nothing is left to happen by itself.';
  return new GreenroomError(
    'NOT_REACHED',
    `Failed to advance until ${JSON.stringify(until)}: it did not come about within ${formatDuration(durationAt('/within', within))} of virtual time.${now} ${next}`,
    { last, pending, ran_total: report.ranTotal, now: formatInstant(world.now()) },
  );
}

/** The clock's own error of too many jobs, with what the clock cannot know: what the jobs are for. */
function withWhatWaits(world: World, error: unknown): unknown {
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
): Record<string, unknown> {
  const silent = [...world.silentReceivers];
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
