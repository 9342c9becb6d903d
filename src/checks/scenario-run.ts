import { formatDuration } from '../clock/duration.js';
import { parseInstant } from '../clock/instant.js';
import type { VendorName } from '../contracts/contract.js';
import { TRIGGERS } from '../contracts/attendee/vocabulary.js';
import type { ExpectedStep, ScenarioFile } from '../contracts/control/scenario.js';
import { AGENT_INTERACTIONS } from '../contracts/cronofy/subscriptions.js';

/** A running greenroom: where it is, and how to call it. */
export interface RunningServer {
  readonly url: string;
  readonly fetch: (request: Request) => Promise<Response>;
  /** The `--control-token`, if it has one. */
  readonly token?: string | undefined;
}

export interface Problem {
  readonly detail: string;
  readonly pointer?: string;
  readonly expected?: string;
  readonly was?: string;
  readonly nearest?: string;
}

export type Fit = Readonly<Partial<Record<VendorName, readonly Misfit[]>>>;
interface Misfit {
  readonly pointer: string;
  readonly why: string;
  readonly never?: true;
}

/** A workspace in which one scenario is played once. It is gone afterwards. */
export interface ScenarioRun {
  /** Gives the scenario to the workspace, and says what each vendor cannot render, or what is wrong with it. */
  readonly put: (name: string, file: unknown) => Promise<{ readonly fit: Fit } | { readonly problem: Problem }>;
  /** Plays it by one vendor, and gives what that vendor made of it. */
  readonly play: (provider: VendorName, name: string, file: ScenarioFile) => Promise<ExpectedStep[]>;
}

const START = '2026-01-01T09:00:00Z';
/** The time for which the agents are asked. */
const JOIN_TIME = '2026-01-01T09:10:00Z';
const EVENT_END = '2026-01-01T10:10:00Z';
const LONGEST = '60d';
/** Not on this machine: what is told is captured. */
const APP = 'https://app.example/webhooks';
const PLACES = {
  google_meet: 'https://meet.google.com/abc-defg-hij',
  teams: 'https://teams.microsoft.com/meet/2345678901234?p=abcdefg',
  zoom: 'https://zoom.us/j/123456789',
} as const;

interface Made {
  readonly id: string;
  readonly cronofy: { readonly client_secret: string; readonly access_token: string; readonly calendar_id: string };
  readonly attendee: { readonly api_key: string };
}

