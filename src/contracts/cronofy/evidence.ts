import type { Evidence } from '../contract.js';

const READ_ON = '2026-11-21';

/** One of Cronofy's pages. */
export const page = (path: string): Evidence => ({
  basis: 'documented',
  source: `docs.cronofy.com: ${path}`,
  date: READ_ON,
});

/** Cronofy's page "Schedule/Send a Meeting Agent". */
export const SCHEDULE = page('meeting-agents/schedule');
/** Cronofy's page "Cancel a Meeting Agent". */
export const CANCEL = page('meeting-agents/cancel');
/** Cronofy's page "Provisioning a Meeting Agent". */
export const PROVISIONING = page('meeting-agents/provisioning');
/** Cronofy's page "Callback notifications". */
export const CALLBACKS = page('meeting-agents/callbacks');
export const RESOURCES = page('meeting-agents/resource-download');
export const TRANSCRIPTS = page('api-alpha/meeting-agents/transcripts');
export const ZOOM = page('meeting-agents/zoom-authorization');
/** Cronofy's page on status codes and the shape of a 422. */
export const ERROR_CODES = page('error-codes');
export const RATE_LIMITS = page('faqs/rate-limits');
export const AUTHENTICATION = page('api/authentication');
export const REQUEST_TOKEN = page('api/authorization/request-token');
export const APPLICATION_CALENDARS = page('api/calendars/application-calendars');
export const UPSERT_EVENT = page('api/events/upsert-event');
export const DELETE_EVENT = page('api/events/delete-event');
export const READ_EVENTS = page('api/events/read-events');
/** Cronofy's page "Availability", what of it could be read. */
export const AVAILABILITY = page('api/scheduling/availability');
export const CONFERENCING = page('api/conferencing-services/create');
export const CONFERENCING_SUBSCRIPTIONS = page('api/conferencing-services/subscriptions');
export const EVENT_TRIGGERS = page('api/event-triggers');
export const FREE_BUSY = page('api/events/free-busy');
export const BATCH = page('api/batch');
export const PARTICIPATION = page('api/events/participation-status');
export const EXTERNAL_EVENTS = page('api/events/edit-external-events');
export const ACCESS_MODES = page('authorization/access-modes');
export const RECURRING_EVENTS = page('api-alpha/recurring-events');
/** Cronofy's page on linking the calendars of one person. */
export const LINKING = page('api-alpha/explicit-linking');
/** Cronofy's page on acting for others: how the code comes, for a service account. */
export const DELEGATED_ACCESS = page('api/enterprise-connect/delegated-access');
export const CREATE_CHANNEL = page('api/push-notifications/create-channel');
export const CONVERSATIONS = page('api-alpha/scheduling-conversations');
/** Cronofy's advice how to keep up with calendars. */
export const RECOMMENDED_SYNC = page('faqs/recommended-sync');

/** Cronofy's own SDKs: what they send, and what their tests and models expect. */
export const SDKS: Evidence = {
  basis: 'observed',
  source: 'github.com/cronofy: the official SDKs (node, python, ruby, php, csharp)',
  date: READ_ON,
};

/** How callbacks are signed. */
export const SIGNATURES = page('push-notifications/authentication');

/** Callbacks of production, as a collection of webhook samples keeps them. */
export const CAPTURES: Evidence = {
  basis: 'observed',
  source: 'github.com/hookdeck/webhook-samples: cronofy',
  date: '2026-08-25',
};

/** A guide to channels that others wrote; a hint, and no contract. */
export const CHANNEL_GUIDE: Evidence = {
  basis: 'assumed',
  source: 'github.com/hookdeck/webhook-skills: cronofy-webhooks',
  date: READ_ON,
};

/** What Cronofy's staff says of callback URLs on the caller's own machine. */
export const LOCAL_URLS: Evidence = {
  basis: 'observed',
  source: 'github.com/cronofy/pycronofy, issue 86',
  date: READ_ON,
  note: 'callback URLs that are local are refused; greenroom takes those of this machine unless it is strict',
  setting: 'callback_hosts',
};

/** What Cronofy's staff says of updates. */
export const UPDATES: Evidence = {
  basis: 'observed',
  source: 'github.com/cronofy/cronofy-node, issue 52',
  date: '2026-11-28',
  note: 'an update preserves what else there is of an event',
};

/** How Exchange writes a series with exceptions; Cronofy has the calendar service apply the rule, and says no more. */
export const EXCHANGE_SERIES: Evidence = {
  basis: 'assumed',
  source: 'learn.microsoft.com: MS-OXOCAL, Updating a Recurring Series',
  date: '2026-11-28',
};

export const assumed = (note: string, setting?: string): Evidence => ({
  basis: 'assumed',
  source: 'no public source says',
  date: READ_ON,
  note,
  ...(setting === undefined ? {} : { setting }),
});

/** A page, and what exactly of it is meant. */
export const says = (evidence: Evidence, note: string, setting?: string): Evidence => ({
  ...evidence,
  note,
  ...(setting === undefined ? {} : { setting }),
});

/** The forms of times, and the hosts of callbacks. */
export const TIMES_AND_HOSTS: readonly Evidence[] = [
  LOCAL_URLS,
  assumed('which hosts are "an example or local": reserved names, private networks', 'callback_hosts'),
  says(page('api/data-types'), 'a Time is ISO 8601, without milliseconds other than zero'),
  says(SDKS, 'the C# SDK writes a space before the time of day'),
  assumed('other forms of ISO 8601 than the one shown are refused', 'time_forms'),
];

/** How a body is read that is not sent as the pages show it. */
export const BODIES = assumed('a body is read as JSON whatever its content type; one that is no JSON is 422');

/** In which letters zones are taken. */
export const ZONES = assumed(
  'a tzid in other letters than those of the database is read back as it was written, or else refused',
  'time_forms',
);

/** How the parameters of a query are read that are true or false. */
export const FLAGS = assumed(
  'a flag in another word than true or 1, whatever its case, counts as not given; of a parameter that is repeated the last counts',
);
