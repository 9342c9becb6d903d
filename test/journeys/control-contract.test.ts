import { describe, expect } from 'vitest';
import { findOperation } from '../../src/contracts/find-operation.js';
import type { DescribedOperation } from '../../src/contracts/openapi.js';
import { controlApi } from '../../src/server/control/contracts.js';
import { PROVIDERS } from '../../src/server/providers/registry.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';

const { operations } = await controlApi(PROVIDERS, '0');
const routeOf = ({ method, path }: DescribedOperation): string => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`;

test('the routes that are served and the operations that are described are the same', async ({ room }) => {
  const { detail } = (await control(room, 'GET', '/no-such-route')).json as { detail: string };
  const paths = /It has: (.*)\.$/.exec(detail)![1]!.split(', ');
  const served = await Promise.all(
    paths.map(async (path) => {
      const { methods } = (await control(room, 'OPTIONS', path.replace('/_greenroom', ''))).json as {
        methods: string[];
      };
      return methods.map((method) => `${method} ${path}`);
    }),
  );
  const described = operations.map(routeOf);
  expect(served.flat().filter((route) => !described.includes(route))).toEqual([]);
  expect(described.filter((route) => !served.flat().includes(route))).toEqual([]);
});

test.for([
  ['/advance', '/_greenroom/clock/advance'],
  ['/delivery', '/_greenroom/deliveries'],
  ['/clocks/advance', '/_greenroom/clock/advance'],
  ['/clock/', '/_greenroom/clock'],
  ['/nothing-like-it', undefined],
] as const)('a path that is not there, %s, is told with the one that was meant', async ([path, meant], { room }) => {
  const { status, json } = await control(room, 'GET', path);
  const { detail } = json as { detail: string };
  expect([status, / Did you mean "(.*?)"\? It has: /.exec(detail)?.[1]]).toEqual([404, meant]);
});

describe('Every route of the control plane', () => {
  test('answers as it is described, over a whole story', async ({ room, receiver }) => {
    const { json: bot } = await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T10:00:00Z', receiver.url),
    );
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(`${receiver.url}/cronofy`));
    const snapshot = (await control(room, 'GET', '/snapshot')).json as object;
    const calls: readonly (readonly [method: string, path: string, body?: unknown])[] = [
      ['GET', '/health'],
      ['GET', '/'],
      ['GET', '/vendors'],
      ['GET', '/clock'],
      ['PATCH', '/clock', { quiet: 5 }],
      ['POST', '/clock/advance', { until: { subject: bot.id, state: 'ended' } }],
      ['POST', '/checkpoints', { name: 'ended' }],
      ['GET', '/checkpoints'],
      ['GET', '/run'],
      ['GET', '/changes?since=ended'],
      ['POST', '/clock/rewind', { to: '2026-01-01T09:30:00Z' }],
      ['POST', '/clock/rewind', { checkpoint: 'ended' }],
      ['DELETE', '/checkpoints/ended'],
      ['POST', '/clock/probes'],
      ['POST', '/clock/hold', { reason: 'a look around' }],
      ['DELETE', '/clock/hold/hold_1'],
      ['GET', '/timeline?limit=500'],
      ['GET', '/requests'],
      ['GET', '/requests/req_1'],
      ['GET', '/deliveries'],
      ['GET', '/deliveries/dlv_1'],
      ['POST', '/deliveries/dlv_1/signature', {}],
      ['GET', '/agents'],
      ['GET', '/making'],
      ['GET', '/recording'],
      ['GET', '/timeline.html'],
      ['POST', '/deliveries/wait', { match: { type: 'bot.state_change' } }],
      ['POST', '/deliveries/dlv_1/redeliver'],
      ['POST', '/requests/verify', { match: { path: '/api/v1/bot' } }],
      ['GET', '/coverage'],
      ['GET', '/contracts/control.openapi.json'],
      ['GET', '/scenarios'],
      ['GET', '/scenarios/manual'],
      ['PUT', '/scenarios/mine', { description: 'Nothing happens.', plays: false }],
      ['PUT', '/scenarios/mine', { description: 'Nothing happens.', plays: false }],
      ['POST', '/casting', { scenario: 'mine', match: { provider: 'attendee' }, times: 1 }],
      ['GET', '/casting'],
      ['GET', '/casting/cast_1'],
      ['DELETE', '/casting/cast_1'],
      ['DELETE', '/casting'],
      ['DELETE', '/scenarios/mine'],
      ['POST', '/faults', { on: 'request', match: { provider: 'attendee' }, do: { status: 503 } }],
      ['POST', '/faults', { on: 'delivery', do: { duplicate: 1 } }],
      ['GET', '/faults'],
      ['DELETE', '/faults/flt_1'],
      ['DELETE', '/faults'],
      ['POST', '/backstage', { kind: 'authorize', email: 'host@example.com' }],
      ['GET', '/calendar'],
      ['POST', '/workspaces', { id: 'other', seed: 2 }],
      ['GET', '/workspaces'],
      ['GET', '/workspaces/other'],
      ['PATCH', '/workspaces/other', { scenario: 'manual' }],
      ['DELETE', '/workspaces/other'],
      ['PUT', '/snapshot', snapshot],
      ['GET', '/snapshot'],
      ['POST', '/reset'],
      ['POST', '/clock/advance', { by: 'soon' }],
      ['GET', '/workspaces/nobody'],
      ['POST', '/workspaces/default/token'],
      ['GET', '/listen?session=one-that-nobody-has'],
      ['POST', '/listen', { session: 'one-that-nobody-has', number: 1 }],
    ];
    const seen = new Set<string>();
    for (const [method, path, body] of calls) {
      await control(room, method, path, body);
      seen.add(findOperation({ operations }, method, `/_greenroom${path.split('?')[0]}`)!.id);
    }
    expect(operations.filter(({ id }) => !seen.has(id)).map(({ id }) => id)).toEqual(['followTimeline']);
  });
});

test('each contract is served as a document that names this server first', async ({ room }) => {
  for (const name of ['cronofy', 'attendee', 'control']) {
    const { status, json } = await control(room, 'GET', `/contracts/${name}.openapi.json`);
    expect([status, json.openapi, json.servers[0].url]).toEqual([200, '3.1.0', room.url]);
  }
  expect((await control(room, 'GET', '/contracts/zoom.openapi.json')).json).toMatchObject({
    code: 'NOT_FOUND',
    known: ['cronofy.openapi.json', 'attendee.openapi.json', 'control.openapi.json'],
  });
});

test('a call is answered by a text exactly where its document has one', async ({ room, receiver }) => {
  await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
  await control(room, 'POST', '/checkpoints', { name: 'now' });
  const { paths } = (await control(room, 'GET', '/contracts/control.openapi.json')).json as {
    paths: Record<string, { get?: { responses: { 200?: { content?: Record<string, unknown> } } } }>;
  };
  const given: Record<string, string> = { '/_greenroom/changes': '?since=now' };
  const whole = Object.keys(paths).filter((path) => paths[path]!.get && !/[{]|stream$/.test(path));
  const answers = whole.map(async (path) => {
    const answer = await room.fetch(path + (given[path] ?? ''), { headers: { accept: 'text/plain' } });
    await answer.text();
    return [path, answer.headers.get('content-type')?.startsWith('text/plain') ?? false];
  });
  const described = whole.map((path) => [path, 'text/plain' in (paths[path]!.get!.responses[200]?.content ?? {})]);
  expect(await Promise.all(answers)).toEqual(described);
});
