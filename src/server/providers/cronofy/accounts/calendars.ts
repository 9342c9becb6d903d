import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account, type OtherCalendar } from '../state.js';
import { profilesOf } from './linking.js';

/** The calendars of all profiles of an account. */
export const calendarsOf = (world: World, account: Account) =>
  profilesOf(world, account).flatMap((profile) => calendarsOfProfile(world, profile));

/** The calendars of a profile: its primary one, and those that were made beside it. */
export function calendarsOfProfile(world: World, account: Account) {
  const { sub, calendar_id, kind, name } = account;
  const primary = {
    calendar_id,
    calendar_name: kind === 'account' ? 'Calendar' : name,
    calendar_readonly: false,
    calendar_deleted: false,
    calendar_attachments_available: false,
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
      calendar_deleted: other.deleted,
      calendar_attachments_available: false,
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

/** Another calendar below a profile. */
export function addCalendar(world: World, { sub, profile_id }: Account, name: string, readonly = false): OtherCalendar {
  const calendar_id = `cal_${profile_id.replace(/^pro_/, '')}_${world.random.alphanumeric('calendar', 10)}`;
  return sliceOf(world).calendars.add({ calendar_id, account: sub, name, readonly, deleted: false });
}

/** True for a calendar that others let its owner read, and no more. */
export const isReadonly = (world: World, calendarId: string): boolean =>
  sliceOf(world).calendars.get(calendarId)?.readonly ?? false;
