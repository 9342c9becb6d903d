import { once } from 'node:events';
import net from 'node:net';
import { expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';

/** Where the probes of a room are heard, and the secret that lets them in. */
async function doorOf(room: Greenroom): Promise<{ readonly secret: string; readonly path: string }> {
  const { GREENROOM_PROBE: place } = await room.clock.probes();
  const at = place.indexOf('@');
  return { secret: place.slice(0, at), path: place.slice(at + 1) };
}

/** What the door answers to these texts before it lets whoever says them go. */
async function answerTo(path: string, texts: readonly string[]): Promise<string> {
  const socket = net.connect(path).setEncoding('utf8');
  let heard = '';
  socket.on('data', (text: string) => (heard += text)).on('error', () => undefined);
  for (const text of texts) socket.write(text);
  await once(socket, 'end');
  socket.destroy();
  return heard;
}

const line = (message: object): string => `${JSON.stringify({ probe: 1, ...message })}\n`;

test('what no probe says is refused at the door, whoever says it, and time goes on', async () => {
  await using room = await startGreenroom();
  const { secret, path } = await doorOf(room);
  const hello = line({ hello: { secret, pid: 1, thread: 0 } });
  const strangers = [
    '\0\n',
    'x'.repeat(100_000),
    `${'['.repeat(60_000)}\n`,
    line({ hello: null }),
    line({ hello: { secret: '__proto__', pid: 1, thread: 0 } }),
    line({ hello: { secret, pid: -1, thread: 0 } }),
    line({ hello: { secret, pid: 1, thread: 0, runtime: '\u001B[2J' } }),
  ];
  const known = [
    { timers: 5, life: 'time' },
    { timers: [null], life: 'time' },
    { timers: [[1, 2]], life: 'time' },
    { timers: [], life: 'for ever' },
    { answered: null },
    { answered: { connections: [null], since: 0, rests: true } },
    { rest: 1 },
    { rest: 1, seen: 0, stirs: 0, started: 5 },
    { rest: 1, seen: -1, stirs: 0, started: [] },
    { rest: 1, seen: 0, stirs: 0, started: [], calls: [null] },
    { busy: 1, why: {} },
    { reading: 1, connections: 'all' },
    { put: null },
    { put: { id: 'a', queue: 'b' } },
    { taken: { id: 'a', queue: '\u001B[2J', at: 0 } },
    { emptied: { at: 0 } },
    { bye: 'bye' },
  ];
  const said = [...strangers, ...known.map((message) => hello + line(message) + line({ bye: true }))];
  for (const text of said)
    expect([text.slice(0, 200), await answerTo(path, [text])]).toEqual([
      text.slice(0, 200),
      expect.stringMatching(/\{"probe":1,"refused":"[^"]+"\}\n$/),
    ]);
  await room.clock.advance({ by: '1h' });
  expect(await room.clock.now()).toBe('2026-01-01T10:00:00Z');
});
