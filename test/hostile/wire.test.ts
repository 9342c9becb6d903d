import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { describe, expect } from 'vitest';
import { createGreenroom, startGreenroom } from '../../src/index.js';
import { listen } from '../../src/server/host/listen.js';
import { botRequest, call, control, test } from '../support/room.js';
import { startProcess } from '../support/server.js';

/** Sends these lines and a body as they are, and reads until the other side has answered one head. */
async function raw(room: { readonly url: string }, lines: readonly string[], body = ''): Promise<string> {
  const { port, hostname } = new URL(room.url);
  const socket = connect(Number(port), hostname);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes('\r\n\r\n')) break;
  }
  return text;
}

const statusOf = (head: string): number => Number(head.split(' ', 2)[1]);

describe('A socket', () => {
  test('is kept for a client that is busy for a while', async ({ room }) => {
    const head = await raw(room, ['GET /_greenroom/health HTTP/1.1', 'Host: 127.0.0.1']);
    expect(head).toMatch(/^Keep-Alive: timeout=60\r$/im);
  });

  test('that asks for the head of the stream does not stop time', async ({ room }) => {
    const head = await raw(room, ['HEAD /_greenroom/stream HTTP/1.1', 'Host: 127.0.0.1']);
    expect(statusOf(head)).toBe(200);
    expect((await control(room, 'POST', '/clock/advance', { by: '1m' })).json.to).toBe('2026-01-01T09:01:00Z');
    expect((await control(room, 'GET', '/clock')).json.settled).toBe(true);
  });

  test('with two Host lines is answered 400, by the vendors and by the control plane', async ({ room }) => {
    for (const path of ['/api/v1/bots', '/v1/userinfo', '/_greenroom/health']) {
      const head = await raw(room, [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'host: evil.example']);
      expect([path, statusOf(head)]).toEqual([path, 400]);
    }
  });

  test('without a Host line, as HTTP/1.0 allows, is told that it needs one, and no flag for a name that is none', async ({
    room,
  }) => {
    for (const path of ['/api/v1/bots', '/v1/userinfo', '/_greenroom/health']) {
      const answer = await raw(room, [`GET ${path} HTTP/1.0`]);
      expect([path, statusOf(answer)]).toEqual([path, 403]);
      expect(answer).toContain('a Host header that names this machine, was none. Send one, with HTTP/1.0, too: ');
      expect(statusOf(await raw(room, [`GET ${path} HTTP/1.0`, 'Host: 127.0.0.1']))).not.toBe(403);
    }
  });

  test('with two lines of Authorization has the wrong form of one, for either vendor', async ({ room }) => {
    const twice = (path: string, value: string) =>
      raw(room, [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: ${value}`, `authorization: ${value}`]);
    expect(await twice('/api/v1/bots', `Token ${room.attendee.api_key}`)).toMatch(
      /^HTTP\/1\.1 401 [^]*WWW-Authenticate: Token/i,
    );
    expect(statusOf(await twice('/v1/userinfo', `Bearer ${room.cronofy.access_token}`))).toBe(401);
  });

  test('that may not enter the control plane is told so before its body is read', async ({ room }) => {
    for (const line of ['Host: evil.example', 'Host: 127.0.0.1\r\nOrigin: https://evil.example']) {
      const lines = ['PUT /_greenroom/snapshot HTTP/1.1', line, 'Content-Length: 15000000'];
      expect(statusOf(await raw(room, lines, '{"half": "a body'))).toBe(403);
    }
    await using guarded = await startGreenroom({ controlToken: 'a-token' });
    const lines = ['PUT /_greenroom/snapshot HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 15000000'];
    expect(statusOf(await raw(guarded, lines, '{'))).toBe(401);
  });

  test('on which TLS or HTTP/2 is spoken is told of once, with what to change', async () => {
    const sentences: string[] = [];
    const server = await listen({ port: 0, host: '127.0.0.1', warn: (text) => void sentences.push(text) });
    for (let times = 0; times < 2; times++) {
      await expect(fetch(server.url.replace('http:', 'https:'))).rejects.toThrow('fetch failed');
      const session = http2.connect(server.url);
      await once(session, 'error');
    }
    const before = sentences.length;
    const head = await raw(server, ['This is no HTTP']);
    await server.stop();
    expect(sentences).toEqual([
      `A client spoke TLS to ${server.url}, which speaks HTTP/1.1 without TLS. Give it a base URL that begins with http://, not https://.`,
      `A client spoke HTTP/2 to ${server.url}, which speaks HTTP/1.1 without TLS. Have it speak HTTP/1.1.`,
    ]);
    expect([before, head]).toEqual([2, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n']);
  });

  test('that would have it be a proxy is refused in the line of the status, and told of once', async () => {
    const sentences: string[] = [];
    const server = await listen({ port: 0, host: '127.0.0.1', warn: (text) => void sentences.push(text) });
    const lines = ['CONNECT app.attendee.dev:443 HTTP/1.1', 'Host: app.attendee.dev:443'];
    const other = ['CONNECT api.cronofy.com:443 HTTP/1.1', 'Host: api.cronofy.com:443'];
    const answers = [await raw(server, lines), await raw(server, other)];
    await server.stop();
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 501 greenroom is no proxy\r\n/);
    expect(sentences).toEqual([
      `A client spoke of a tunnel to app.attendee.dev:443 to ${server.url}, which is no proxy. Take it out of HTTPS_PROXY and the settings of the client, and give that its URL as the base URL.`,
    ]);
  });

  test('whose head is too long is told how long one may be', async ({ room }) => {
    const answer = await raw(room, ['GET /api/v1/bots HTTP/1.1', 'Host: 127.0.0.1', `X-Long: ${'a'.repeat(20_000)}`]);
    expect(answer).toMatch(
      /^HTTP\/1\.1 431 .*\r\n[^]*The path and the headers of this call are longer than 16384 bytes in all/,
    );
  });

  test('whose path is not percent-encoded is answered with what to do', async ({ room }) => {
    for (const path of ['/api/v1/bots/caf\u00e9', '/v1/events?tzid=caf\u00e9']) {
      const answer = await raw(room, [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1']);
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*Percent-encode them: encodeURIComponent\(text\)/);
    }
  });

  test.for(['/api/v1/bots', '/_greenroom/clock/advance'])(
    'that breaks off in its body leaves one line for the person at the terminal: %s',
    async (path) => {
      const sentences: string[] = [];
      const server = await listen({ port: 0, host: '127.0.0.1', warn: (text) => void sentences.push(text) });
      const socket = connect(server.port, '127.0.0.1');
      socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"half`);
      await new Promise((resolve) => socket.write('"', resolve));
      await fetch(`${server.url}/v1/userinfo`);
      socket.resetAndDestroy();
      await expect.poll(() => sentences).toEqual([`A client broke off in the body of POST ${path}.`]);
      await server.stop();
    },
  );

  test('that breaks off again and again does not fill the terminal', async () => {
    const sentences: string[] = [];
    const server = await listen({ port: 0, host: '127.0.0.1', warn: (text) => void sentences.push(text) });
    const breakOff = async (path: string): Promise<void> => {
      const socket = connect(server.port, '127.0.0.1');
      await new Promise((resolve) =>
        socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"half`, resolve),
      );
      await fetch(`${server.url}/v1/userinfo`);
      socket.resetAndDestroy();
      await once(socket, 'close');
    };
    for (let i = 0; i < 3; i++) await breakOff('/api/v1/bots');
    for (let i = 0; i < 30; i++) await breakOff(`/api/v1/bots/${i}`);
    await fetch(`${server.url}/v1/userinfo`);
    await server.stop();
    expect(sentences).toHaveLength(20);
    expect(new Set(sentences).size).toBe(20);
  });

  test('that uses a method which the control plane does not have is told the methods', async ({ room }) => {
    const answer = await control(room, 'PATCH', '/reset');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await control(room, 'PUT', '/clock')).headers.get('allow')).toBe('GET, PATCH');
  });
});

