import { BackstageBody } from '../../contracts/control/bodies.js';
import { GreenroomError } from '../../errors.js';
import { assertBody, json, unknownWord, type ControlHandler, type ControlOptions } from './call.js';

/** The backstage door: makes happen now what the vendor's own side would do. */
export function backstageRoutes({ providers }: ControlOptions) {
  return {
    act: ({ workspace: { world }, body }) => {
      const given = body(BackstageBody) as { kind: string; [name: string]: unknown };
      const { kind, ...args } = given;
      const provider = providers.find(({ backstage }) => Object.hasOwn(backstage, kind));
      if (!provider) {
        throw unknownWord(
          'the backstage action',
          '/kind',
          kind,
          providers.flatMap(({ backstage }) => Object.keys(backstage)),
        );
      }
      const action = provider.backstage[kind]!;
      assertBody(action.body, given);
      const line = world.log({ kind: 'backstage', subject: null, provider: provider.name, action: kind });
      world.changes++;
      const { subject = null, refused, legal } = action.act(world, args);
      Object.assign(line, { subject, ...(refused === undefined ? {} : { refused }) });
      world.runInlineJobs();
      if (refused !== undefined) throw new GreenroomError('REFUSED', refused, legal === undefined ? {} : { legal });
      return json({});
    },
  } satisfies Record<string, ControlHandler>;
}
