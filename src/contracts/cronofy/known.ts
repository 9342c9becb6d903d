import type { Evidence, KnownCall } from '../contract.js';
import { page, SDKS } from './evidence.js';

const known = (evidence: Evidence, ...calls: readonly `${KnownCall['method']} /${string}`[]): KnownCall[] =>
  calls.map((call) => {
    const [method, path] = call.split(' ') as [KnownCall['method'], string];
    return { method, path, evidence };
  });

/** Calls that Cronofy has and greenroom does not serve: no page shows them with an agent, or not yet. */
export const knownCalls: readonly KnownCall[] = [
  ...known(page('api/enterprise-connect/request-authorization'), 'GET /enterprise_connect/oauth/authorize'),
  ...known(page('api/enterprise-connect/delegated-access'), 'POST /v1/service_account_authorizations'),
  ...known(
    SDKS,
    'GET /v1/resources',
    'POST /v1/attachments',
    'POST /v1/smart_invites',
    'GET /v1/smart_invites',
    'POST /v1/real_time_scheduling',
    'GET /v1/real_time_scheduling',
    'GET /v1/real_time_scheduling/{id}',
    'POST /v1/real_time_scheduling/{id}/disable',
    'POST /v1/real_time_sequencing',
    'POST /v1/sequenced_availability',
    'POST /v1/availability_rules',
    'GET /v1/availability_rules',
    'GET /v1/availability_rules/{id}',
    'DELETE /v1/availability_rules/{id}',
    'POST /v1/available_periods',
    'GET /v1/available_periods',
    'DELETE /v1/available_periods',
    'POST /v1/bookable_events',
    'GET /v1/bookable_events/{id}',
    'POST /v1/bookable_events/{id}/registrations',
    'DELETE /v1/bookable_events/{id}/registrations/{registration_id}',
    'POST /v1/element_tokens',
    'POST /v1/add_to_calendar',
  ),
];
