import { formatInstant } from '../../clock/instant.js';
import { NoBody } from '../../contracts/control/fields.js';
import { HoldBody, PatchClockBody, type ClockState } from '../../contracts/control/clock.js';
import { GreenroomError } from '../../errors.js';
import type { Workspace } from '../workspaces/workspace.js';
import { quietTime } from '../real-durations.js';
import { advance, PENDING_SHOWN } from './advance.js';
import { json, noContent, type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery, wholeNumber } from './query.js';
import { atRest } from './reads.js';

/** Reads and moves the clock. */
export function clockRoutes({ vendors, schemas, probeDoor, tenants }: RouteOptions) {
  return {
    read: async ({ workspace, query, reader }) => {
      assertQuery(query, { limit: 'any', wait: ['true', 'false'] });
      const { world } = workspace;
      const settled = query.get('wait') === 'false' ? world.clock.activity.atRest : await atRest(world, reader);
      return json(renderClock(workspace, settled, wholeNumber(query, 'limit', PENDING_SHOWN)));
    },
    patch: async ({ workspace, body, reader }) => {
      const { world } = workspace;
      const { quiet, ...pace } = body(PatchClockBody);
      const input = { kind: 'pace', ...pace, ...(quiet === undefined ? {} : { quiet: quietTime(quiet) }) } as const;
      world.clock.assertCanBe(pace.mode);
      void world.take(input, () => world.clock.setPace(input));
      return json(renderClock(workspace, await atRest(world, reader), PENDING_SHOWN));
    },
    advance: async ({ workspace: { world }, body }) => json(await advance(world, vendors, body(schemas().AdvanceBody))),
    hold: ({ workspace: { world }, body }) => {
      const { reason = 'no reason given' } = body(HoldBody);
      return json({ id: world.clock.activity.hold(reason, world.clock.now()) }, 201);
    },
    admit: async ({ workspace, origin, body }) => {
      if (tenants) throw elsewhere();
      body(NoBody);
      return json({ GREENROOM_URL: origin, ...(await probeDoor()).variables(workspace) });
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

const elsewhere = (): GreenroomError =>
  new GreenroomError(
    'REFUSED',
    'Failed to admit probes: this is a service, and the processes of an app cannot reach its machine. "greenroom listen" on the machine of the app tells the service when they are at rest.',
  );

function renderClock({ world, probes, relay }: Workspace, settled: boolean, limit: number): ClockState {
  const { clock } = world;
  return {
    now: formatInstant(clock.now()),
    mode: clock.mode,
    speed: clock.speed,
    settled,
    probes: [...probes.list(), ...(relay?.probes ?? [])],
    holds: clock.activity.holds.map(({ id, reason, since }) => ({ id, reason, since: formatInstant(since) })),
    pending: clock.pending(limit).map((job) => world.describeJob(job)),
  };
}
