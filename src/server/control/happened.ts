import { after } from '../../clock/real-time.js';
import { formatInstant } from '../../clock/instant.js';
import { NoBody, VerifyBody, WaitBody } from '../../contracts/control/bodies.js';
import { GreenroomError } from '../../errors.js';
import { ENTRY_KINDS, renderEntry, summarize, type Entry } from '../engine/journal.js';
import { DELIVERY_STATUSES, type Delivery } from '../engine/outbox.js';
import type { LoggedRequest } from '../engine/requests.js';
import type { World } from '../engine/world.js';
import {
  assertQuery,
  json,
  wholeNumber,
  type ControlCall,
  type ControlHandler,
  type ControlOptions,
  type QueryWords,
} from './call.js';
import { deliveryMatcher, renderDelivery, type DeliveryFilter } from './deliveries.js';
import { closest, differences, type RequestMatch } from './verify.js';
import { parseReference, subjectId, type Reference } from './subjects.js';

const SETTLE_LIMIT_MS = 5000;
const DEFAULT_LIMIT = 10_000;
const DEFAULT_WAIT_MS = 2000;
const PAGING: QueryWords = { subject: 'any', after: 'any', limit: 'any' };

/** What happened: the timeline, the calls, the webhooks. Every read waits until the world is at rest. */
export function recordRoutes({ providers }: ControlOptions) {
  const names = providers.map(({ name }) => name);
  const idOf = (world: World, reference: Reference): string => subjectId(providers, world, reference);

  const select = <T extends { readonly seq: number }>(
    items: Iterable<T>,
    query: URLSearchParams,
    keep: (item: T) => boolean,
  ): T[] => {
    const after = wholeNumber(query, 'after', 0);
    const limit = wholeNumber(query, 'limit', DEFAULT_LIMIT);
    const found: T[] = [];
    for (const item of items) {
      if (found.length >= limit) break;
      if (item.seq > after && keep(item)) found.push(item);
    }
    return found;
  };

  const wantedSubject = (world: World, query: URLSearchParams): string | undefined => {
    const text = query.get('subject');
    return text === null ? undefined : idOf(world, parseReference(text));
  };

  const settledJson = async (world: World, render: () => Record<string, unknown>) => {
    const settled = await world.clock.settled(SETTLE_LIMIT_MS);
    return json(settled ? render() : { ...render(), settled });
  };

  return {
    timeline: async ({ workspace: { world }, query, headers }: ControlCall) => {
      assertQuery(query, { kind: ENTRY_KINDS, ...PAGING });
      await world.clock.settled(SETTLE_LIMIT_MS);
      const subject = wantedSubject(world, query);
      const kind = query.get('kind');
      const entries = select(world.journal.entries(), query, (entry) => {
        return (subject === undefined || entry.subject === subject) && (kind === null || entry.kind === kind);
      });
      if (!(headers['accept'] ?? '').startsWith('text/plain'))
        return settledJson(world, () => ({ entries: entries.map(renderEntry) }));
      return {
        status: 200,
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        body: entries.map(printEntry).join(''),
      };
    },

    requests: async ({ workspace: { world }, query }: ControlCall) => {
      assertQuery(query, {
        provider: names,
        operation: 'any',
        method: 'any',
        path: 'any',
        status: 'any',
        ...PAGING,
      });
      return settledJson(world, () => {
        const subject = wantedSubject(world, query);
        const wanted = (['provider', 'operation', 'method', 'path'] as const).filter((name) => query.has(name));
        const status = query.get('status');
        const requests = select(world.requests.values(), query, (request) => {
          if (subject !== undefined && request.subject !== subject) return false;
          if (status !== null && String(request.response?.status) !== status) return false;
          return wanted.every((name) => {
            const value = query.get(name);
            return request[name] === (name === 'method' ? value?.toUpperCase() : value);
          });
        });
        return { requests: requests.map(renderRequest) };
      });
    },

    verify: async ({ workspace: { world }, body }: ControlCall) => {
      const { match, times = { at_least: 1 } } = body(VerifyBody) as { match: RequestMatch; times?: Times };
      await world.clock.settled(SETTLE_LIMIT_MS);
      const matched = [...world.requests.values()].filter((request) => differences(request, match).length === 0);
      const { at_least = 0, at_most = Number.POSITIVE_INFINITY } =
        typeof times === 'number' ? { at_least: times, at_most: times } : times;
      const ok = matched.length >= at_least && matched.length <= at_most;
      const near = matched.length < at_least ? closest(world.requests.values(), match) : [];
      return json({ ok, count: matched.length, matched: matched.map(({ id }) => id), closest: near });
    },

    /** The same idempotency key and data, rendered again as the vendor does. */
    redeliver: ({ workspace: { world }, param, body }: ControlCall) => {
      body(NoBody);
      const delivery = world.outbox.get(param('id'));
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
      world.runInlineJobs();
      return json(renderDelivery(delivery), 202);
    },

    deliveries: async ({ workspace: { world }, query }: ControlCall) => {
      assertQuery(query, {
        provider: names,
        type: 'any',
        state: 'any',
        sub_type: 'any',
        status: DELIVERY_STATUSES,
        url: 'any',
        ...PAGING,
      });
      return settledJson(world, () => {
        const filters = ['provider', 'type', 'state', 'sub_type', 'status', 'url'] as const;
        const filter: DeliveryFilter = Object.fromEntries(
          filters.filter((name) => query.has(name)).map((name) => [name, query.get(name)]),
        );
        const subject = wantedSubject(world, query);
        const matches = deliveryMatcher(providers, world, subject === undefined ? filter : { ...filter, subject });
        return { deliveries: select(world.outbox.values(), query, matches).map(renderDelivery) };
      });
    },

    wait: async ({ workspace: { world }, body }: ControlCall) => {
      const {
        match,
        count = 1,
        timeout_ms = DEFAULT_WAIT_MS,
      } = body(WaitBody) as { match: DeliveryFilter; count?: number; timeout_ms?: number };
      const matches = deliveryMatcher(providers, world, match);
      const arrived = (): Delivery[] =>
        [...world.outbox.values()].filter((delivery) => hasArrived(delivery) && matches(delivery));
      const found = await waitFor(world, () => arrived().length >= count, timeout_ms);
      if (!found) throw timeout(world, match, count, timeout_ms, arrived());
      return json({ deliveries: arrived().map(renderDelivery) });
    },
  } satisfies Record<string, ControlHandler>;
}

