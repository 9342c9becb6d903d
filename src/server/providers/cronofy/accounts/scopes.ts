/** What a user's token may do. `read_write` is what application calendars get: everything (documented). */
export type Scope =
  | 'read_account'
  | 'list_calendars'
  | 'read_events'
  | 'create_event'
  | 'delete_event'
  | 'read_free_busy'
  | 'create_calendar'
  | 'change_participation_status';

export const EVERYTHING = 'read_write';

/** True if the scopes, separated by spaces, include one of those wanted. */
export function includesOneOf(scope: string, wanted: readonly Scope[]): boolean {
  const granted = scope.split(/\s+/);
  return granted.includes(EVERYTHING) || wanted.some((one) => granted.includes(one));
}
