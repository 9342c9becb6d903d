import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account } from '../state.js';
import { profilesOf } from './linking.js';

/** The calendars of all profiles of an account. */
export const calendarsOf = (world: World, account: Account) =>
  profilesOf(world, account).flatMap((profile) => calendarsOfProfile(world, profile));

/** The calendars of a profile: its primary one, and those that were made beside it. */
export function calendarsOfProfile(world: World, account: Account) {
  const { sub, calendar_id, kind, name } = account;
  const ours = { calendar_deleted: false, calendar_attachments_available: false };
  const primary = {
    calendar_id,
    calendar_name: kind === 'account' ? 'Calendar' : name,
    calendar_readonly: false,
    ...ours,
    calendar_primary: true,
    calendar_integrated_conferencing_available: kind === 'account',
    permission_level: levelOf(world, account, calendar_id),
  };
  const others = sliceOf(world)
    .calendars.filter(({ account: owner }) => owner === sub)
    .map((other) => ({
      calendar_id: other.calendar_id,
      calendar_name: other.name,
      calendar_readonly: other.readonly,
      ...ours,
      calendar_primary: false,
      calendar_integrated_conferencing_available: kind === 'account',
      permission_level: levelOf(world, account, other.calendar_id),
    }));
  return [primary, ...others];
}

const levelOf = (world: World, { kind }: Account, calendarId: string): 'unrestricted' | 'sandbox' =>
  kind === 'application_calendar' || isUnrestricted(world, calendarId) ? 'unrestricted' : 'sandbox';

/** True if the application may touch the events of others in this calendar. */
export const isUnrestricted = (world: World, calendarId: string): boolean =>
  settingsOf(world).permission_level === 'unrestricted' || Object.hasOwn(sliceOf(world).unrestricted, calendarId);
