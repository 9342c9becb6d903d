import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect } from 'vitest';
import { createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { listen } from '../../src/server/host/listen.js';
import type { Receiver } from '../support/receiver.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test } from '../support/room.js';
import { COMMAND, type Ready } from '../support/server.js';

const LATER = '2026-01-01T10:00:00Z';
const NEVER = { delivery_guard: 'off' as const, attendee: { retry_delays: ['0s', '0s'] } };

/** From now on the receiver never answers what is for `/old`. */
const fallSilent = (receiver: Receiver): void =>
  receiver.answerWith(
    ...Array.from(
      { length: 50 },
      () =>
        ({ path }: { path: string }) =>
          path === '/old' ? new Promise<number>(() => undefined) : 200,
    ),
  );

const pathsAt = ({ arrivals }: Receiver): string[] => arrivals.map(({ path }) => path);

/** Five bots that all tell the receiver of themselves at one instant, and an advance over it that waits for the first answer. */
async function startAdvance(room: Pick<Greenroom, 'url' | 'attendee'>, receiver: Receiver, workspace?: string) {
  fallSilent(receiver);
  for (let i = 0; i < 5; i++) await attendee(room, 'POST', '/api/v1/bots', botRequest(LATER, `${receiver.url}/old`));
  const advance = control(room, 'POST', '/clock/advance', { by: '3h' }, workspace);
  await expect.poll(() => pathsAt(receiver)).toEqual(['/old']);
  return { advance };
}

/** The next test of a suite: a bot whose webhooks go to the same receiver. */
async function playOn(room: Greenroom, receiver: Receiver): Promise<void> {
  await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T12:30:00Z', `${receiver.url}/new`));
  await room.clock.advance({ by: '6h' });
}

describe('A world that has ended', () => {
  test('begins no delivery after a reset, and its advance is answered 409', async ({ receiver }) => {
    await using room = await startGreenroom(NEVER);
    const { advance } = await startAdvance(room, receiver);
    expect((await control(room, 'POST', '/reset')).status).toBe(204);
    const { status, json } = await advance;
    expect([status, json.code]).toEqual([409, 'CONFLICT']);
    await playOn(room, receiver);
    expect(pathsAt(receiver).filter((path) => path === '/old')).toHaveLength(1);
    expect(pathsAt(receiver)).toContain('/new');
  });

  test('begins no delivery after its workspace is deleted, and its advance is answered 409', async ({ receiver }) => {
    await using room = await startGreenroom();
    const short = await room.workspace(NEVER);
    const { advance } = await startAdvance(short, receiver, short.id);
    expect((await control(room, 'DELETE', `/workspaces/${short.id}`)).status).toBe(204);
    const { status, json } = await advance;
    expect([status, json.code]).toEqual([409, 'CONFLICT']);
    await playOn(room, receiver);
    expect(pathsAt(receiver).filter((path) => path === '/old')).toHaveLength(1);
  });

  test.for(['live', 'auto'] as const)(
    'begins no delivery after a snapshot has taken its place, on a clock that is %s',
    async (mode, { receiver }) => {
      await using room = await startGreenroom({ ...NEVER, clock: { mode } });
      const snapshot = await room.snapshot();
      fallSilent(receiver);
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `${receiver.url}/old`));
      await expect.poll(() => pathsAt(receiver).length).toBeGreaterThan(0);
      await room.restore(snapshot);
      const before = pathsAt(receiver).length;
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `${receiver.url}/new`));
      await expect.poll(() => pathsAt(receiver)).toContain('/new');
      expect(pathsAt(receiver).slice(before)).not.toContain('/old');
    },
  );

  test('sends no copy, nothing early and no second attempt', async ({ receiver }) => {
    await using room = await startGreenroom(NEVER);
    await control(room, 'POST', '/faults', { on: 'delivery', do: { duplicate: 20 } });
    await control(room, 'POST', '/faults', { on: 'delivery', do: { early: true } });
    fallSilent(receiver);
    const creation = attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `${receiver.url}/old`));
    await expect.poll(() => pathsAt(receiver)).toEqual(['/old']);
    await control(room, 'POST', '/reset');
    expect((await creation).status).toBe(201);
    await playOn(room, receiver);
    expect(pathsAt(receiver).filter((path) => path === '/old')).toHaveLength(1);
  });

  test('fetches no image', async ({ receiver }) => {
    await using room = await startGreenroom(NEVER);
    fallSilent(receiver);
    const withImage = agentRequest(`${receiver.url}/old`, { image_url: `${receiver.url}/image` });
    await cronofy(room, 'POST', '/v1/meeting_agents', withImage);
    const advance = control(room, 'POST', '/clock/advance', { by: '1h' });
    await expect.poll(() => pathsAt(receiver)).toContain('/old');
    const before = pathsAt(receiver);
    await control(room, 'POST', '/reset');
    expect((await advance).status).toBe(409);
    await playOn(room, receiver);
    expect(pathsAt(receiver).slice(before.length)).not.toContain('/image');
  });

  test('lets go of whoever waits for it to come to rest', async () => {
    await using room = await startGreenroom();
    await attendee(room, 'POST', '/api/v1/bots', botRequest(LATER, 'http://127.0.0.1:9/'));
    await control(room, 'POST', '/clock/hold', { reason: 'a debugger' });
    const [read, advance] = [control(room, 'GET', '/timeline'), control(room, 'POST', '/clock/advance', { by: '1h' })];
    await control(room, 'POST', '/clock/hold', { reason: 'after both' });
    await control(room, 'POST', '/reset');
    expect([(await read).status, (await advance).status]).toEqual([200, 409]);
    expect((await control(room, 'GET', '/clock')).json.settled).toBe(true);
  });

  test('lets go of a receiver in this process too', async () => {
    const started: string[] = [];
    const receivers = {
      'https://app.test': (request: Request) => {
        started.push(request.url);
        return new Promise<Response>(() => undefined);
      },
    };
    const room = await createGreenroom({ ...NEVER, receivers });
    const path = '/api/v1/bots';
    const body = JSON.stringify(botRequest(LATER, 'https://app.test/in'));
    const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' };
    for (let i = 0; i < 2; i++) await room.fetch(path, { method: 'POST', headers, body });
    const advance = room.clock.advance({ by: '3h' });
    await expect.poll(() => started).toHaveLength(1);
    await room.close();
    await expect(advance).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(started).toHaveLength(1);
  });
});

