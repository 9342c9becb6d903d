import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGreenroom, type Greenroom } from '../index.js';
import { readFlags } from './flags.js';

const DEMO_FLAGS = [{ name: 'help', help: 'print this' }] as const;

/** A webhook as the demo's receiver saw it. */
interface Received {
  readonly path: string;
  readonly body: string;
  readonly cronofySignature: string;
  readonly attendeeSignature: string;
}

/** `greenroom demo`: one agent and one bot from scheduling to the end, and what happened, line by line. */
export async function run(args: readonly string[]): Promise<number> {
  if (readFlags('demo', DEMO_FLAGS, args)['help']) {
    process.stdout.write('greenroom demo: one Cronofy agent and one Attendee bot, from scheduling to the end\n');
    return 0;
  }
  const received: Received[] = [];
  const receiver = await receive(received);
  const hooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const room = await startGreenroom();
  try {
    const before = performance.now();
    await scheduleAgent(room, `${hooks}/cronofy`);
    await scheduleBot(room, `${hooks}/attendee`);
    const advanced = await room.clock.advance({ by: '1h' });
    const milliseconds = Math.round(performance.now() - before);
    process.stdout.write(await renderTimeline(room, received));
    const verified = received.filter((webhook) => verifies(room, webhook)).length;
    process.stdout.write(
      `\nOne hour, ${advanced.ran_total} steps and ${received.length} webhooks in ${milliseconds} ms; ${verified} of ${received.length} signatures verified.\n`,
    );
    return verified === received.length && received.length > 0 ? 0 : 1;
  } finally {
    await room.close();
    receiver.closeAllConnections();
    receiver.close();
  }
}

function receive(received: Received[]): Promise<Server> {
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      received.push({
        path: request.url ?? '',
        body,
        cronofySignature: String(request.headers['cronofy-hmac-sha256'] ?? ''),
        attendeeSignature: String(request.headers['x-webhook-signature'] ?? ''),
      });
      response.end();
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function scheduleAgent({ cronofy }: Greenroom, uri: string): Promise<void> {
  await post(`${cronofy.base_url}/v1/meeting_agents`, `Bearer ${cronofy.client_secret}`, {
    scheduling_key: 'demo',
    join_time: '2026-01-01T09:10:00Z',
    join_url: 'https://teams.microsoft.com/meet/00000000000000?p=abcdefg',
    on_behalf_of_attendee: { email: 'host@example.com' },
    subscriptions: [
      {
        type: 'webhook',
        uri,
        interactions: [
          { type: 'meeting_agent_activated' },
          { type: 'meeting_agent_complete' },
          { type: 'meeting_agent_failed' },
        ],
      },
    ],
  });
}

async function scheduleBot({ attendee }: Greenroom, url: string): Promise<void> {
  await post(`${attendee.base_url}/api/v1/bots`, `Token ${attendee.api_key}`, {
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    bot_name: 'Notes',
    join_at: '2026-01-01T09:10:00Z',
    webhooks: [{ url, triggers: ['bot.state_change'] }],
  });
}

async function post(url: string, authorization: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`The demo's call of ${url} was answered ${response.status}: ${await response.text()}`);
}

/** As the vendors document it, with nothing of greenroom's own code. */
function verifies(
  { cronofy, attendee }: Greenroom,
  { path, body, cronofySignature, attendeeSignature }: Received,
): boolean {
  if (path === '/cronofy') {
    return cronofySignature
      .split(',')
      .includes(createHmac('sha256', cronofy.client_secret).update(body).digest('base64'));
  }
  const canonical = JSON.stringify(sortKeys(JSON.parse(body)));
  return (
    attendeeSignature ===
    createHmac('sha256', Buffer.from(attendee.webhook_secret, 'base64')).update(canonical).digest('base64')
  );
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/** `09:05:00  Attendee bot  scheduled → staged` and below it the webhooks, with a mark where the signature verified. */
async function renderTimeline(room: Greenroom, received: readonly Received[]): Promise<string> {
  const bodies = new Map(received.map((webhook) => [webhook.body, webhook]));
  const deliveries = new Map((await room.deliveries.list()).deliveries.map((delivery) => [delivery.id, delivery]));
  const { entries } = await room.timeline();
  const who: Record<string, string> = { cronofy: 'Cronofy agent', attendee: 'Attendee bot' };
  return entries
    .filter((entry) => entry.kind !== 'note' && entry.kind !== 'fault')
    .map((entry) => {
      const { at, kind, provider, summary } = entry;
      const delivery = kind === 'delivery' ? deliveries.get(entry.delivery) : undefined;
      const webhook = bodies.get(delivery?.attempts.at(-1)?.request.body ?? '');
      const mark = webhook === undefined ? '' : verifies(room, webhook) ? ', signature verified' : ', SIGNATURE WRONG';
      const what = kind === 'delivery' ? `  webhook ${summary.replace(/ → \S+: /, ' → ')}` : summary;
      return `${at.slice(11, 19)}  ${(who[provider] ?? '').padEnd(13)}  ${what}${mark}\n`;
    })
    .join('');
}
