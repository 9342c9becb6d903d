import { describe, expect } from 'vitest';
import { connectGreenroom } from '../../src/index.js';
import { botRequest } from '../support/room.js';
import { SERVER_TOKEN, test, type Service, type Tenant } from '../support/service.js';

describe('A service', () => {
  test('opens to nobody without a token, and to none that opens nothing', async ({ service }) => {
    for (const token of [null, 'grw_nothing', '']) {
      const answer = await service.ask('GET', '/workspaces', undefined, { token });
      expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHORIZED']);
    }
  });

  test('gives each workspace a token, once, that opens this one by every name of it', async ({ service, a, b }) => {
    expect(a.token).not.toBe(b.token);
    for (const name of ['self', 'default', a.id]) {
      const { json } = await a.control('GET', `/workspaces/${name}`);
      expect([json.id, json.owner, json.token]).toEqual([a.id, 'a', undefined]);
    }
    expect((await service.ask('GET', `/workspaces/${a.id}`)).json.token).toBeUndefined();
  });

  test('knows no workspace of its own token by the name of "self", and says what to do', async ({ service }) => {
    for (const [method, body] of [['GET'], ['PATCH', { strict: true }], ['DELETE']] as const) {
      const { status, json } = await service.ask(method, '/workspaces/self', body);
      expect([method, status, json.code]).toEqual([method, 404, 'UNKNOWN_WORKSPACE']);
      expect(json.detail).toContain(
        'this is the token of the server, which opens them all. Show the token of a workspace',
      );
    }
    expect((await service.ask('GET', '/clock', undefined, { workspace: 'self' })).json.code).toBe('UNKNOWN_WORKSPACE');
  });

  test('lists all workspaces to the holder of its own token, and those of one owner', async ({ service, a, b }) => {
    expect(await service.ids()).toEqual(['default', a.id, b.id]);
    const { workspaces } = (await service.ask('GET', '/workspaces?owner=b')).json;
    expect(workspaces.map(({ id }: { id: string }) => id)).toEqual([b.id]);
  });

  test('gives a new token for a workspace, and the old one opens nothing any more', async ({ service, a }) => {
    const { json } = await service.ask('POST', `/workspaces/${a.id}/token`);
    expect((await a.control('GET', '/clock')).status).toBe(401);
    expect((await service.ask('GET', '/workspaces/self', undefined, { token: json.token })).json.id).toBe(a.id);
    expect((await service.ask('POST', '/workspaces/default/token')).json.code).toBe('CONFLICT');
  });

  describe('whose workspace is given a new token', () => {
    const headersOf = (token: string) => ({ authorization: `Bearer ${token}` });
    const renew = async (service: Service, { id }: Tenant): Promise<string> =>
      (await service.ask('POST', `/workspaces/${id}/token`)).json.token as string;

    test('ends the streams that are open by the old one, and no others', async ({ service, a }) => {
      const open = async (token: string) =>
        fetch(`${service.url}/_greenroom/stream?workspace=${a.id}`, {
          headers: { ...headersOf(token), accept: 'text/plain' },
        });
      const [old, servers] = [await open(a.token), await open(SERVER_TOKEN)];
      const token = await renew(service, a);
      await a.attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
      expect(await old.text()).toBe('');
      const renewed = await open(token);
      await a.attendeeCall('GET', '/api/v1/bots');
      for (const stream of [servers, renewed]) {
        const { value } = await stream.body!.getReader().read();
        expect(new TextDecoder().decode(value)).toContain('/api/v1/bots');
      }
    });

    test('ends the listener of the old one, which gets nothing more', async ({ service, a, receiver }) => {
      const old = await (await connectGreenroom(service.url, { token: a.token, workspace: a.id })).listen();
      const room = await connectGreenroom(service.url, { token: await renew(service, a), workspace: a.id });
      await expect(old.ended).rejects.toThrow(
        'No more webhooks come from the service: the token of the listener was replaced.',
      );
      await a.attendeeCall('POST', '/api/v1/bots', botRequest(undefined, receiver.url));
      await room.clock.advance({ by: '1m' });
      expect(receiver.arrivals).toEqual([]);
      expect(await room.timeline({ as: 'text' })).toContain('no listener is connected');
      const listener = await room.listen();
      await room.clock.advance({ by: '1h' });
      expect(receiver.arrivals.length).toBeGreaterThan(0);
      await listener.close();
    });

    test('refuses what the old one waits for', async ({ service, a }) => {
      const { id } = (await service.ask('POST', '/clock/hold', {}, { workspace: a.id })).json as { id: string };
      const match = { type: 'bot.state_change' };
      const waits = [
        a.control('POST', '/deliveries/wait', { match, timeout_ms: 600_000 }),
        a.control('POST', '/clock/advance', { by: '1h' }),
      ];
      // What is asked later is served later.
      expect((await a.control('GET', '/health')).status).toBe(200);
      const token = await renew(service, a);
      for (const { status, json } of await Promise.all(waits))
        expect([status, json.code]).toEqual([401, 'UNAUTHORIZED']);
      await service.ask('DELETE', `/clock/hold/${id}`, undefined, { token });
    });
  });
});