describe('An advance without a guard', () => {
  test('says which receiver it waits for, and a reset ends it at once', async ({ receiver }) => {
    const sentences: string[] = [];
    const server = await listen({
      port: 0,
      host: '127.0.0.1',
      warn: (text) => void sentences.push(text),
      workspace: { delivery_guard: 'off' },
    });
    const room = { url: server.url, ...server.workspaces.default.describe(server.url) } as unknown as Ready;
    const { advance } = await startAdvance(room, receiver);
    await expect.poll(() => sentences, { timeout: 5000 }).toHaveLength(1);
    expect(sentences[0]).toMatch(
      new RegExp(
        `^The advance waits for the receiver at ${receiver.url}/old, which has not answered bot\\.state_change`,
      ),
    );
    await control(room, 'POST', '/reset');
    expect((await advance).status).toBe(409);
    await server.stop();
  });
});

/** The command in a process of its own, with the line that it printed. */
async function start(...flags: string[]) {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--json', '--clock', 'frozen', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, room: JSON.parse(String(line)) as Ready };
}

/** Opens a connection, sends this much of a request, and waits until it has been heard. */
async function sendPart({ url, port }: Ready, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.write(text, resolve));
  await fetch(`${url}/_greenroom/health`);
}

/**
 * An advance that waits for a silent receiver, webhooks that are due behind that one, an open stream, half a body, and a read
 * that waits for a held clock.
 */
async function keepBusy(room: Ready, receiver: Receiver): Promise<void> {
  const { json } = await call('POST', `${room.url}/_greenroom/workspaces`, { delivery_guard: 'off' });
  const { advance } = await startAdvance({ url: room.url, ...json }, receiver, json.id);
  advance.catch(() => undefined);
  const due = botRequest(undefined, `${receiver.url}/old`);
  for (let i = 0; i < 3; i++) await attendee({ url: room.url, ...json }, 'POST', '/api/v1/bots', due);
  await fetch(`${room.url}/_greenroom/stream`);
  await sendPart(room, 'POST /api/v1/bots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"half');
  await call('POST', `${room.url}/_greenroom/clock/hold`, { reason: 'a debugger' });
  await sendPart(room, 'GET /_greenroom/timeline HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
}

describe('A process', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'ends within a second at %s, whatever its receivers and its clients do',
    async (signal, { receiver }) => {
      let fastest = Number.POSITIVE_INFINITY;
      // The fastest of some, as other work of the machine may slow down any.
      for (let round = 0; round < 10 && fastest > 1000; round++) {
        receiver.arrivals.length = 0;
        const { child, room } = await start();
        await keepBusy(room, receiver);
        const before = performance.now();
        child.kill(signal);
        const far = setTimeout(() => child.kill('SIGKILL'), 10_000);
        expect(await once(child, 'exit')).toEqual([0, null]);
        clearTimeout(far);
        fastest = Math.min(fastest, performance.now() - before);
        expect(pathsAt(receiver)).toEqual(['/old']);
      }
      expect(fastest).toBeLessThan(1000);
    },
  );

  test('that something keeps is ended at once by the second Ctrl-C', async () => {
    const config = join(mkdtempSync(join(tmpdir(), 'greenroom-')), 'greenroom.config.mjs');
    writeFileSync(config, 'setInterval(() => undefined, 1000); export default {};');
    let end: unknown;
    // It would end by itself after half a second, which a busy machine may take for the second signal.
    for (let round = 0; round < 10 && !isDeepStrictEqual(end, [null, 'SIGINT']); round++) {
      const { child, room } = await start('--config', config);
      const stream = await fetch(`${room.url}/_greenroom/stream`);
      child.kill('SIGINT');
      await stream.text().catch(() => undefined);
      child.kill('SIGINT');
      end = await once(child, 'exit');
    }
    expect(end).toEqual([null, 'SIGINT']);
  });
});
