import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botRequest } from '../support/room.js';
import { startService, type Service, type Tenant } from '../support/service.js';

/** What becomes of a route in the hands of a stranger. */
type Reach =
  /** It is about one workspace, and a stranger's call is about the stranger's own. */
  | 'own'
  /** It names a workspace in its path. */
  | 'named'
  /** It takes the token of the server. */
  | 'server'
  /** It holds nothing that not everybody may know. */
  | 'open'
  /** It is refused to all. */
  | 'none';

/** Every route of the control plane, with a body that it takes. A route that nobody has thought of fails the first test. */
const ROUTES: Readonly<Record<string, readonly [Reach, body?: unknown]>> = {
  'GET /': ['open'],
  'GET /health': ['own'],
  'GET /workspaces': ['own'],
  'POST /workspaces': ['server', {}],
  'GET /workspaces/:id': ['named'],
  'PATCH /workspaces/:id': ['named', { scenario: 'manual' }],
  'DELETE /workspaces/:id': ['named'],
  'POST /workspaces/:id/token': ['server'],
  'POST /reset': ['own'],
  'GET /snapshot': ['own'],
  'PUT /snapshot': ['own', {}],
  'GET /clock': ['own'],
  'PATCH /clock': ['own', { mode: 'auto' }],
  'POST /clock/advance': ['own', { by: '1h' }],
  'POST /clock/rewind': ['own', { to: '2026-01-01T09:00:00Z' }],
  'POST /clock/probes': ['none'],
  'POST /clock/hold': ['own', {}],
  'DELETE /clock/hold/:id': ['own'],
  'GET /run': ['own'],
  'GET /checkpoints': ['own'],
  'POST /checkpoints': ['own', { name: 'mine' }],
  'DELETE /checkpoints/:name': ['own'],
  'GET /changes': ['own'],
  'GET /timeline': ['own'],
  'GET /stream': ['own'],
  'GET /requests': ['own'],
  'POST /requests/verify': ['own', { match: {} }],
  'GET /requests/:id': ['own'],
  'GET /deliveries': ['own'],
  'POST /deliveries/:id/redeliver': ['own'],
  'POST /deliveries/wait': ['own', { match: {}, timeout_ms: 1 }],
  'GET /faults': ['own'],
  'POST /faults': ['own', { on: 'request', match: {}, do: { status: 503 } }],
  'DELETE /faults': ['own'],
  'DELETE /faults/:id': ['own'],
  'GET /coverage': ['own'],
  'GET /scenarios': ['own'],
  'GET /scenarios/:name': ['own'],
  'PUT /scenarios/:name': ['own', { description: 'Nothing happens.', plays: false }],
  'DELETE /scenarios/:name': ['own'],
  'GET /casting': ['own'],
  'POST /casting': ['own', { scenario: 'happy-path', match: {} }],
  'DELETE /casting': ['own'],
  'GET /casting/:id': ['own'],
  'DELETE /casting/:id': ['own'],
  'POST /backstage': ['own', { kind: 'profile_disconnected' }],
  'GET /calendar': ['own'],
  'GET /contracts/:document': ['own'],
  'GET /timeline.html': ['own'],
  'GET /recording': ['own'],
  'GET /making': ['own'],
  'GET /vendors': ['own'],
  'GET /agents': ['own'],
  'GET /deliveries/:id': ['own'],
  'POST /deliveries/:id/signature': ['own', {}],
  'GET /listen': ['own'],
  'POST /listen': ['own', { session: 'one-that-nobody-has', number: 1 }],
};

/** The words of one tenant, which no other may ever read. */
const MINE = 'secret-of-a';
const THEIRS = 'secret-of-b';

/** Makes some of everything that a world has. In worlds of the same seed the ids are the same. */
async function live({ control, attendeeCall }: Tenant, word: string): Promise<void> {
  const webhooks = [{ url: `https://${word}.example.com/hook`, triggers: ['bot.state_change'] }];
  await attendeeCall('POST', '/api/v1/bots', botRequest(undefined, undefined, { webhooks, metadata: { word } }));
  await control('POST', '/clock/advance', { by: '1h' });
  await control('POST', '/faults', { on: 'request', match: { path: `/${word}` }, do: { status: 503 } });
  await control('POST', '/casting', { scenario: 'happy-path', match: { bot_name: word } });
  await control('PUT', `/scenarios/${word}`, { description: 'Nothing happens.', plays: false });
  await control('POST', '/checkpoints', { name: word });
}

/** Everything that a tenant can see of its own world, and a hold would keep from moving. */
async function seen({ control }: Tenant): Promise<string> {
  const paths = ['/workspaces/self', '/clock', '/timeline', '/requests', '/deliveries', '/faults', '/casting'];
  const texts = [];
  for (const path of [...paths, '/checkpoints', '/scenarios', '/coverage', '/snapshot'])
    texts.push((await control('GET', path)).text);
  return texts.join('\n');
}

