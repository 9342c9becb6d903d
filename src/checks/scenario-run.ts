import { formatDuration } from '../clock/duration.js';
import { parseInstant } from '../clock/instant.js';
import type { ExpectedStep, ScenarioFile } from '../contracts/control/scenario.js';
import type { AgentWish, Credentials, VendorProfile } from '../contracts/vendor.js';

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
  /** What else is wrong. */
  readonly more?: readonly Omit<Problem, 'detail'>[];
}

export type Fit = Readonly<Partial<Record<string, readonly Misfit[]>>>;
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
  readonly play: (vendor: VendorProfile, name: string, file: ScenarioFile) => Promise<ExpectedStep[]>;
}

const START = '2026-01-01T09:00:00Z';
/** The time for which the agents are asked. */
const JOIN_TIME = '2026-01-01T09:10:00Z';
const LONGEST = '60d';
/** Not on this machine: webhooks are captured. */
const APP = 'https://app.example/webhooks';
const PLACES = {
  google_meet: 'https://meet.google.com/abc-defg-hij',
  teams: 'https://teams.microsoft.com/meet/2345678901234?p=abcdefg',
  zoom: 'https://zoom.us/j/123456789',
} as const;

/** A workspace as it is made: its id, and the credentials of each vendor. */
type Made = { readonly id: string } & Readonly<Record<string, Credentials>>;

/** Settings of vendors, by their names. */
export type RunSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Makes a workspace for one play. */
export async function openScenarioRun(server: RunningServer, settings: RunSettings = {}): Promise<ScenarioRun> {
  const call = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await server.fetch(
      new Request(server.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as unknown, text };
  };
  const token = server.token === undefined ? {} : { authorization: `Bearer ${server.token}` };
  const created = await call('POST', '/_greenroom/workspaces', token, {
    ...settings,
    clock: { now: START, mode: 'frozen' },
  });
  const made = created.json as Made;
  const { id } = made;
  const control = (method: string, path: string, body?: unknown) =>
    call(method, `/_greenroom${path}`, { ...token, 'greenroom-workspace': id }, body);
  const close = () => control('DELETE', `/workspaces/${id}`);

  const ask = async (vendor: VendorProfile, wish: AgentWish, scenario: string): Promise<void> => {
    const { method, path, authorization, body } = vendor.sample.agent(wish, made[vendor.name]!);
    const { status, text } = await call(method, path, { authorization, 'greenroom-scenario': scenario }, body);
    if (status >= 400) throw new Error(`The agent was answered ${status} ${text}`);
  };

  return {
    async put(name, file) {
      const { status, json } = await control('PUT', `/scenarios/${encodeURIComponent(name)}`, file);
      await close();
      return status < 400 ? { fit: (json as { fit: Fit }).fit } : { problem: json as Problem };
    },
    async play(vendor, name, file) {
      await control('PUT', `/scenarios/${encodeURIComponent(name)}`, file);
      const wishes = Array.from({ length: Math.max(1, file.agents?.length ?? 0) }, (_, i) =>
        wishOf(i + 1, vendor, file),
      );
      for (const wish of wishes) await ask(vendor, wish, name);
      await control('POST', '/clock/advance', { until: 'idle', within: LONGEST });
      const steps: ExpectedStep[] = [];
      for (const [i, wish] of wishes.entries()) {
        const subject = `subject=${vendor.sample.foundBy(wish)}:${wish.key}`;
        const { entries } = (await control('GET', `/timeline?kind=transition&${subject}`)).json as { entries: Move[] };
        const { deliveries } = (await control('GET', `/deliveries?${subject}`)).json as { deliveries: Webhook[] };
        steps.push(...stepsOf(vendor, i + 1, entries, deliveries));
      }
      await close();
      return steps;
    },
  };
}

/** The wish for the nth agent of a scenario. */
const wishOf = (n: number, { name }: VendorProfile, file: ScenarioFile): AgentWish => ({
  meetingUrl: PLACES[file.platform ?? 'google_meet'],
  name: `Agent ${n}`,
  joinAt: JOIN_TIME,
  key: `agent-${n}`,
  webhookUrl: APP,
  block: (file as Readonly<Record<string, unknown>>)[name] as AgentWish['block'],
});

/** A line of the timeline. */
interface Move {
  readonly at: string;
  readonly to: string;
  readonly sub_type?: string;
}
/** A webhook that was made. */
interface Webhook {
  readonly created_at: string;
  readonly type: string;
  readonly state?: string;
}

/** The moves of an agent with the webhooks that tell of them, then how many others came. */
function stepsOf(
  { scenario }: VendorProfile,
  n: number,
  moves: readonly Move[],
  deliveries: readonly Webhook[],
): ExpectedStep[] {
  const who = n === 1 ? {} : { agent: n };
  const left = [...deliveries];
  const steps = moves.map(({ at, to, sub_type }) => {
    const found = left.findIndex((webhook) => webhook.created_at === at && scenario.reports(webhook, to));
    const [webhook] = found < 0 ? [] : left.splice(found, 1);
    return {
      ...who,
      at: offsetOf(at),
      state: to,
      ...(sub_type === undefined ? {} : { sub_type }),
      ...(webhook ? { webhook: webhook.type } : {}),
    };
  });
  const counts = new Map<string, number>();
  for (const { type } of left) counts.set(type, (counts.get(type) ?? 0) + 1);
  const types = [...counts.keys()].sort();
  return [...steps, ...types.map((webhook) => ({ ...who, webhook, times: counts.get(webhook)! }))];
}

function offsetOf(at: string): string {
  const offset = parseInstant(at)! - parseInstant(JOIN_TIME)!;
  return offset < 0 ? `-${formatDuration(-offset)}` : formatDuration(offset);
}
