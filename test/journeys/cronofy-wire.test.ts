import { connect } from 'node:net';
import { expect } from 'vitest';
import { eventsPath } from '../support/cronofy.js';
import { agentRequest, control, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** Sends bytes and reads all that comes back until the other side closes. */
function exchange(
  room: Greenroom,
  head: readonly string[],
  body: string,
): Promise<{ status: string; headers: string[]; body: string }> {
  const { hostname, port, host } = new URL(room.url);
  const request = [
    ...head,
    `Host: ${host}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      const [top = '', rest = ''] = text.split('\r\n\r\n', 2);
      const [status = '', ...headers] = top.split('\r\n');
      resolve({ status, headers, body: rest });
    });
  });
}

const named = (headers: readonly string[], name: string): string | undefined =>
  headers
    .find((header) => header.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();

test('on the socket, a 202 without a body has Content-Length 0 and no Content-Type', async ({ room }) => {
  const body = JSON.stringify(agentRequest(undefined, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' }));
  const head = ['POST /v1/meeting_agents HTTP/1.1', `Authorization: Bearer ${room.cronofy.client_secret}`];
  const answer = await exchange(room, head, body);
  expect(answer.status).toBe('HTTP/1.1 202 Accepted');
  expect([named(answer.headers, 'content-length'), named(answer.headers, 'content-type'), answer.body]).toEqual([
    '0',
    undefined,
    '',
  ]);
});

test('on the socket, a 202 of an event and a 200 of a revocation are as bare', async ({ room }) => {
  const { access_token, client_id, client_secret } = room.cronofy;
  for (const [head, body] of [
    [[`DELETE ${eventsPath(room)} HTTP/1.1`, `Authorization: Bearer ${access_token}`], { event_id: 'a' }],
    [['POST /oauth/token/revoke HTTP/1.1'], { client_id, client_secret, token: 'x' }],
  ] as const) {
    const answer = await exchange(room, head, JSON.stringify(body));
    expect(answer.status).toMatch(/^HTTP\/1\.1 20[02] /);
    expect([named(answer.headers, 'content-length'), named(answer.headers, 'content-type')]).toEqual(['0', undefined]);
  }
});

test("on the socket, Date is the world's, not the machine's", async ({ room }) => {
  await room.clock.advance({ to: '2026-03-02T10:00:00Z' });
  const head = ['GET /v1/userinfo HTTP/1.1', `Authorization: Bearer ${room.cronofy.access_token}`];
  const { headers } = await exchange(room, head, '{}');
  expect(headers.filter((header) => header.toLowerCase().startsWith('date:'))).toEqual([
    'Date: Mon, 02 Mar 2026 10:00:00 GMT',
  ]);
});

test('the {} body of a GET reaches the journal', async ({ room }) => {
  const head = ['GET /v1/userinfo HTTP/1.1', `Authorization: Bearer ${room.cronofy.access_token}`];
  expect((await exchange(room, head, '{}')).status).toBe('HTTP/1.1 200 OK');
  const { json } = await control(room, 'GET', '/requests?operation=readUserInfo');
  expect(json.requests[0].request).toMatchObject({ body: '{}', headers: { authorization: 'Bearer [redacted]' } });
});
