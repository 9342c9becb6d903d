import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from '../contracts/signing.js';
import type { Credentials, VendorProfile } from '../contracts/vendor.js';
import { VENDOR_LIST } from '../contracts/vendors.js';
import { startGreenroom, type Greenroom } from '../index.js';
import { HELP, readFlags } from './settings/flags.js';
import { say } from './terminal/say.js';

const DEMO_FLAGS = [HELP] as const;

/** A webhook as the demo's receiver saw it. */
interface Received {
  /** The vendor that it is from: each has a path of its own. */
  readonly vendor: VendorProfile;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** `greenroom demo`: one agent and one bot from scheduling to the end, and what happened, line by line. */
export async function run(args: readonly string[]): Promise<number> {
  if (readFlags('demo', DEMO_FLAGS, args)['help']) {
    say(
      `greenroom demo: ${VENDOR_LIST.map(({ title, agent }) => `one ${title} ${agent}`).join(' and ')}, from scheduling to the end\n`,
    );
    return 0;
  }
  const received: Received[] = [];
  const receiver = await receive(received);
  const hooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const room = await startGreenroom();
  try {
    const before = performance.now();
    for (const vendor of VENDOR_LIST) await schedule(room, vendor, `${hooks}/${vendor.name}`);
    const advanced = await room.clock.advance({ by: '1h' });
    const milliseconds = Math.round(performance.now() - before);
    say(await renderTimeline(room, received));
    const verified = received.filter((webhook) => verifies(room, webhook)).length;
    say(
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
      const vendor = VENDOR_LIST.find(({ name }) => request.url === `/${name}`)!;
      received.push({ vendor, body, headers: request.headers });
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

const WISH = {
  meetingUrl: 'https://meet.google.com/abc-defg-hij',
  name: 'Notes',
  joinAt: '2026-01-01T09:10:00Z',
  key: 'demo',
  statesOnly: true,
} as const;

async function schedule(room: Greenroom, { name, sample }: VendorProfile, webhookUrl: string): Promise<void> {
  const wish = { ...WISH, webhookUrl };
  const { method, path, authorization, body } = sample.agent(wish, credentialsOf(room, name));
  const response = await room.fetch(path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`The demo's call of ${path} was answered ${response.status}: ${await response.text()}`);
}

const credentialsOf = (room: Greenroom, vendor: string): Credentials =>
  (room as unknown as Readonly<Record<string, Credentials>>)[vendor]!;

/** A receiver that holds every secret of the workspace believes the webhook. */
function verifies(room: Greenroom, { vendor, body, headers }: Received): boolean {
  const signature = headers[vendor.signing.header.toLowerCase()];
  const secrets = Object.values(credentialsOf(room, vendor.name));
  return refusalOf(vendor.signing, { body, signature }, secrets) === undefined;
}

/** Each move of an agent on a line, and below it the webhooks, with a mark where the signature verified. */
async function renderTimeline(room: Greenroom, received: readonly Received[]): Promise<string> {
  const bodies = new Map(received.map((webhook) => [webhook.body, webhook]));
  const deliveries = new Map((await room.deliveries.list()).deliveries.map((delivery) => [delivery.id, delivery]));
  const { entries } = await room.timeline();
  const who = new Map(VENDOR_LIST.map(({ name, title, agent }) => [name, `${title} ${agent}`]));
  return entries
    .filter((entry) => entry.kind !== 'note' && entry.kind !== 'fault')
    .map((entry) => {
      const { at, kind, provider, summary } = entry;
      const delivery = kind === 'delivery' ? deliveries.get(entry.delivery) : undefined;
      const webhook = bodies.get(delivery?.attempts.at(-1)?.request.body ?? '');
      const mark = webhook === undefined ? '' : verifies(room, webhook) ? ', signature verified' : ', SIGNATURE WRONG';
      const what = kind === 'delivery' ? `  webhook ${summary.replace(/ \u2192 .*?: /, ' → ')}` : summary;
      return `${at.slice(11, 19)}  ${(who.get(provider) ?? '').padEnd(13)}  ${what}${mark}\n`;
    })
    .join('');
}