/** Makes a workspace for one play. */
export async function openScenarioRun(room: RunningServer): Promise<ScenarioRun> {
  const call = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await room.fetch(
      new Request(room.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as unknown, text };
  };
  const token = room.token === undefined ? {} : { authorization: `Bearer ${room.token}` };
  const created = await call('POST', '/_greenroom/workspaces', token, { clock: { now: START, mode: 'frozen' } });
  const { id, cronofy, attendee } = created.json as Made;
  const control = (method: string, path: string, body?: unknown) =>
    call(method, `/_greenroom${path}`, { ...token, 'greenroom-workspace': id }, body);
  const close = () => control('DELETE', `/workspaces/${id}`);

  const ask = async (path: string, headers: Record<string, string>, body: unknown): Promise<void> => {
    const { status, text } = await call('POST', path, headers, body);
    if (status >= 400) throw new Error(`The agent was answered ${status} ${text}`);
  };

  const askAttendee = (n: number, file: ScenarioFile, scenario: string) =>
    ask(
      '/api/v1/bots',
      { authorization: `Token ${attendee.api_key}`, 'greenroom-scenario': scenario },
      {
        meeting_url: PLACES[file.platform ?? 'google_meet'],
        bot_name: `Agent ${n}`,
        join_at: JOIN_TIME,
        deduplication_key: keyOf(n),
        webhooks: [{ url: APP, triggers: TRIGGERS.filter((trigger) => !/^(calendar|zoom)/.test(trigger)) }],
        ...file.attendee?.request,
      },
    );
  const askCronofy = (n: number, file: ScenarioFile, scenario: string) => {
    const subscriptions = [{ type: 'webhook', uri: APP, interactions: AGENT_INTERACTIONS.map((type) => ({ type })) }];
    const headers = (secret: string) => ({ authorization: `Bearer ${secret}`, 'greenroom-scenario': scenario });
    const { request, event } = file.cronofy ?? {};
    if (!event) {
      return ask('/v1/meeting_agents', headers(cronofy.client_secret), {
        join_url: PLACES[file.platform ?? 'google_meet'],
        on_behalf_of_attendee: { email: 'host@example.com' },
        scheduling_key: keyOf(n),
        join_time: JOIN_TIME,
        subscriptions,
        ...request,
      });
    }
    const when = { summary: 'Meeting', start: JOIN_TIME, end: EVENT_END };
    const meeting_agent = { profile_id: 'cronofy' };
    const path = `/v1/calendars/${cronofy.calendar_id}/events`;
    const body = { event_id: keyOf(n), ...when, meeting_agent, subscriptions, ...event };
    return ask(path, headers(cronofy.access_token), body);
  };

  return {
    async put(name, file) {
      const { status, json } = await control('PUT', `/scenarios/${encodeURIComponent(name)}`, file);
      await close();
      return status < 400 ? { fit: (json as { fit: Fit }).fit } : { problem: json as Problem };
    },
    async play(provider, name, file) {
      await control('PUT', `/scenarios/${encodeURIComponent(name)}`, file);
      const count = Math.max(1, file.agents?.length ?? 0);
      for (let n = 1; n <= count; n++) await (provider === 'attendee' ? askAttendee : askCronofy)(n, file, name);
      await control('POST', '/clock/advance', { until: 'idle', within: LONGEST });
      const steps: ExpectedStep[] = [];
      for (let n = 1; n <= count; n++) {
        const kind =
          provider === 'attendee' ? 'deduplication_key' : file.cronofy?.event ? 'event_id' : 'scheduling_key';
        const subject = `subject=${kind}:${keyOf(n)}`;
        const { entries } = (await control('GET', `/timeline?kind=transition&${subject}`)).json as { entries: Move[] };
        const { deliveries } = (await control('GET', `/deliveries?${subject}`)).json as { deliveries: Told[] };
        steps.push(...stepsOf(n, entries, deliveries));
      }
      await close();
      return steps;
    },
  };
}

const keyOf = (n: number): string => `agent-${n}`;

/** A line of the timeline. */
interface Move {
  readonly at: string;
  readonly to: string;
  readonly sub_type?: string;
}
/** A webhook that was made. */
interface Told {
  readonly created_at: string;
  readonly type: string;
  readonly state?: string;
}

/** The moves of an agent with the webhooks that tell of them, then how many others came. */
function stepsOf(n: number, moves: readonly Move[], deliveries: readonly Told[]): ExpectedStep[] {
  const who = n === 1 ? {} : { agent: n };
  const left = [...deliveries];
  const steps = moves.map(({ at, to, sub_type }) => {
    const teller = left.findIndex(({ created_at, type, state }) => created_at === at && tellsOf(type, state, to));
    const [told] = teller < 0 ? [] : left.splice(teller, 1);
    return {
      ...who,
      at: offsetOf(at),
      state: to,
      ...(sub_type === undefined ? {} : { sub_type }),
      ...(told ? { webhook: told.type } : {}),
    };
  });
  const counts = new Map<string, number>();
  for (const { type } of left) counts.set(type, (counts.get(type) ?? 0) + 1);
  const types = [...counts.keys()].sort();
  return [...steps, ...types.map((webhook) => ({ ...who, webhook, times: counts.get(webhook)! }))];
}

/** Attendee says the new state; Cronofy names the event. */
const tellsOf = (type: string, state: string | undefined, to: string): boolean =>
  type === 'bot.state_change' ? state === to : type === `meeting_agent_${to}`;

function offsetOf(at: string): string {
  const offset = parseInstant(at)! - parseInstant(JOIN_TIME)!;
  return offset < 0 ? `-${formatDuration(-offset)}` : formatDuration(offset);
}
