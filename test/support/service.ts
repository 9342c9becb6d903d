import { inject, test as base } from 'vitest';
import { allVendors } from '../../src/server/server.js';
import { listen, type ListeningServer } from '../../src/server/host/listen.js';
import { connectPublic, type PublicNetwork } from '../../src/server/host/public-network.js';
import { ServerToken } from '../../src/server/shared/bearer.js';
import { shareServer } from '../../src/server/shared/share.js';
import { DEFAULT_TERMS, type TermDefaults } from '../../src/server/shared/terms.js';
import { connectGreenroom, type Greenroom } from '../../src/index.js';
import { SERVER_TOKEN, type Elsewhere } from './elsewhere.js';
import { startReceiver, type Receiver } from './receiver.js';
import { agentRequest, call, type Answered } from './room.js';

export { SERVER_TOKEN } from './elsewhere.js';

export interface Service extends Pick<ListeningServer, 'url' | 'port' | 'stop'> {
  /** What it serves of the control plane: `GET /clock`. */
  readonly routes: () => Promise<string[]>;
  /** Its workspaces, by id. */
  readonly ids: () => Promise<string[]>;
  /** Calls the control plane with a token: that of the server, if none is given. */
  readonly ask: (method: string, path: string, body?: unknown, options?: AskOptions) => Promise<Answered>;
  /** Makes a workspace. */
  readonly tenant: (options?: object) => Promise<Tenant>;
}

interface AskOptions {
  /** `null`: none is shown. */
  readonly token?: string | null;
  readonly workspace?: string;
  readonly headers?: Record<string, string>;
}

/** A workspace of a service, and who has its token. */
export interface Tenant {
  readonly id: string;
  readonly token: string;
  readonly url: string;
  readonly cronofy: Readonly<Record<'client_id' | 'client_secret' | 'access_token' | 'calendar_id', string>>;
  readonly attendee: Readonly<Record<'api_key' | 'webhook_secret', string>>;
  /** Calls the control plane with its own token. */
  readonly control: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answered>;
  readonly cronofyCall: (method: string, path: string, body?: unknown, token?: string) => Promise<Answered>;
  readonly attendeeCall: (method: string, path: string, body?: unknown) => Promise<Answered>;
}

export interface ServiceOptions {
  readonly dir?: string;
  /** A free one, if none is given. */
  readonly port?: number;
  readonly network?: PublicNetwork;
  readonly defaults?: Partial<TermDefaults>;
}

/** A service that strangers share, on a port of this machine; or the one that runs already, as it is on its start. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const elsewhere: Elsewhere = inject('service');
  const server = elsewhere === undefined ? await startHere(options) : serviceAt(elsewhere);
  const ask: Service['ask'] = (method, path, body, { token = SERVER_TOKEN, workspace, headers } = {}) =>
    call(method, `${server.url}/_greenroom${path}`, body, {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(workspace === undefined ? {} : { 'greenroom-workspace': workspace }),
      ...headers,
    });
  const ids = async (): Promise<string[]> =>
    (await ask('GET', '/workspaces')).json.workspaces.map(({ id }: { id: string }) => id);
  if (elsewhere !== undefined) {
    for (const id of await ids()) if (id !== 'default') await ask('DELETE', `/workspaces/${id}`);
    await ask('POST', '/reset');
  }
  return {
    ...server,
    ids,
    routes: () => routesOf(ask),
    ask,
    tenant: async (options = {}) => tenantOf(server.url, ask, (await ask('POST', '/workspaces', options)).json),
  };
}

/** Its refusals tell: that of a path that it has not, all paths; that of a method, all methods of a path. */
async function routesOf(ask: Service['ask']): Promise<string[]> {
  const { detail } = (await ask('GET', '/nothing')).json as { readonly detail: string };
  // What was meant stands before them.
  const [, known = ''] = detail.split(' It has: ');
  const paths = [...known.matchAll(/\/_greenroom(\/[\w.:/]*\w|\/)/g)].map(([, path]) => path!);
  const routes = paths.map(async (path) => {
    const { methods } = (await ask('PROPFIND', path)).json as { readonly methods: readonly string[] };
    return methods.map((method) => `${method} ${path}`);
  });
  return (await Promise.all(routes)).flat();
}

async function startHere({ dir, port = 0, network, defaults }: ServiceOptions): Promise<ListeningServer> {
  const shared = shareServer({
    token: new ServerToken(SERVER_TOKEN, 'Give a longer one'),
    vendors: allVendors(),
    defaults: { ...DEFAULT_TERMS, ...defaults },
    connect: () => connectPublic(network),
  });
  const data = dir === undefined ? undefined : { dir };
  const server = await listen({ port, host: '127.0.0.1', shared, data });
  server.unref();
  return server;
}

const serviceAt = (url: string): Pick<ListeningServer, 'url' | 'port' | 'stop'> => ({
  url,
  port: Number(new URL(url).port),
  stop: () => Promise.resolve(),
});

export function tenantOf(
  url: string,
  ask: Service['ask'],
  made: Pick<Tenant, 'id' | 'token' | 'cronofy' | 'attendee'>,
): Tenant {
  const { token, cronofy, attendee } = made;
  return {
    ...made,
    url,
    control: (method, path, body, headers) => ask(method, path, body, { token, ...(headers ? { headers } : {}) }),
    cronofyCall: (method, path, body, key = cronofy.client_secret) =>
      call(method, url + path, body, { authorization: `Bearer ${key}` }),
    attendeeCall: (method, path, body) =>
      call(method, url + path, body, { authorization: `Token ${attendee.api_key}` }),
  };
}

/** Gives a workspace a timeline of megabytes: its lines name a long URL. */
export async function tellMuch({ cronofyCall, control }: Tenant): Promise<void> {
  for (let i = 0; i < 5; i++)
    await cronofyCall('POST', '/v1/meeting_agents', agentRequest(`https://app.test/${'in/'.repeat(200_000)}`));
  await control('POST', '/clock/advance', { by: '1d' });
}

interface Fixtures {
  readonly service: Service;
  /** Two who do not know of each other, in worlds of the same seed. */
  readonly a: Tenant;
  readonly b: Tenant;
  /** A workspace whose webhooks come to this machine. */
  readonly room: Greenroom;
  readonly receiver: Receiver;
}

export const test = base.extend<Fixtures>({
  service: async ({}, use) => {
    const service = await startService();
    await use(service);
    await service.stop();
  },
  a: async ({ service }, use) => use(await service.tenant({ owner: 'a' })),
  b: async ({ service }, use) => use(await service.tenant({ owner: 'b' })),
  room: async ({ service }, use) => {
    await using room = await (await connectGreenroom(service.url, { token: SERVER_TOKEN })).workspace();
    await use(room);
  },
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },
});
