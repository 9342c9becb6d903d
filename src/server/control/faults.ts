import { FaultKindBody, type Fault } from '../../contracts/control/faults.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, told } from '../../told.js';
import { releaseAllOf } from '../engine/deliveries/enqueue.js';
import { renderFault } from '../renderings.js';
import { json, noContent, type ControlCall, type ControlHandler, type RouteOptions } from './call.js';
import { tellRefused } from './fault-paths.js';
import { assertFault } from './fault-rules.js';
import { versionedIn } from './words.js';

/** Everything that is to go wrong, by rule. */
export function faultRoutes({ vendors, schemas }: RouteOptions) {
  const read = (body: ControlCall['body']): Fault =>
    body(FaultKindBody).on === 'request' ? body(schemas().RequestFaultBody) : body(schemas().DeliveryFaultBody);

  return {
    list: ({ workspace: { world } }) => json({ faults: world.faults.list().map(renderFault) }),
    add: ({ workspace: { world }, body }) => {
      const fault = read(body);
      const versioned = versionedIn(world, vendors);
      assertFault(versioned, fault);
      const note = fault.on === 'request' ? tellRefused(versioned, fault.match ?? {}) : undefined;
      if (note !== undefined) world.noteOnce('fault', note);
      return json({ ...renderFault(world.faults.add(fault)), ...(note === undefined ? {} : { note }) }, 201);
    },
    remove: ({ workspace: { world }, param }) => {
      const id = param('id');
      if (!world.faults.remove(id))
        throw new GreenroomError(
          'NOT_FOUND',
          told`Failed to remove the fault "${id}": there is none. ${controlCall('GET', '/faults')} lists them.`,
        );
      releaseAllOf(world, id);
      return noContent;
    },
    clear: ({ workspace: { world } }) => {
      const ids = world.faults.list().map(({ id }) => id);
      world.faults.clear();
      for (const id of ids) releaseAllOf(world, id);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}
