import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { botRequest } from '../support/room.js';
import { selfSigned, trust } from '../support/certificate.js';
import { startService, type Service } from '../support/service.js';

const HOST = 'hooks.example.com';
/** Of two addresses of this machine, one stands for all the world, and one for the server's own network. */
const [PUBLIC, PRIVATE] = ['127.0.0.1', '127.0.0.2'];

interface Arrival {
  /** The address that was called, and the names by which. */
  readonly address: string | undefined;
  readonly names: readonly unknown[];
}

const certificate = selfSigned(HOST);
let app: Server;
let port: number;
const arrivals: Arrival[] = [];

/** What a look-up of the name says, each time. */
let look: (count: number) => readonly string[];
let looks: string[];
let service: Service;

beforeAll(async () => {
  app = createServer(certificate, (request, response) => {
    const { localAddress: address, servername } = request.socket as TLSSocket & { readonly servername: unknown };
    arrivals.push({ address, names: [servername, request.headers.host] });
    response.end();
  });
  await new Promise<void>((resolve) => app.listen(0, '0.0.0.0', resolve));
  ({ port } = app.address() as AddressInfo);
  const network = {
    resolve: async (name: string) => look(looks.push(name)),
    isPublic: (address: string) => address === PUBLIC,
  };
  service = await startService({ network });
});
afterAll(async () => {
  await service.stop();
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});
let stopTrusting: () => void;
beforeEach(() => {
  [arrivals.length, looks, look] = [0, [], () => [PUBLIC]];
  stopTrusting = trust(certificate.cert);
});
afterEach(() => stopTrusting());

/** The attempts to tell a host of the life of a bot, in their order, with what else was said of them. */
async function tell(host = HOST): Promise<{ readonly outcomes: string[]; readonly notes: string }> {
  const { attendeeCall, control } = await service.tenant({ allow_hosts: [host] });
  await attendeeCall('POST', '/api/v1/bots', botRequest(undefined, `https://${host}:${port}/hook`));
  await control('POST', '/clock/advance', { by: '1h' });
  const { deliveries } = (await control('GET', '/deliveries')).json;
  return {
    outcomes: deliveries.flatMap(({ attempts }: { attempts: { outcome: string; error?: string }[] }) =>
      attempts.map(({ outcome, error }) => error ?? outcome),
    ),
    notes: (await control('GET', '/timeline?kind=note')).text,
  };
}

describe('A message of a service to an https host that a workspace was allowed', () => {
  test('goes to the address that was judged, which proves to be of that name', async () => {
    const { outcomes } = await tell();
    expect(outcomes.length).toBeGreaterThan(3);
    expect(new Set(outcomes)).toEqual(new Set(['answered']));
    expect(arrivals).toEqual(outcomes.map(() => ({ address: PUBLIC, names: [HOST, `${HOST}:${port}`] })));
    // The name is looked up once for each: nobody can say otherwise between the judgement and the call.
    expect(looks).toEqual(outcomes.map(() => HOST));
  });

  test('is lost if the certificate is of another name, or nobody vouches for it', async () => {
    expect(new Set((await tell('other.example.com')).outcomes)).toEqual(new Set(['ERR_TLS_CERT_ALTNAME_INVALID']));
    stopTrusting();
    expect(new Set((await tell('elsewhere.example.com')).outcomes)).toEqual(new Set(['DEPTH_ZERO_SELF_SIGNED_CERT']));
    expect(arrivals).toEqual([]);
  });

  test('goes nowhere once the name leads into the own network, alone or beside a public address', async () => {
    look = (count) => (count === 1 ? [PUBLIC] : count === 2 ? [PRIVATE] : [PUBLIC, PRIVATE]);
    const { outcomes, notes } = await tell();
    expect([outcomes[0], new Set(outcomes.slice(1)).size, outcomes[1]]).toEqual(['answered', 1, expect.any(String)]);
    expect(arrivals.map(({ address }) => address)).toEqual([PUBLIC]);
    expect(notes).toContain(`${HOST} leads to ${PRIVATE}, which is not an address of the whole world`);
  });
});
