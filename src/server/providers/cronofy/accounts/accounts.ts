import { personName } from '../../../engine/names.js';
import type { World } from '../../../engine/world.js';
import type { Reply } from '../../provider.js';
import { refused } from '../errors.js';
import type { Caller } from './authorize.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account } from '../state.js';
import { holderOf } from './linking.js';

/** The account that a caller acts for. */
export function accountOf(world: World, { account }: Pick<Caller, 'account'>): Account {
  const { accounts } = sliceOf(world);
  const found = (account === null ? undefined : accounts.get(account)) ?? ownAccount(world);
  return accounts.get(holderOf(world, found.sub)) ?? found;
}

/** The account behind the workspace's own access token and behind every consent. Made when it is first asked for. */
export function ownAccount(world: World): Account {
  const { accounts, facts } = sliceOf(world);
  const present = facts.ownAccount === null ? undefined : accounts.get(facts.ownAccount);
  if (present) return present;
  const name = personName(world.random.seedFor('cronofy/account'));
  const { calendar_id } = settingsOf(world);
  const account = accounts.add({
    sub: `acc_${world.random.hex('acc', 24)}`,
    kind: 'account',
    name,
    email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@example.com`,
    profile_id: `pro_${calendar_id.split('_')[1] ?? calendar_id}`,
    provider_name: PROVIDERS[settingsOf(world).calendar_provider]!.name,
    calendar_id,
    conferencing_profile_id: `pro_${world.random.alphanumeric('conferencing_profile', 10)}`,
    tzid: settingsOf(world).time_zone,
    application_calendar_id: null,
  });
  facts.ownAccount = account.sub;
  return account;
}

/** The account of an application calendar: made by its first use, the same ever after (documented). */
export function applicationCalendar(world: World, id: string): Account {
  const { accounts } = sliceOf(world);
  const present = accounts.find(({ application_calendar_id }) => application_calendar_id === id);
  if (present) return present;
  const profile = world.random.alphanumeric('profile', 10);
  return accounts.add({
    sub: `apc_${world.random.hex('apc', 24)}`,
    kind: 'application_calendar',
    name: profile,
    email: '',
    profile_id: `pro_${profile}`,
    provider_name: 'cronofy',
    calendar_id: `cal_${profile}_${world.random.alphanumeric('calendar', 10)}`,
    conferencing_profile_id: `pro_${world.random.alphanumeric('conferencing_profile', 10)}`,
    tzid: 'Etc/UTC',
    application_calendar_id: id,
  });
}

/** False while a profile is disconnected: that of the workspace's own account by a setting, any from backstage. */
export const isConnected = (world: World, { sub, profile_id }: Account): boolean =>
  !Object.hasOwn(sliceOf(world).disconnected, profile_id) &&
  (settingsOf(world).profile_connected || sub !== sliceOf(world).facts.ownAccount);

/** 423 while the profile of a calendar is disconnected. */
export const refuseDisconnected = (world: World, account: Account): Reply | undefined =>
  isConnected(world, account)
    ? undefined
    : refused(
        423,
        Object.hasOwn(sliceOf(world).disconnected, account.profile_id)
          ? 'the profile was disconnected backstage; POST /_greenroom/backstage {"kind":"profile_reconnected"} reconnects it'
          : "the calendar's profile is disconnected: the setting profile_connected",
      );

/** True if the caller may touch this calendar. The workspace's own needs no account for that. */
export function ownsCalendar(world: World, { account }: Pick<Caller, 'account'>, calendarId: string): boolean {
  const { accounts, calendars, facts } = sliceOf(world);
  const caller = account ?? facts.ownAccount;
  const isOwn = calendarId === settingsOf(world).calendar_id;
  if (isOwn && caller === null) return true;
  const owner = isOwn
    ? facts.ownAccount
    : (calendars.get(calendarId)?.account ?? accounts.find(({ calendar_id }) => calendar_id === calendarId)?.sub);
  return owner != null && caller !== null && holderOf(world, owner) === holderOf(world, caller);
}

/** The account whose calendar this is: the one with the profile. */
export function accountOfCalendar(world: World, calendarId: string): Account | undefined {
  if (calendarId === settingsOf(world).calendar_id) return ownAccount(world);
  const { accounts, calendars } = sliceOf(world);
  const other = calendars.get(calendarId);
  return other ? accounts.get(other.account) : accounts.find(({ calendar_id }) => calendar_id === calendarId);
}

/** How the vendor names who keeps a calendar, and what of it; and whether declining an event deletes it there (documented). */
export const PROVIDERS: Readonly<Record<string, { name: string; service: string; deletesDeclined?: true }>> = {
  google: { name: 'google', service: 'google' },
  apple: { name: 'apple', service: 'icloud' },
  exchange: { name: 'exchange', service: 'exchange', deletesDeclined: true },
  office365: { name: 'office365', service: 'office365', deletesDeclined: true },
  outlook_com: { name: 'live_connect', service: 'outlook_com' },
  live_connect: { name: 'live_connect', service: 'outlook_com' },
  cronofy: { name: 'cronofy', service: 'cronofy' },
};
