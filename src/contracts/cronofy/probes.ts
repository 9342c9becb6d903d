import type { ProviderProbes } from '../vendor.js';

/** A meeting that nobody is in. */
const MEETING = 'https://meet.google.com/abc-defg-hij';
const AGENTS = '/v1/meeting_agents';

export const probes: ProviderProbes = {
  unknownId: 'agt_000000000000000000000000',
  queries: { readEvents: '?tzid=Etc%2FUTC', readFreeBusy: '?tzid=Etc%2FUTC' },
  known: {
    parameter: 'calendar_id',
    path: '/v1/calendars',
    read(body) {
      const { calendars } = (body ?? {}) as { calendars?: unknown };
      const [first] = Array.isArray(calendars) ? (calendars as { calendar_id?: unknown }[]) : [];
      return typeof first?.calendar_id === 'string' ? first.calendar_id : undefined;
    },
  },
  life({ name, joinAt, later, example }) {
    const agent = (join_time: string) => ({
      ...example('scheduleMeetingAgent'),
      join_url: MEETING,
      scheduling_key: name,
      join_time,
    });
    const schedule = (what: string, at: string) => () =>
      ({ operation: 'scheduleMeetingAgent', what, path: AGENTS, expected: [202], body: agent(at) }) as const;
    const cancel = {
      operation: 'cancelMeetingAgent',
      what: 'that was just made',
      path: AGENTS,
      expected: [202],
      body: { scheduling_key: name },
    } as const;
    return {
      steps: [schedule('for a month from now', joinAt), schedule('to an hour later', later), () => cancel],
      // An answer that did not come says nothing of what was made.
      remove: (answer) => (answer && answer.status >= 300 ? undefined : { id: name, write: cancel }),
    };
  },
};