/** How often a call is wanted: exactly so often, or within bounds. */
type Times = number | { readonly at_least?: number; readonly at_most?: number };

const hasArrived = ({ status }: Delivery): boolean => status === 'delivered' || status === 'captured';

function waitFor(world: World, test: () => boolean, timeoutMs: number): Promise<boolean> {
  if (test()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (met: boolean): void => {
      stop();
      cancel();
      resolve(met);
    };
    const stop = world.outbox.onArrival(() => {
      if (test()) finish(true);
    });
    const cancel = after(timeoutMs, () => finish(test()));
  });
}

function timeout(
  world: World,
  match: DeliveryFilter,
  count: number,
  timeoutMs: number,
  arrived: readonly Delivery[],
): GreenroomError {
  const pending = world.clock.pending(20).map((job) => world.describeJob(job));
  const next = pending[0];
  const advice =
    next && world.clock.mode === 'frozen'
      ? ` The clock is frozen and stands at ${formatInstant(world.now())}; next is: ${next.label} at ${next.due}. POST /_greenroom/clock/advance moves it.`
      : '';
  const waiting = [...world.outbox.values()].filter(({ status }) => status === 'pending').map(renderDelivery);
  return new GreenroomError(
    'TIMEOUT',
    `Failed to wait for ${count} of the deliveries ${JSON.stringify(match)}: ${arrived.length} arrived within ${timeoutMs} ms of real time.${advice}`,
    { arrived: arrived.map(renderDelivery), waiting, pending },
  );
}

function renderRequest({ at, ...request }: LoggedRequest): Record<string, unknown> {
  return { ...request, at: formatInstant(at) };
}

/** `09:05:00.000  transition  bot_…  scheduled → staged (staged)` */
function printEntry(entry: Entry): string {
  const { kind, subject } = entry;
  return `${formatInstant(entry.at)}  ${kind.padEnd(10)}  ${(subject ?? '').padEnd(28)}  ${summarize(entry)}\n`;
}
