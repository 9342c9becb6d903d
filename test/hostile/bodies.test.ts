import { describe, expect } from 'vitest';
import { attendeeContract, cronofyContract, type Operation } from '../../src/contracts/index.js';
import { makeServer } from '../../src/server/server.js';
import { PROVIDERS } from '../../src/server/providers/registry.js';
import type { Vendor } from '../../src/server/providers/provider.js';
import { attendee, call, control, cronofy, test } from '../support/room.js';

const nested = (levels: number, open: string, close: string): string => open.repeat(levels) + close.repeat(levels);
const DEEP = [nested(100_000, '[', ']'), `{"x":${nested(20_000, '{"x":[', ']}')}}`, '['.repeat(100_000)];

const OPERATIONS = [attendeeContract, cronofyContract].flatMap(({ provider, operations }) =>
  operations
    .filter((operation: Operation) => operation.body)
    .map(({ method, path }) => [provider, method, path.replace(/\{\w+\}/g, 'x_0')] as const),
);

test('JSON that is no object is answered in the words of each vendor, with every call', async ({ room }) => {
  const { client_secret, access_token } = room.cronofy;
  const bearers = [client_secret, access_token].map((token) => `Bearer ${token}`);
  for (const [provider, method, path] of OPERATIONS) {
    for (const authorization of provider === 'attendee' ? [`Token ${room.attendee.api_key}`] : bearers)
      for (const body of ['null', '[]', '"x"']) {
        const { status, text } = await call(method, room.url + path, body, { authorization });
        expect([method, path, body, text]).not.toEqual([method, path, body, expect.stringContaining('greenroom')]);
        if (status >= 500)
          expect([path, text]).toEqual([expect.any(String), expect.stringContaining('Server Error (500)')]);
      }
  }
});

describe('JSON that is nested thousands of levels deep', () => {
  test.for(OPERATIONS)('is answered in the words of %s: %s %s', async ([provider, method, path], { room }) => {
    const ask = provider === 'attendee' ? attendee : cronofy;
    for (const body of DEEP) {
      const { status, text } = await ask(room, method, path, body);
      expect(text).not.toMatch(/greenroom|call stack/);
      expect([400, 401, 404, 422, 500]).toContain(status);
      if (status === 500) expect([provider, text]).toEqual(['attendee', expect.stringContaining('Server Error (500)')]);
    }
    const { requests } = await room.requests.list();
    expect(requests.map(({ response }) => typeof response?.status)).toEqual(DEEP.map(() => 'number'));
  });

  test('fails in the parser of Attendee, and is no JSON for Cronofy', async ({ room }) => {
    const [body] = DEEP;
    expect((await attendee(room, 'POST', '/api/v1/bots', body)).status).toBe(500);
    // Of a thousand nested calls, the server, the framework and the vendor's middlewares have taken some.
    for (const [levels, status] of [
      [937, 400],
      [938, 500],
    ] as const) {
      const { status: got } = await attendee(room, 'POST', '/api/v1/bots', `{"x":${nested(levels, '[', ']')}}`);
      expect([levels, got]).toEqual([levels, status]);
    }
    const refused = await cronofy(room, 'POST', '/v1/meeting_agents', body);
    expect([refused.status, refused.json.errors.body[0].key]).toEqual([422, 'errors.invalid_json']);
    const shallow = await cronofy(room, 'POST', '/v1/meeting_agents', nested(100, '[', ']'));
    expect(shallow.text).not.toContain('invalid_json');
    await room.clock.advance({ by: '1m' });
  });

  test('can be looked for in the requests', async ({ room }) => {
    await cronofy(room, 'POST', '/v1/meeting_agents', DEEP[1]);
    const answer = await control(room, 'POST', '/requests/verify', { match: { body: { x: 1 } } });
    expect([answer.status, answer.json.count]).toEqual([200, 0]);
  });
});

describe('A call in which a handler fails', () => {
  test('is closed in the list of requests and in the timeline', async () => {
    const [like] = PROVIDERS;
    const { versions: _, ...profile } = like!.profile;
    const [operation] = profile.contract.operations;
    const path = '/broken/things';
    const contract = { ...profile.contract, provider: 'broken', operations: [{ ...operation!, id: 'fail', path }] };
    const broken: Vendor = {
      ...like!,
      name: 'broken',
      profile: { ...profile, name: 'broken', contract },
      owns: (called) => called.startsWith('/broken/'),
      handlers: {
        fail: () => {
          throw new RangeError('a fault of the handler');
        },
      },
    };
    const server = makeServer({ vendors: [broken] });
    const headers = { authorization: 'Bearer a-key-of-somebody' };
    const answer = await server.app.fetch(
      new Request(`http://localhost${path}`, { method: operation!.method, headers }),
    );
    expect([answer.status, await answer.text()]).toEqual([500, 'greenroom itself failed: a fault of the handler']);
    const read = await server.app.fetch(
      new Request('http://localhost/_greenroom/requests', { headers: { host: 'localhost' } }),
    );
    const { requests, settled } = (await read.json()) as { requests: object[]; settled?: false };
    expect([settled, requests]).toMatchObject([undefined, [{ operation: 'fail', response: { status: 500 } }]]);
    server.close();
  });
});
