import { describe, expect } from 'vitest';
import { test } from '../support/service.js';

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
});
