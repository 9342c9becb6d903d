/** What a user's token may do. `read_write` is what application calendars get: everything (documented). */
export type Scope =
  | 'read_account'
  | 'list_calendars'
  | 'read_events'
  | 'create_event'
  | 'delete_event'
  | 'read_free_busy'
  | 'create_calendar'
  | 'change_participation_status'
  /** Greenroom's own word for what `write_only` can read: the application's own events. */
  | 'read_managed';

export const EVERYTHING = 'read_write';

const WRITES = ['read_account', 'list_calendars', 'create_event', 'delete_event', 'create_calendar', 'read_managed'];

/** Scopes that stand for several (documented by name; what is in them is assumed). */
const BUNDLES: Readonly<Record<string, readonly string[]>> = {
  write_only: WRITES,
  free_busy: ['read_account', 'list_calendars', 'read_free_busy'],
  free_busy_write: [...WRITES, 'read_free_busy'],
};

/** True if the scopes, separated by spaces, include one of those wanted. */
export function includesOneOf(scope: string, wanted: readonly Scope[]): boolean {
  const granted = scope.split(/\s+/).flatMap((one) => BUNDLES[one] ?? one);
  return granted.includes(EVERYTHING) || wanted.some((one) => granted.includes(one));
}
