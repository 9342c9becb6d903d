import type { World } from '../../../engine/world.js';
import type { Call, Reply } from '../../provider.js';
import { accountOf, ownsCalendar, refuseDisconnected } from '../accounts/accounts.js';
import { admitted, type Caller } from '../accounts/authorize.js';
import { profilesOf } from '../accounts/linking.js';
import { renderUserInfo } from '../accounts/handlers.js';
import { includesOneOf } from '../accounts/scopes.js';
import { FieldErrors, json, refused } from '../errors.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type CalendarEvent, type Page } from '../state.js';
import { freeBusyOf, renderEvent, renderFreeBusy } from './render.js';
import { extendSeries } from './series.js';
import { isSet, isWanted, readWindow } from './window.js';

const READS = { wants: 'access_token', scopes: ['read_events', 'read_managed'] } as const;
const FREE_BUSY = { wants: 'access_token', scopes: ['read_events', 'read_free_busy'] } as const;

/** Events that the application manages are left out unless they are asked for (documented). */
const readEvents = admitted(READS, (call, caller) => {
  const query = new URLSearchParams(call.request.query);
  if (isSet(query, 'include_geo') && !settingsOf(call.world).plan_includes_geo)
    return refused(402, 'the plan has no places of events: the setting plan_includes_geo');
  const managedOnly = !includesOneOf(caller.scope, ['read_events']);
  return read(call, caller, { kind: 'events', query, isShown: ({ managed }) => managed || !managedOnly });
});

const readFreeBusy = admitted(FREE_BUSY, (call, caller) => {
  const query = new URLSearchParams(call.request.query);
  const showsFree = isSet(query, 'include_free') || settingsOf(call.world).free_busy_includes_free === 'always';
  const isShown = (event: CalendarEvent): boolean => {
    const status = freeBusyOf(event);
    return status !== undefined && (status !== 'free' || showsFree);
  };
  return read(call, caller, { kind: 'free_busy', query, isShown });
});

/** 423 if none of the account's profiles is connected. */
function refuseAll(world: World, caller: Caller): Reply | undefined {
  const refusals = profilesOf(world, accountOf(world, caller)).map((profile) => refuseDisconnected(world, profile));
  return refusals.every((refusal) => refusal !== undefined) ? refusals[0] : undefined;
}

interface Wanted {
  readonly kind: Page['kind'];
  readonly query: URLSearchParams;
  readonly isShown: (event: CalendarEvent) => boolean;
}

function read(call: Call, caller: Caller, { kind, query, isShown }: Wanted): Reply {
  const { world, request } = call;
  const locked = refuseAll(world, caller);
  if (locked) return locked;
  if (query.has('page'))
    world.noteOnce('events', 'page is no parameter and is ignored (assumed): the next page is at pages.next_page.');
  const errors = new FieldErrors();
  const window = readWindow(world, query, errors);
  if (errors.any) return errors.reply();
  extendSeries(world);
  const mine = new Map<string, boolean>();
  const isMine = (id: string): boolean => {
    if (!mine.has(id)) mine.set(id, ownsCalendar(world, caller, id));
    return mine.get(id)!;
  };
  const found = sliceOf(world)
    .events.filter((event) => isMine(event.calendar_id) && isWanted(event, query, window) && isShown(event))
    .sort((a, b) => a.startsAt - b.startsAt);
  const how = { kind, localized: isSet(query, 'localized_times'), ids: isSet(query, 'include_ids') };
  const page = makePages(call, found, { ...how, geo: isSet(query, 'include_geo') });
  const more = isSet(query, 'include_userinfo') ? { userinfo: renderUserInfo(world, caller, request.origin) } : {};
  return renderPage(call, page, { google: isSet(query, 'google_event_ids'), more });
}

const readPage =
  (kind: Page['kind']) =>
  (call: Call, caller: Caller): Reply => {
    const locked = refuseAll(call.world, caller);
    if (locked) return locked;
    const page = sliceOf(call.world).pages.get(call.params['page'] ?? '');
    const google = isSet(new URLSearchParams(call.request.query), 'google_event_ids');
    return page?.kind === kind
      ? renderPage(call, page, { google, more: {} })
      : refused(404, 'no answer of this world has given this page');
  };

/** Cuts a list into pages, each of which knows the next, and keeps all but the first for later calls. */
function makePages(
  { world, pageSize }: Call,
  events: readonly CalendarEvent[],
  how: Pick<Page, 'kind' | 'localized' | 'ids' | 'geo'>,
): Page {
  const size = pageSize?.() ?? settingsOf(world).events_page_size;
  const total = Math.max(1, Math.ceil(events.length / size));
  const ids = Array.from({ length: total }, () => world.random.hex('page', 16));
  const pages = ids.map((id, i): Page => {
    const onPage = events.slice(i * size, (i + 1) * size).map(({ key }) => key);
    return { ...how, id, number: i + 1, total, events: onPage, next: ids[i + 1] ?? null };
  });
  for (const page of pages.slice(1)) sliceOf(world).pages.add(page);
  return pages[0]!;
}

function renderPage(
  { world, request }: Call,
  page: Page,
  { google, more }: { readonly google: boolean; readonly more: object },
): Reply {
  const { events: table } = sliceOf(world);
  const { number, total, next, kind } = page;
  const events = page.events.flatMap((key) => table.get(key) ?? []);
  return json(200, {
    pages: {
      current: number,
      total,
      ...(next === null ? {} : { next_page: `${request.origin}/v1/${kind}/pages/${next}` }),
    },
    [kind]: events.map((event) =>
      kind === 'events' ? renderEvent(world, event, page, google) : renderFreeBusy(event, page),
    ),
    ...more,
  });
}

export const eventReadHandlers = {
  readEvents,
  readEventsPage: admitted(READS, readPage('events')),
  readFreeBusy,
  readFreeBusyPage: admitted(FREE_BUSY, readPage('free_busy')),
};
