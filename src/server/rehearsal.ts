import { parseDuration } from '../clock/duration.js';
import { turn } from '../clock/real-time.js';
import type { ScenarioCoverage } from '../contracts/coverage/coverage.js';
import type { AgentWish, Credentials } from '../contracts/vendor.js';
import type { Vendor } from './providers/provider.js';
import type { Server } from './server.js';
import type { Workspace } from './workspaces/workspace.js';

const ORIGIN = 'http://greenroom.localhost';
/** Not on this machine: webhooks are captured. */
const APP = 'https://app.example/webhooks';
/** Ten minutes after a frozen world begins. */
const LATER = '2026-01-01T09:10:00Z';
const LONGEST = parseDuration('30d')!;
/** An hour of speech exercises nothing after its tenth minute that shorter scenarios do not. */
const JOBS = 200;

const WISH: AgentWish = { meetingUrl: 'https://meet.google.com/abc-defg-hij', name: 'Rehearsal', webhookUrl: APP };

/** The agents that each scenario is tried with: later and at once, the second where the vendor reports a lobby. */
const wishesFor = ({ profile: { sample } }: Vendor): readonly AgentWish[] => [
  { ...WISH, joinAt: LATER, key: 'rehearsal' },
  { ...WISH, meetingUrl: sample.lobbyMeeting },
];

/** Plays every scenario of a server with each of these vendors, in worlds of their own, and says what each exercises. */
export async function rehearse(server: Server, names?: readonly string[]): Promise<ScenarioCoverage> {
  const vendors = server.vendors.filter(({ name }) => names?.includes(name) ?? true);
  const covered: Record<string, readonly string[]> = {};
  for (const { name, plays } of server.library.list()) {
    if (!plays) continue;
    const workspace = server.workspaces.create({ scenario: name });
    for (const vendor of vendors)
      for (const wish of wishesFor(vendor)) {
        await perform(server, workspace, vendor, wish);
        // Whoever else is served waits for no more than that.
        await turn();
      }
    covered[name] = Object.keys(workspace.coverage.toJSON());
    server.workspaces.delete(workspace.id);
  }
  server.close();
  return covered;
}

async function perform(
  { app }: Server,
  workspace: Workspace,
  { name, profile: { sample } }: Vendor,
  wish: AgentWish,
): Promise<void> {
  workspace.reset();
  const credentials = workspace.describe(ORIGIN)[name] as Credentials;
  const { method, path, authorization, body } = sample.agent(wish, credentials);
  await app.fetch(
    new Request(ORIGIN + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  const { clock } = workspace.world;
  let jobs = 0;
  await clock.advance({ by: LONGEST, until: () => clock.size === 0 || ++jobs > JOBS });
}
