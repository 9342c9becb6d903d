import type { Message } from '../../checks/receiver/messages.js';
import { TRIGGERS } from '../../contracts/attendee/vocabulary.js';
import type { VendorName } from '../../contracts/contract.js';
import { AGENT_INTERACTIONS, CONFERENCING_INTERACTIONS } from '../../contracts/cronofy/subscriptions.js';
import { valueOf } from '../../contracts/wire.js';
import { makeServer, type Server } from '../../server/server.js';
import { readWireMessages } from '../../server/wire.js';
import type { Workspace, WorkspaceOptions } from '../../server/workspace.js';

const ORIGIN = 'http://greenroom.localhost';
/** Not on this machine: what is told is captured. */
const APP = 'https://app.example/webhooks';
const MEET = 'https://meet.google.com/abc-defg-hij';
const HOOKS = [{ url: APP, triggers: TRIGGERS.filter((trigger) => !/^(calendar|zoom)/.test(trigger)) }];
const SUBSCRIPTIONS = [
  {
    type: 'webhook',
    uri: APP,
    interactions: [...AGENT_INTERACTIONS, ...CONFERENCING_INTERACTIONS].map((type) => ({ type })),
    transitions: [{ before: 'event_start', offset: { minutes: 5 } }],
  },
];

interface Call {
  readonly path: string;
  readonly body: object;
}

/** What is asked of each vendor in a world that plays a scenario. */
const CALLS: Readonly<Record<VendorName, (calendar: string) => readonly Call[]>> = {
  attendee: () => [
    { path: '/api/v1/bots', body: { meeting_url: MEET, bot_name: 'Check', webhooks: HOOKS } },
    {
      path: '/api/v1/bots',
      body: { meeting_url: MEET, bot_name: 'Check', join_at: '2026-01-01T10:00:00Z', webhooks: HOOKS },
    },
  ],
  cronofy: (calendar) => [
    {
      path: `/v1/calendars/${calendar}/events`,
      body: {
        event_id: 'check',
        summary: 'Check of a receiver',
        start: '2026-01-01T10:00:00Z',
        end: '2026-01-01T11:00:00Z',
        tzid: 'Etc/UTC',
        conferencing: { profile_id: 'default' },
        meeting_agent: { profile_id: 'cronofy' },
        subscriptions: SUBSCRIPTIONS,
      },
    },
  ],
};

/** A vendor's webhooks, one of every type, state and reason: rendered by a server that plays every scenario, then as shown or recorded. */
export function vendorMessages(provider: VendorName): Promise<readonly Message[]> {
  const made = MADE.get(provider) ?? makeMessages(provider);
  MADE.set(provider, made);
  return made;
}

/** To play every scenario takes a while, and gives the same each time. */
const MADE = new Map<VendorName, Promise<readonly Message[]>>();

async function makeMessages(provider: VendorName): Promise<readonly Message[]> {
  const messages = new Map<string, Message>();
  const add = (message: Message): void => {
    const key = [message.type, message.state, message.sub_type].join(' ');
    if (!messages.has(key)) messages.set(key, message);
  };
  const server = makeServer();
  try {
    for (const { name, plays } of server.library.list())
      if (plays) for (const one of await play(server, provider, { scenario: name })) add(one);
    for (const one of await play(server, provider, { cronofy: { conferencing: 'failing' } })) add(one);
  } finally {
    server.close();
  }
  for (const message of readWireMessages(provider)) {
    const { webhook, text } = message;
    if (webhook === undefined) continue;
    add({ type: webhook, ...told(valueOf(message)), text: text ?? JSON.stringify(message.body) });
  }
  return [...messages.values()];
}

async function play(server: Server, provider: VendorName, options: WorkspaceOptions): Promise<Message[]> {
  const workspace = server.workspaces.create(options);
  const { cronofy, attendee } = workspace.describe(ORIGIN) as {
    cronofy: { client_secret: string; calendar_id: string };
    attendee: { api_key: string };
  };
  const authorization = provider === 'cronofy' ? `Bearer ${cronofy.client_secret}` : `Token ${attendee.api_key}`;
  for (const { path, body } of CALLS[provider](cronofy.calendar_id)) {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const headers = { authorization, 'content-type': 'application/json' };
    await server.app.fetch(new Request(ORIGIN + path, { ...init, headers }));
  }
  const { clock } = workspace.world;
  await clock.advance({ by: 31 * 24 * 3_600_000_000, until: () => clock.size === 0 });
  const messages = renderedBy(workspace);
  server.workspaces.delete(workspace.id);
  return messages;
}

const renderedBy = ({ world }: Workspace): Message[] =>
  [...world.outbox.values()].flatMap(({ type, state, sub_type, attempts }) =>
    attempts.slice(0, 1).map(({ request }) => ({ type, state, sub_type, text: request.body })),
  );

/** The state and the reason that a webhook tells of, where it tells of one. */
function told(value: unknown): { readonly state?: string; readonly sub_type?: string } {
  const { data, meeting_agent } = value as {
    readonly data?: { readonly new_state?: string; readonly state?: string; readonly event_sub_type?: string | null };
    readonly meeting_agent?: { readonly state?: string };
  };
  const state = data?.new_state ?? data?.state ?? meeting_agent?.state;
  return {
    ...(state === undefined ? {} : { state }),
    ...(data?.event_sub_type == null ? {} : { sub_type: data.event_sub_type }),
  };
}
