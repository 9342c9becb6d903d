import { BackstageBody } from '../../contracts/control/bodies.js';
import { GreenroomError } from '../../errors.js';
import { json, unknownWord, type ControlHandler, type ControlOptions } from './call.js';

/** Scenarios, and the backstage door. */
export function stageRoutes({ providers, library }: ControlOptions) {
  return {
    scenarios: () =>
      json({ scenarios: library.list().map(({ name, description, plays }) => ({ name, description, plays })) }),
    backstage: ({ workspace: { world }, body }) => {
      const { kind, ...args } = body(BackstageBody) as { kind: string; [name: string]: unknown };
      const provider = providers.find(({ backstage }) => Object.hasOwn(backstage, kind));
      if (!provider) {
        throw unknownWord(
          'the backstage action',
          '/kind',
          kind,
          providers.flatMap(({ backstage }) => Object.keys(backstage)),
        );
      }
      const line = world.log({ kind: 'backstage', subject: null, provider: provider.name, action: kind });
      world.changes++;
      const { subject = null, refused } = provider.backstage[kind]!(world, args);
      Object.assign(line, { subject, ...(refused === undefined ? {} : { refused }) });
      world.runInlineJobs();
      if (refused !== undefined) throw new GreenroomError('REFUSED', refused);
      return json({});
    },
  } satisfies Record<string, ControlHandler>;
}