/** Five seconds of waiting, during which the other tests run. */
const heldRead = (async () => {
  await using room = await startGreenroom();
  await control(room, 'POST', '/clock/hold', { reason: 'a debugger' });
  const started = performance.now();
  const timeline = (await control(room, 'GET', '/timeline')).json;
  return { timeline, waited: performance.now() - started };
})();

const VENDOR_CALLS = [
  ['GET', '/api/v1/bots'],
  ['POST', '/v1/application_calendars'],
  ['GET', '/nothing'],
  ['OPTIONS', '/api/v1/bots'],
] as const;

describe('The paths of a vendor', () => {
  test.for(VENDOR_CALLS)('are closed to web pages of other origins: %s %s', async ([method, path], { room }) => {
    const { port } = new URL(room.url);
    for (const origin of ['https://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1', 'x']) {
      const head = await raw(room, [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Origin: ${origin}`]);
      expect([origin, statusOf(head)]).toEqual([origin, 403]);
      expect(head).not.toMatch(/access-control/i);
    }
    expect((await control(room, 'GET', '/requests')).json.requests).toEqual([]);
  });

  const CONSENT = '/oauth/authorize?response_type=code&client_id=x&redirect_uri=https://evil.example/cb';

  test('are closed to what such pages load without saying their origin, and open to who follows their links', async ({
    room,
  }) => {
    const host = `Host: ${new URL(room.url).host}`;
    const ask = async (path: string, site: string, mode: string, place: string) => {
      const lines = [`Sec-Fetch-Site: ${site}`, `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${place}`];
      return statusOf(await raw(room, [`GET ${path} HTTP/1.1`, host, ...lines]));
    };
    const loads = [
      ['no-cors', 'image'],
      ['navigate', 'iframe'],
      ['cors', 'empty'],
    ] as const;
    for (const path of [CONSENT, '/nothing', '/', '/_greenroom/clock'])
      for (const site of ['cross-site', 'same-site'])
        for (const [mode, place] of loads)
          expect([path, site, mode, await ask(path, site, mode, place)]).toEqual([path, site, mode, 403]);
    expect((await control(room, 'GET', '/timeline')).json.entries).toEqual([]);
    expect(await ask(CONSENT, 'cross-site', 'navigate', 'document')).toBe(302);
    expect(await ask('/_greenroom/clock', 'same-origin', 'cors', 'empty')).toBe(200);
    expect(await ask('/_greenroom/', 'none', 'navigate', 'document')).toBe(200);
  });

  test('are closed to forms that such pages send without saying their origin', async ({ room }) => {
    const host = `Host: ${new URL(room.url).host}`;
    const send = async (path: string, site: string) => {
      const lines = [`Sec-Fetch-Site: ${site}`, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
      return statusOf(await raw(room, [`POST ${path} HTTP/1.1`, host, ...lines, 'Content-Length: 0']));
    };
    for (const path of ['/oauth/token', '/api/v1/bots', '/_greenroom/reset'])
      for (const site of ['cross-site', 'same-site'])
        expect([path, site, await send(path, site)]).toEqual([path, site, 403]);
    expect((await control(room, 'GET', '/requests')).json.requests).toEqual([]);
    expect(await send('/_greenroom/reset', 'same-origin')).toBe(204);
  });

  test('are closed to names that somebody has pointed at this machine', async ({ room }) => {
    const { port } = new URL(room.url);
    const ask = async (host: string) =>
      statusOf(await raw(room, ['GET /api/v1/bots HTTP/1.1', `Host: ${host}`, 'Authorization: Token some-key-1234']));
    for (const host of ['evil.example', `evil.example:${port}`, '10.0.0.1', 'localhost.evil.example'])
      expect([host, await ask(host)]).toEqual([host, 403]);
    const names = ['LOCALHOST', `127.0.0.1:${port}`, 'app.localhost:1', `[::1]:${port}`, 'app.attendee.dev'];
    for (const host of names) expect([host, await ask(host)]).toEqual([host, 200]);
  });

  test('are open to the name of --public-url, and to its pages', async () => {
    await using room = await startGreenroom({ publicUrl: 'https://mock.example/' });
    const lines = ['GET /api/v1/bots HTTP/1.1', 'Host: mock.example', 'Authorization: Token some-key-1234'];
    expect(statusOf(await raw(room, lines))).toBe(200);
    expect(statusOf(await raw(room, [...lines, 'Origin: https://mock.example']))).toBe(200);
    expect(statusOf(await raw(room, [...lines, 'Origin: http://mock.example']))).toBe(200);
    expect(statusOf(await raw(room, [...lines, 'Origin: http://other.example']))).toBe(403);
  });

  test('tell the person at the terminal of a page once, however often it calls and by whatever name', async () => {
    const sentences: string[] = [];
    const server = await listen({ port: 0, host: '127.0.0.1', warn: (text) => void sentences.push(text) });
    for (let i = 0; i < 90; i++)
      await fetch(`${server.url}/api/v1/bots`, { headers: { origin: `http://p${i % 30}.test` } });
    await server.stop();
    expect(sentences[0]).toContain('Failed to serve a web page of http://p0.test');
    expect(sentences).toHaveLength(20);
    expect(new Set(sentences).size).toBe(20);
  });

  test('are open to web pages that --cors names, preflights included, and to no others', async () => {
    const page = 'http://localhost:5173';
    await using room = await startGreenroom({ cors: [page] });
    const preflight = await fetch(`${room.url}/api/v1/bots`, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect([
      preflight.status,
      ...['origin', 'methods', 'headers'].map((name) => preflight.headers.get(`access-control-allow-${name}`)),
    ]).toEqual([204, page, 'POST', 'authorization,content-type']);
    const bot = await call('POST', `${room.url}/api/v1/bots`, botRequest(undefined), {
      origin: page,
      authorization: `Token ${room.attendee.api_key}`,
    });
    expect([bot.status, bot.headers.get('access-control-allow-origin')]).toEqual([201, page]);
    const other = await call('GET', `${room.url}/api/v1/bots`, undefined, { origin: 'http://localhost:5174' });
    expect([other.status, other.json.detail]).toEqual([403, expect.stringContaining('--cors http://localhost:5174')]);
    const nobody = await call('GET', `${room.url}/api/v1/bots`, undefined, { origin: 'null' });
    expect([nobody.status, nobody.json.detail]).toEqual([403, expect.stringContaining('Serve the page from a host')]);
    const ours = await call('GET', `${room.url}/_greenroom/health`, undefined, { origin: page });
    expect(ours.status).toBe(403);
    const load = (referer?: string) =>
      call('GET', `${room.url}/version/`, undefined, {
        'sec-fetch-site': 'same-site',
        'sec-fetch-mode': 'no-cors',
        ...(referer === undefined ? {} : { referer }),
      });
    expect((await load(`${page}/calls`)).status).toBe(200);
    for (const [referer, way] of [
      ['http://localhost:5174/', '--cors http://localhost:5174'],
      [undefined, 'a Referer'],
    ] as const) {
      const refused = await load(referer);
      expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining(way)]);
    }
  });

  test('know origins only: another text for --cors is refused with a sentence', async () => {
    for (const cors of ['*', 'localhost:5173', 'http://localhost:5173/app', 'file:///x'])
      await expect(startGreenroom({ cors: [cors] })).rejects.toMatchObject({ code: 'USAGE' });
    const server = await startProcess('--cors', 'http://localhost:5173', '--cors', 'http://localhost:4000/');
    const answer = await call('GET', `${server.url}/api/v1/bots`, undefined, { origin: 'http://localhost:4000' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:4000');
    await server.stop();
  });

  test('are open to whoever calls in this process', async () => {
    await using room = await createGreenroom();
    const headers = { origin: 'https://app.test', host: 'app.test', authorization: 'Token some-key-1234' };
    expect((await room.fetch('/api/v1/bots', { headers })).status).toBe(200);
  });
});

describe('The control plane', () => {
  test('tells schemes of origins apart, and takes the name of this machine in any case', async ({ room }) => {
    const { port } = new URL(room.url);
    const ask = async (...lines: string[]) => statusOf(await raw(room, ['GET /_greenroom/health HTTP/1.1', ...lines]));
    expect(await ask(`Host: 127.0.0.1:${port}`, `Origin: https://127.0.0.1:${port}`)).toBe(403);
    expect(await ask(`Host: 127.0.0.1:${port}`, `Origin: http://127.0.0.1:${port}`)).toBe(200);
    expect(await ask('Host: LOCALHOST')).toBe(200);
    expect(await ask('Host: localhost.evil.example')).toBe(403);
  });

  test('waits once for a clock that is held, and says that it is not at rest', async () => {
    const { timeline, waited } = await heldRead;
    expect(timeline).toEqual({ entries: [], more: false, dropped: 0, settled: false });
    expect(waited).toBeLessThan(9000);
  });
});
