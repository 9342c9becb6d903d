import { Type } from '@sinclair/typebox';
import type { World } from '../../../engine/world.js';
import type { BulkDeleteRequest } from '../../../../contracts/cronofy/calendars.js';
import type { Call, Reply } from '../../provider.js';
import { accountOf, accountOfCalendar, ownsCalendar, refuseDisconnected } from '../accounts/accounts.js';
import { admitted, type Caller } from '../accounts/authorize.js';
import { profilesOf } from '../accounts/linking.js';
import { empty, type FieldErrors } from '../errors.js';
import { sliceOf } from '../state.js';
import { checkShape, MUST_BE_BOOLEAN, parseBody } from '../validate.js';
import { erase } from './handlers.js';
import { allOf, isSet } from './window.js';

/** Deletes what the application manages: everything, or what is in some calendars. Exactly one of the two is said. */
const deleteEvents = admitted({ wants: 'access_token', scopes: ['delete_event'] }, (call, caller) => {
  const { world } = call;
  const asked = readRequest(call, caller);
  if ('refusal' in asked) return asked.refusal;
  const wanted = asked.calendars && new Set(asked.calendars);
  const account = accountOf(world, caller);
  const profiles = wanted
    ? [...wanted].map((id) => accountOfCalendar(world, id) ?? account)
    : profilesOf(world, account);
  const locked = profiles.map((profile) => refuseDisconnected(world, profile)).find((refusal) => refusal !== undefined);
  if (locked) return locked;
  const isMeant = (id: string): boolean => (wanted ? wanted.has(id) : ownsCalendar(world, caller, id));
  for (const event of sliceOf(world).events.filter(({ managed, deleted }) => managed && !deleted))
    if (isMeant(event.calendar_id) && !event.deleted) erase(world, call, event);
  return empty(202);
});

type Asked = { readonly refusal: Reply } | { readonly calendars: readonly string[] | undefined };
type Fields = Partial<Record<keyof BulkDeleteRequest, unknown>>;

function readRequest(call: Call, caller: Caller): Asked {
  const parsed = parseBody(call);
  if ('refusal' in parsed) return parsed;
  const query = new URLSearchParams(call.request.query);
  const given = query.size > 0 ? fieldsOfQuery(call.world, query) : ((parsed.value ?? {}) as Fields);
  const errors = checkShape(Type.Object({}), given);
  if (!errors.any) checkFields(given, errors, (id) => ownsCalendar(call.world, caller, id));
  return errors.any ? { refusal: errors.reply() } : { calendars: given.calendar_ids as readonly string[] | undefined };
}

function fieldsOfQuery(world: World, query: URLSearchParams): Fields {
  world.noteOnce(
    'events',
    'A bulk deletion has its fields in the query, as the Python SDK sends them: that production takes them there is assumed.',
  );
  const calendar_ids = allOf(query, 'calendar_ids');
  return {
    ...(query.has('delete_all') ? { delete_all: isSet(query, 'delete_all') } : {}),
    ...(calendar_ids.length > 0 ? { calendar_ids } : {}),
  };
}

function checkFields(
  { delete_all: all, calendar_ids: ids }: Fields,
  errors: FieldErrors,
  isMine: (id: string) => boolean,
): void {
  if (all !== undefined && typeof all !== 'boolean') errors.add('delete_all', 'must_be_boolean', MUST_BE_BOOLEAN);
  else if ((all === true) === (ids !== undefined))
    errors.add('delete_all', 'required', 'either delete_all or calendar_ids is required, and not both');
  if (
    ids !== undefined &&
    !(Array.isArray(ids) && [...new Set<unknown>(ids)].every((id) => typeof id === 'string' && isMine(id)))
  )
    errors.add('calendar_ids', 'invalid_calendar_ids', 'must be calendars of the account');
}

export const bulkHandlers = { deleteEvents };
