import type { VendorProfile } from '../../contracts/vendor.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError, messageOf } from '../../errors.js';
import { allVendors } from '../../server/server.js';
import { meetingsOf } from './meetings.js';
import { actsOf, type ExploreOptions, type RunningApp } from '../options.js';
import { inTime } from './patience.js';
import type { Stage } from './stage.js';

type Asked<A extends RunningApp> = Pick<ExploreOptions<A>, 'act' | 'provider' | 'vendors' | 'seed'>;

/** The vendor that is explored: the one that was named, or the one that the act calls. Throws USAGE. */
export async function profileOf<A extends RunningApp>(stage: Stage<A>, options: Asked<A>): Promise<VendorProfile> {
  const profiles = allVendors(options.vendors).map(({ profile }) => profile);
  const names = profiles.map(({ name }) => name);
  const name = options.provider ?? (await calledVendor(stage, options, profiles));
  const profile = profiles.find((one) => one.name === name);
  if (profile) return profile;
  throw new GreenroomError(
    'USAGE',
    `Failed to choose the vendor: expected one of ${names.join(', ')}, was "${name}".${didYouMean(nearest(name, names))}`,
  );
}

async function calledVendor<A extends RunningApp>(
  stage: Stage<A>,
  { act, seed = 1 }: Asked<A>,
  profiles: readonly VendorProfile[],
): Promise<string> {
  const acts = actsOf(act);
  const names = profiles.map(({ name }) => name).join(', ');
  if (!acts)
    throw new GreenroomError(
      'USAGE',
      `Failed to choose the vendor: expected "provider", one of ${names}, or an "act" that calls it; was neither.`,
    );
  const session = await stage.open(0, { scenario: 'happy-path', seed });
  let failed = '';
  try {
    const [meeting] = meetingsOf(
      { number: 0, count: 1, inCalendar: false },
      profiles[0]!,
      await session.room.clock.now(),
    );
    const act = (async () => acts.schedule(session.app(), meeting!))();
    await inTime(session, 'the act', act).catch((error: unknown) => {
      failed = ` The act threw: ${messageOf(error)}.`;
    });
    const { requests } = await session.room.requests.list();
    const called = requests.find(({ operation }) => operation !== null)?.provider;
    if (called !== undefined) return called;
  } finally {
    await session.end();
  }
  throw new GreenroomError(
    'USAGE',
    `Failed to choose the vendor: expected the act to call one of ${names}, but it called none.${failed} Point the app at room.VENDOR.base_url, or give "provider".`,
  );
}

/** True if the vendor has a call that tells how an agent is: below the path by which it is made. */
export function canBeAsked({ contract, sample }: VendorProfile): boolean {
  const { method, path } = sample.agent({ meetingUrl: sample.lobbyMeeting, name: '' }, {});
  const below = contract.operations.filter((one) => one.method === 'GET' && one.path.startsWith(`${path}/{`));
  return method === 'POST' && below.some((one) => /^\/\{[^/]+\}$/.test(one.path.slice(path.length)));
}
