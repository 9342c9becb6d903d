import { formatInstant } from '../../clock/instant.js';
import { after } from '../../clock/real-time.js';
import { DELIVERY_STATUSES, type DeliveryMatch } from '../../contracts/control/deliveries.js';
import { NoBody } from '../../contracts/control/fields.js';
import { ExplainBody } from '../../contracts/control/recording.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, told } from '../../told.js';
import type * as engine from '../engine/deliveries/outbox.js';
import type { World } from '../engine/world.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { Vendor } from '../providers/provider.js';
import { renderDelivery } from '../renderings.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery, pickQuery } from './query.js';
import { PAGING, selectPage, settledJson } from './reads.js';
import { subjectId, subjectIdIn } from './subjects.js';
import { assertWebhookWords, versionedIn } from './words.js';
import { loadDoctor } from '../inspector/doctor.js';
import { runInlineJobs } from '../engine/deliveries/early.js';

const DEFAULT_WAIT_MS = 2000;
const PENDING_SHOWN = 20;
const FILTERS = ['provider', 'type', 'state', 'sub_type', 'status', 'url'] as const;

/** The webhooks, with every attempt to deliver them. */
export function deliveryRoutes({ vendors, schemas }: RouteOptions) {
  const words = {
    provider: vendors.map(({ name }) => name),
    type: 'any',
    state: 'any',
    sub_type: 'any',
    status: DELIVERY_STATUSES,
    url: 'any',
  } as const;
  return {
    list: async ({ workspace: { world }, query, reader }) => {
      assertQuery(query, { ...words, ...PAGING });
      const match = pickQuery(query, FILTERS);
      assertWebhookWords(versionedIn(world, vendors), { what: 'the query', at: '?' }, match);
      return settledJson(world, reader, () => {
        const subject = subjectIdIn(vendors, world, query);
        const matches = deliveryMatcher(vendors, world, match);
        const isWanted = (delivery: engine.Delivery): boolean =>
          (subject === undefined || delivery.subject === subject) && matches(delivery);
        const { items, more } = selectPage(() => world.outbox.lasting(), query, isWanted);
        return { deliveries: items.map(renderDelivery), more, dropped: world.outbox.dropped };
      });
    },

    wait: async ({ workspace, body }) => {
      const { world } = workspace;
      const { match, count = 1, timeout_ms: timeout = DEFAULT_WAIT_MS } = body(schemas().WaitBody);
      assertWebhookWords(versionedIn(world, vendors), { what: 'the body', at: '/match/' }, match);
      const matches = deliveryMatcher(vendors, world, match);
      const arrived = await waitForArrivals(workspace, { match, matches, count, timeout });
      return json({ deliveries: arrived.map(renderDelivery) });
    },

    /** The same idempotency key and data, rendered again as the vendor does. */
    redeliver: ({ workspace: { world }, param, body }) => {
      body(NoBody);
      const delivery = world.outbox.reopen(param('id'));
      if (!delivery)
        throw new GreenroomError('NOT_FOUND', `Failed to deliver "${param('id')}" again: there is no such delivery.`);
      if (delivery.status === 'dropped') delivery.status = 'pending';
      if (delivery.held) world.outbox.release(delivery);
      world.note('redeliver', delivery.subject, `${delivery.id} is delivered again`);
      world.clock.schedule({
        due: world.now(),
        kind: 'deliver',
        subject: delivery.subject,
        args: { delivery: delivery.id },
      });
      runInlineJobs(world);
      return json(renderDelivery(delivery), 202);
    },
  } satisfies Record<string, ControlHandler>;
}

/** Throws NOT_FOUND. */
function demandDelivery({ outbox }: World, id: string): engine.Delivery {
  const delivery = outbox.get(id);
  if (delivery) return delivery;
  throw new GreenroomError('NOT_FOUND', `Failed to find the delivery "${id}": there is none, or it was let go.`);
}