/** A path of a route with ids that world `a` has. Those of `b` are the same where they are made alike. */
function pathTo(route: string, workspace: string): string {
  const [, path = ''] = route.split(' ');
  const ids: Readonly<Record<string, string>> = {
    '/workspaces': workspace,
    '/requests': 'req_1',
    '/deliveries': 'dlv_1',
    '/faults': 'flt_1',
    '/casting': 'cast_1',
    '/clock/hold': 'hold_1',
  };
  const parent = path.replace(/\/:.*/, '');
  return path
    .replace(':id', ids[parent] ?? '')
    .replace(':name', route.startsWith('GET') ? MINE : 'mine')
    .replace(':document', 'attendee.openapi.json');
}

let service: Service;
let a: Tenant;
let b: Tenant;
beforeAll(async () => {
  service = await startService();
  [a, b] = [await service.tenant({ owner: MINE }), await service.tenant({ owner: THEIRS })];
  await live(a, MINE);
  await live(b, THEIRS);
});
afterAll(() => service.stop());

/** Answers that go on are left when their first bytes are there. */
async function stranger(route: string, path: string, token: string | null, headers: Record<string, string> = {}) {
  const [method = ''] = route.split(' ');
  const body = ROUTES[route]![1];
  const leave = new AbortController();
  const response = await fetch(`${service.url}/_greenroom${path}`, {
    method,
    signal: leave.signal,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const goesOn = /event-stream|ndjson/.test(response.headers.get('content-type') ?? '');
  const text = goesOn
    ? new TextDecoder().decode((await response.body!.getReader().read()).value)
    : await response.text();
  leave.abort();
  return { status: response.status, text, code: /"code":"(\w+)"/.exec(text)?.[1] };
}

describe('A route of the control plane', () => {
  test('is one that somebody has thought of', async () => {
    expect((await service.routes()).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  test('opens to nobody who shows no token, but for the page of the inspector', async () => {
    for (const [route, [reach]] of Object.entries(ROUTES)) {
      const { status, text } = await stranger(route, pathTo(route, a.id), null);
      expect([route, status === 401]).toEqual([route, reach !== 'open']);
      expect([route, text.includes(MINE)]).toEqual([route, false]);
    }
  });

  test("names another's workspace to nobody: it is answered as one that there is not", async () => {
    for (const [route, [reach]] of Object.entries(ROUTES)) {
      if (reach === 'open') continue;
      const ways: [string, (id: string) => [path: string, headers: Record<string, string>]][] = [
        ['header', (id) => [pathTo(route, b.id), { 'greenroom-workspace': id }]],
        ['query', (id) => [`${pathTo(route, b.id)}?workspace=${id}`, {}]],
        ...(reach === 'named' ? [['path', (id: string) => [pathTo(route, id), {}]] as never] : []),
      ];
      for (const [way, call] of ways) {
        const [there, nowhere] = [await asked(call(a.id)), await asked(call('nowhere'))];
        expect([route, way, there]).toEqual([
          route,
          way,
          { ...nowhere, text: nowhere.text.replaceAll('nowhere', a.id) },
        ]);
        expect([route, way, there.status]).toEqual([route, way, reach === 'server' ? 403 : 404]);
      }
      function asked([path, headers]: [string, Record<string, string>]) {
        return stranger(route, path, b.token, headers);
      }
    }
  });

  test('is served to one while another is in the midst of an advance', async () => {
    const [busy, other] = [await service.tenant({ delivery_guard: '30s' }), await service.tenant()];
    // A listener that never says what came of a message.
    const headers = { authorization: `Bearer ${busy.token}` };
    const line = await fetch(`${service.url}/_greenroom/listen?session=0123456789abcdef`, { headers });
    await busy.attendeeCall('POST', '/api/v1/bots', botRequest(undefined, 'http://127.0.0.1:9/hook'));
    let isOver = false;
    const advance = busy.control('POST', '/clock/advance', { by: '1h' }).finally(() => (isOver = true));
    for (const route of Object.keys(ROUTES)) {
      if (route === 'DELETE /workspaces/:id') continue;
      const { status } = await stranger(route, pathTo(route, 'self'), other.token);
      expect([route, status >= 200 && status < 500]).toEqual([route, true]);
    }
    expect((await other.control('DELETE', '/workspaces/self')).status).toBe(204);
    expect(isOver).toBe(false);
    await busy.control('DELETE', '/workspaces/self');
    expect((await advance).status).toBe(409);
    expect(await line.text()).toContain('the workspace has come to its end');
  });

  test("tells a stranger nothing of another, and changes nothing there, whatever is called in the stranger's own", async () => {
    const before = await seen(a);
    for (const [route, [reach]] of Object.entries(ROUTES)) {
      // What ends the stranger itself comes last.
      if (route === 'DELETE /workspaces/:id') continue;
      const { status, text, code } = await stranger(route, pathTo(route, 'self'), b.token);
      expect([route, text.includes(MINE) && !pathTo(route, '').includes(MINE)]).toEqual([route, false]);
      if (reach === 'server') expect([route, status, code]).toEqual([route, 403, 'FORBIDDEN']);
      if (reach === 'none') expect([route, status, code]).toEqual([route, 409, 'REFUSED']);
    }
    expect((await stranger('DELETE /workspaces/:id', '/workspaces/self', b.token)).status).toBe(204);
    expect(await seen(a)).toBe(before);
    expect((await b.control('GET', '/clock')).status).toBe(401);
  });
});
