import { isTimeZone } from '../../../../clock/zones.js';
import type { cronofyBackstage } from '../../../../contracts/cronofy/backstage.js';
import type { World } from '../../../engine/world.js';
import { defineBackstage } from '../../provider.js';
import { sliceOf, type Account } from '../state.js';
import { PROVIDERS } from './accounts.js';

/** Other people whose calendars are connected, and rooms. */

interface Person {
  readonly email: string;
  readonly name: string;
  readonly room?: boolean;
  readonly tzid?: string;
  readonly provider?: string;
}

/** Somebody new, with a profile and a primary calendar. */
export function addPerson(world: World, person: Person): Account {
  const { email, name, room = false, tzid = 'Etc/UTC', provider = 'google' } = person;
  const profile = world.random.alphanumeric('profile', 10);
  return sliceOf(world).accounts.add({
    sub: room ? `res_${world.random.hex('res', 24)}` : `acc_${world.random.hex('acc', 24)}`,
    kind: room ? 'resource' : 'account',
    name,
    email,
    profile_id: `pro_${profile}`,
    provider_name: PROVIDERS[provider]!.name,
    calendar_id: `cal_${profile}_${world.random.alphanumeric('calendar', 10)}`,
    conferencing_profile_id: `pro_${world.random.alphanumeric('conferencing_profile', 10)}`,
    tzid,
    application_calendar_id: null,
  });
}

/** Whose address this is, in capitals or not. */
export const byEmail = (world: World, email: string): Account | undefined =>
  sliceOf(world).accounts.find((account) => account.email.toLowerCase() === email.toLowerCase());

export const peopleActs = defineBackstage<Pick<typeof cronofyBackstage, 'person_added' | 'signs_in'>>({
  person_added(world, { email, name = email.split('@')[0]!, ...more }) {
    if (byEmail(world, email)) return { refused: `${email} is there already` };
    if (more.tzid !== undefined && !isTimeZone(more.tzid))
      return { refused: `tzid must be a time zone, was ${JSON.stringify(more.tzid)}` };
    return { subject: addPerson(world, { email, name, ...more }).sub };
  },

  signs_in(world, { email }) {
    const person = email === undefined ? undefined : byEmail(world, email);
    if (email !== undefined && person?.kind !== 'account') return { refused: `nobody has the address ${email}` };
    sliceOf(world).facts.signedIn = person?.sub ?? null;
    return person ? { subject: person.sub } : {};
  },
});