/** One webhook. */
export function deliveryRoutesOfOne({ vendors }: RouteOptions) {
  return {
    get: ({ workspace: { world }, param }) => json(renderDelivery(demandDelivery(world, param('id')))),

    /** What the doctor says of the signature of an attempt. */
    explain: async ({ workspace: { world }, param, body }) => {
      const { attempt: number, ...asked } = body(ExplainBody);
      const delivery = demandDelivery(world, param('id'));
      const attempt = delivery.attempts.at((number ?? 0) - 1);
      if (!attempt)
        throw new GreenroomError(
          'NOT_FOUND',
          `Failed to examine the signature: expected an attempt from 1 to ${delivery.attempts.length}, was ${number ?? 'the last'}.`,
        );
      const [doctor, { explainSignature }] = await Promise.all([loadDoctor(), import('../inspector/signature.js')]);
      return json(explainSignature({ world, vendors, delivery, attempt, ...asked }, doctor));
    },
  } satisfies Record<string, ControlHandler>;
}

/** A test of deliveries; all that the match names must be equal. */
export function deliveryMatcher(
  vendors: readonly Vendor[],
  world: World,
  { subject, ...rest }: DeliveryMatch | Partial<Record<keyof DeliveryMatch, string>>,
): (delivery: engine.Delivery) => boolean {
  const wanted = Object.entries(rest);
  return (delivery) =>
    wanted.every(([name, value]) => delivery[name as keyof typeof rest] === value) &&
    (subject === undefined || delivery.subject === subjectId(vendors, world, subject));
}

/** A wait for webhooks. */
interface Wait {
  readonly match: DeliveryMatch;
  readonly matches: (delivery: engine.Delivery) => boolean;
  readonly count: number;
  /** Real milliseconds. */
  readonly timeout: number;
}

/**
 * Waits until that many webhooks have arrived. Throws TIMEOUT with those that did arrive and those that are pending, and
 * CONFLICT if the workspace gets another world, or ends.
 */
async function waitForArrivals(workspace: Workspace, wait: Wait): Promise<engine.Delivery[]> {
  const { world } = workspace;
  const arrived = (): engine.Delivery[] =>
    [...world.outbox.values()].filter((delivery) => hasArrived(delivery) && wait.matches(delivery));
  const known = new Set(arrived().map(({ id }) => id));
  if (known.size >= wait.count || (await isMetInTime(workspace, wait, known))) return arrived();
  throw timeout(world, wait, arrived());
}

const hasArrived = ({ status }: engine.Delivery): boolean => status === 'delivered' || status === 'captured';

/** Looks at those that arrive; those that are known by now have arrived before. */
function isMetInTime(workspace: Workspace, { matches, count, timeout }: Wait, known: Set<string>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      stop();
      leave();
      cancel();
    };
    const finish = (met: boolean): void => {
      over();
      resolve(met);
    };
    const end = (): void => {
      over();
      reject(worldEnded());
    };
    const leave = workspace.follow({ entry: () => undefined, renewed: end, ended: end });
    const stop = workspace.world.outbox.onArrival((delivery) => {
      if (matches(delivery)) known.add(delivery.id);
      if (known.size >= count) finish(true);
    });
    const cancel = after(timeout, () => finish(false));
  });
}

const worldEnded = (): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    'Failed to wait for webhooks: the workspace was reset, restored, rewound or deleted meanwhile, and they with it.',
  );

function timeout(
  world: World,
  { match, count, timeout: timeoutMs }: Wait,
  arrived: readonly engine.Delivery[],
): GreenroomError {
  const pending = world.clock.pending(PENDING_SHOWN).map((job) => world.describeJob(job));
  const next = pending[0];
  const advice =
    next && world.clock.mode === 'frozen'
      ? told` The clock is frozen and stands at ${formatInstant(world.now())}; next is: ${next.label} at ${next.due}. ${controlCall('POST', '/clock/advance')} moves it.`
      : '';
  const waiting = [...world.outbox.values()].filter(({ status }) => status === 'pending').map(renderDelivery);
  return new GreenroomError(
    'TIMEOUT',
    told`Failed to wait for ${count} of the deliveries ${JSON.stringify(match)}: ${arrived.length} arrived within ${timeoutMs} ms of real time.${advice}`,
    { arrived: arrived.map(renderDelivery), waiting, pending },
  );
}
