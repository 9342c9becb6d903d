import { connect } from 'node:net';
import { describe, expect } from 'vitest';
import { createGreenroom, type Greenroom } from '../../src/index.js';
import { agentRequest, test } from '../support/room.js';

const AGENTS = 5;

/** Lines of the timeline that name a long URL: some megabytes for each agent. */
async function playMany(room: Greenroom): Promise<void> {
  const agent = agentRequest(`https://app.example.com/${'in/'.repeat(200_000)}`);
  const headers = { authorization: `Bearer ${room.cronofy.access_token}`, 'content-type': 'application/json' };
  for (let i = 0; i < AGENTS; i++) {
    const made = await room.fetch('/v1/meeting_agents', { method: 'POST', headers, body: JSON.stringify(agent) });
    expect(made.status).toBe(200);
  }
  await room.clock.advance({ by: '1d' });
}

/**
 * Opens the stream, reads nothing, and plays until the other side has ended the connection: how much the system keeps
 * for a socket depends on the machine, and on what else it does.
 */
async function cutOff(room: Greenroom): Promise<void> {
  const { port, hostname } = new URL(room.url);
  const socket = connect(Number(port), hostname);
  const ask = (path: string): unknown => socket.write(`GET /_greenroom/${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  socket.on('error', () => undefined);
  ask('stream');
  while (!socket.destroyed) {
    await playMany(room);
    // A socket that reads nothing learns of the end only when it writes.
    ask('health');
  }
}

const idsOf = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

/** Reads events until this one has come. */
async function readTo(last: number, response: Response): Promise<number[]> {
  const ids: number[] = [];
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    ids.push(...idsOf(lines.join('\n')));
    if (ids.at(-1) === last) break;
  }
  return ids;
}

/** The numbers of the lines that there are: to read them all would take longer than the rest of the test. */
async function kept(room: Greenroom): Promise<number[]> {
  const [first, last] = await Promise.all([room.timeline({ limit: 1 }), room.timeline({ limit: 1, before: 1e9 })]);
  const from = first.entries[0]!.seq;
  return Array.from({ length: last.entries[0]!.seq - from + 1 }, (_, i) => from + i);
}

const stream = (room: Greenroom, after: number): Promise<Response> =>
  room.fetch('/_greenroom/stream?after=0', { headers: { 'last-event-id': String(after) } });

describe('A reader of the stream', () => {
  test('that does not read is cut off, and gets the rest, however much it is, when it comes again', async ({
    room,
  }) => {
    await cutOff(room);
    // How much it takes depends on the machine: the oldest lines may be gone by then.
    const rest = await kept(room);
    const read = rest.splice(0, Math.ceil(rest.length / 2));
    expect(await readTo(rest.at(-1)!, await stream(room, read.at(-1)!))).toEqual(rest);
  });

  test('that does not read in this process is cut off too', async () => {
    await using room = await createGreenroom();
    const unread = await stream(room, 0);
    await playMany(room);
    await expect(unread.body!.getReader().closed).rejects.toThrow('terminated');
    const lines = await kept(room);
    expect(lines[0]).toBe(1);
    expect(await readTo(lines.at(-1)!, await stream(room, 0))).toEqual(lines);
  });
});
