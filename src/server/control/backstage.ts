import { BackstageBody } from '../../contracts/control/backstage.js';
import { GreenroomError } from '../../errors.js';
import { assertBody } from './body.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { unknownWord } from './query.js';
import { runInlineJobs } from '../engine/early.js';

/** The backstage door: makes happen now what the vendor's own side would do. */
export function backstageRoutes({ vendors }: RouteOptions) {
  return {
    act: ({ workspace: { world }, body }) => {
      const given = body(BackstageBody);
      const { kind, ...args } = given;
      const vendor = vendors.find(({ backstage }) => Object.hasOwn(backstage, kind));
      if (!vendor) {
        const kinds = vendors.flatMap(({ backstage }) => Object.keys(backstage));
        throw unknownWord('the backstage action', '/kind', kind, kinds);
      }
      assertBody(vendor.profile.backstage.actions[kind]!, given);
      const line = world.log({ kind: 'backstage', subject: null, provider: vendor.name, action: kind });
      world.changes++;
      const { subject = null, refused, legal } = vendor.backstage[kind]!(world, args);
      Object.assign(line, { subject, ...(refused === undefined ? {} : { refused }) });
      runInlineJobs(world);
      if (refused !== undefined) throw new GreenroomError('REFUSED', refused, legal === undefined ? {} : { legal });
      return json({});
    },
  } satisfies Record<string, ControlHandler>;
}
