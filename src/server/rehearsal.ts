import { parseDuration } from '../clock/duration.js';
import type { VendorName } from '../contracts/contract.js';
import type { ScenarioCoverage } from '../contracts/coverage.js';
import { TRIGGERS } from '../contracts/attendee/vocabulary.js';
import { AGENT_INTERACTIONS } from '../contracts/cronofy/subscriptions.js';
import type { Server } from './server.js';
import type { Workspace } from './workspace.js';

const ORIGIN = 'http://greenroom.localhost';
/** Not on this machine: what is told is captured. */
const APP = 'https://app.example/webhooks';
const MEET = 'https://meet.google.com/abc-defg-hij';
const ZOOM = 'https://zoom.us/j/123456789';
/** Ten minutes after a frozen world begins. */
const LATER = '2026-01-01T09:10:00Z';
const LONGEST = parseDuration('30d')!;
/** An hour of speech exercises nothing after its tenth minute that shorter stories do not. */
const JOBS = 200;

interface Part {
  readonly provider: VendorName;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const bot = (meeting_url: string, when: object): Part => ({
  provider: 'attendee',
  path: '/api/v1/bots',
  body: { meeting_url, bot_name: 'Rehearsal', webhooks: [{ url: APP, triggers: BOT_TRIGGERS }], ...when },
});
const BOT_TRIGGERS = TRIGGERS.filter((trigger) => !/^(calendar|zoom)/.test(trigger));

const agent = (when: object): Part => ({
  provider: 'cronofy',
  path: '/v1/meeting_agents',
  body: {
    join_url: MEET,
    on_behalf_of_attendee: { email: 'host@example.com' },
    subscriptions: [{ type: 'webhook', uri: APP, interactions: AGENT_INTERACTIONS.map((type) => ({ type })) }],
    ...when,
  },
});

/** Whom each scenario is tried with: both vendors, at once and later, with a lobby that the vendor tells of and without. */
const PARTS: readonly Part[] = [
  bot(MEET, { join_at: LATER }),
  bot(ZOOM, {}),
  agent({ join_time: LATER, scheduling_key: 'rehearsal' }),
  agent({}),
];

/** Plays every scenario of a server with each vendor, in worlds of their own, and says what each exercises. */
export async function rehearse(server: Server): Promise<ScenarioCoverage> {
  const covered: Record<string, readonly string[]> = {};
  for (const { name, plays } of server.library.list()) {
    if (!plays) continue;
    const workspace = server.workspaces.create({ scenario: name });
    for (const part of PARTS) await perform(server, workspace, part);
    covered[name] = Object.keys(workspace.coverage.toJSON());
    server.workspaces.delete(workspace.id);
  }
  server.close();
  return covered;
}

async function perform({ app }: Server, workspace: Workspace, { provider, path, body }: Part): Promise<void> {
  workspace.reset();
  const { cronofy, attendee } = workspace.describe(ORIGIN) as {
    cronofy: { client_secret: string };
    attendee: { api_key: string };
  };
  const authorization = provider === 'cronofy' ? `Bearer ${cronofy.client_secret}` : `Token ${attendee.api_key}`;
  await app.fetch(
    new Request(ORIGIN + path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  const { clock } = workspace.world;
  let jobs = 0;
  await clock.advance({ by: LONGEST, until: () => clock.size === 0 || ++jobs > JOBS });
}
