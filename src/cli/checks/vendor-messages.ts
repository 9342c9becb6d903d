import type { Message } from '../../checks/receiver/messages.js';
import type { Credentials } from '../../contracts/vendor.js';
import { valueOf } from '../../contracts/wire.js';
import type { Vendor } from '../../server/providers/provider.js';
import { makeServer, type Server } from '../../server/server.js';
import { readWireMessages } from '../../server/wire.js';
import type { Workspace, WorkspaceOptions } from '../../server/workspaces/workspace.js';

const ORIGIN = 'http://greenroom.localhost';
/** Not on this machine: webhooks are captured. */
const APP = 'https://app.example/webhooks';
const MONTH = 31 * 24 * 3_600_000_000;

/** To play every scenario takes a while, and gives the same each time. */
const MADE = new Map<string, Promise<readonly Message[]>>();

/** A vendor's webhooks, one of every type, state and reason: rendered by playing every scenario, then as shown or recorded. */
export function vendorMessages(name: string, own: readonly Vendor[] = []): Promise<readonly Message[]> {
  const made = MADE.get(name) ?? makeMessages(name, own);
  MADE.set(name, made);
  return made;
}

/** The story whose end is the end of a life that goes well. */
const WELL = 'happy-path';

async function makeMessages(name: string, own: readonly Vendor[]): Promise<readonly Message[]> {
  const messages = new Map<string, Message>();
  const add = (message: Message): void => {
    if (!messages.has(keyOf(message))) messages.set(keyOf(message), message);
  };
  const server = makeServer({ vendors: own });
  const vendor = server.vendors.find((candidate) => candidate.name === name)!;
  let last: Message | undefined;
  try {
    for (const { name: scenario, plays } of server.library.list()) {
      if (!plays) continue;
      const played = await play(server, vendor, { scenario });
      for (const one of played) add(one);
      if (scenario === WELL) last = played.findLast(({ state }) => state !== undefined);
    }
    for (const settings of vendor.profile.sample.everySettings)
      for (const one of await play(server, vendor, { settings: { [name]: settings } })) add(one);
  } finally {
    server.close();
  }
  for (const message of readWireMessages(name)) {
    const { webhook, text, body } = message;
    if (webhook === undefined) continue;
    const { type: _, ...read } = vendor.profile.messages.read(valueOf(message) as object);
    add({ type: webhook, ...read, text: text ?? JSON.stringify(body) });
  }
  return [...messages.values()].map((one) => (last && keyOf(one) === keyOf(last) ? { ...one, isLast: true } : one));
}

const keyOf = ({ type, state, sub_type }: Message): string => [type, state, sub_type].join(' ');

async function play(server: Server, { name, profile }: Vendor, options: WorkspaceOptions): Promise<Message[]> {
  const workspace = server.workspaces.create(options);
  const credentials = workspace.describe(ORIGIN)[name] as Credentials;
  for (const { method, path, authorization, body } of profile.sample.every(credentials, APP)) {
    const headers = { authorization, 'content-type': 'application/json' };
    await server.app.fetch(new Request(ORIGIN + path, { method, headers, body: JSON.stringify(body) }));
  }
  const { clock } = workspace.world;
  await clock.advance({ by: MONTH, until: () => clock.size === 0 });
  const messages = renderedBy(workspace);
  server.workspaces.delete(workspace.id);
  return messages;
}

const renderedBy = ({ world }: Workspace): Message[] =>
  [...world.outbox.values()].flatMap(({ type, state, sub_type, attempts }) =>
    attempts.slice(0, 1).map(({ request }) => ({ type, state, sub_type, text: request.body })),
  );
