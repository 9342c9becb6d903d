import http from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  connectGreenroom,
  createGreenroom,
  type ErrorCode,
  type Greenroom,
  type GreenroomError,
} from '../../src/index.js';
import { runHere } from '../support/run-here.js';
import { startReceiver } from '../support/receiver.js';
import { serveOn } from '../support/serve-on.js';

const HELLO = { hello: { workspace: 'default', resumed: false } };
const MESSAGE = { n: 1, url: 'https://app.test/hooks', method: 'POST', headers: {}, body: '{}' };

/** What writes such lines to whoever listens, and is a greenroom else. */
const serviceOf = (room: Greenroom, lines: readonly unknown[]) =>
  serveOn((request, response) => {
    const path = request.url ?? '/';
    if (request.method === 'POST') response.writeHead(204).end();
    else if (path.startsWith('/_greenroom/listen')) {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      for (const line of lines) response.write(typeof line === 'string' ? line : `${JSON.stringify(line)}\n`);
    } else void room.fetch(path).then(async (answer) => response.end(await answer.text()));
  });

/** How it ends to listen to such lines, and the bodies that have come until then. */
async function listenTo(...lines: readonly unknown[]) {
  await using greenroom = await createGreenroom();
  await using service = await serviceOf(greenroom, lines);
  const room = await connectGreenroom(service.url);
  const bodies: string[] = [];
  const take = async (request: Request): Promise<Response> => {
    bodies.push(await request.text());
    return new Response();
  };
  const listening = room.listen({ receivers: { 'https://app.test': take } }).then(({ ended }) => ended);
  const error = await listening.then(
    () => expect.unreachable(),
    (error: GreenroomError) => error,
  );
  return { code: error.code, message: error.message, bodies };
}

describe('A listener takes no harm from a service', () => {
  test.for<readonly [what: string, lines: readonly unknown[], code: ErrorCode, told: string]>([
    ['a message without a URL', [HELLO, { n: 1 }], 'CONFLICT', 'expected string at /url of a line, was missing'],
    ['a URL that is no text', [HELLO, { ...MESSAGE, url: 5 }], 'CONFLICT', 'expected string at /url of a line, was 5'],
    [
      'headers that are none',
      [HELLO, { ...MESSAGE, headers: { a: null } }],
      'CONFLICT',
      'string at /headers/a of a line',
    ],
    [
      'a method of its own',
      [HELLO, { ...MESSAGE, method: 'PUT' }],
      'CONFLICT',
      'one of "GET", "POST" at /method of a line',
    ],
    ['a greeting that is none', [{ hello: null }], 'CONFLICT', 'at /hello of a line, was null'],
    ['null', ['null\n'], 'UNREACHABLE', 'was an answer 200 "null"'],
    ['HTML', ['<html>\n'], 'UNREACHABLE', 'was an answer 200 "<html>"'],
    [
      'a farewell of several lines',
      [HELLO, { bye: 'gone\nfor\u001B[2J' }],
      'CONFLICT',
      'service: gone\\nfor\\u001b[2J.',
    ],
  ])('that says %s: it ends, and says why in one line', async ([, lines, code, told]) => {
    const ended = await listenTo(...lines);
    expect(ended).toEqual({ code, message: expect.stringContaining(told), bodies: [] });
    expect(ended.message).not.toContain('\n');
  });

  test('that says something which is not known here, and writes a long line in many pieces: it takes what is for it', async () => {
    const body = 'x'.repeat(8_000_000);
    const pieces = JSON.stringify({ ...MESSAGE, body }).match(/.{1,60000}/g)!;
    const { message, bodies } = await listenTo(HELLO, { news: [1] }, ...pieces, '\n', { bye: 'that was all' });
    expect(message).toBe('No more webhooks come from the service: that was all.');
    expect(bodies.map(({ length }) => length)).toEqual([body.length]);
  });
});

describe('Whoever calls the control plane is led nowhere else', () => {
  test.for([302, 307, 308])('by a redirect with %i', async (status) => {
    const receiver = await startReceiver();
    await using service = await serveOn((_, response) =>
      response.writeHead(status, { Location: `${receiver.url}/_greenroom` }).end(),
    );
    for (const words of [['timeline'], ['clock', 'advance', '1h'], ['checkpoint', 'x'], ['listen']]) {
      const { code, stderr } = await runHere([...words, '--url', service.url, '--token', 'secret']);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`was an answer ${status} "" that leads to ${receiver.url}`),
      ]);
    }
    expect(receiver.arrivals).toEqual([]);
    await receiver.close();
  });

  test('by its credentials: a variable is a text, and nothing else', async () => {
    const cases: readonly (readonly [attendee: unknown, told: string])[] = [
      [null, 'of attendee, was nothing'],
      [{ api_key: { toString: 1 }, webhook_secret: 'x' }, 'api_key of attendee, was something else'],
      [{ api_key: 'x\0y', webhook_secret: 'x' }, 'api_key of attendee, was one with NUL in it'],
    ];
    for (const [attendee, told] of cases) {
      const cronofy = { client_id: 'x', client_secret: 'x', access_token: 'x', calendar_id: 'x' };
      await using service = await serveOn((_, response) => response.end(JSON.stringify({ cronofy, attendee })));
      const { code, stdout, stderr } = await runHere(['env', '--url', service.url]);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(told)]);
    }
  });

  test('and reads of a refusal no more than the beginning', async () => {
    let written = 0;
    const endless = (response: http.ServerResponse): void => {
      const piece = 'x'.repeat(2 ** 16);
      do written += piece.length;
      while (response.write(piece));
      response.once('drain', () => endless(response));
    };
    await using service = await serveOn((_, response) => endless(response.writeHead(500)));
    for (const words of [['clock'], ['listen']]) {
      const { code, stderr } = await runHere([...words, '--url', service.url]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('was an answer 500 "xxx')]);
    }
    expect(written).toBeLessThan(2 ** 25);
  });
});
