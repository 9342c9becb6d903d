import { hash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest, control, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { verifyAttendee } from '../../src/webhooks.js';

const MIB = 2 ** 20;
const BOTS = '/api/v1/bots';

describe('What a workspace remembers', () => {
  test('takes no more bytes than it may, lets the oldest go, and says how many', async () => {
    await using room = await startGreenroom({ memory: MIB });
    const padding = 'x'.repeat(50_000);
    for (let i = 0; i < 60; i++) await attendee(room, 'POST', BOTS, { bot_name: `${i}`, padding });
    const { text, json } = await control(room, 'GET', '/requests');
    expect(text.length).toBeLessThan(1.2 * MIB);
    expect(json.more).toBe(false);
    expect(json.dropped).toBeGreaterThan(30);
    expect(json.requests).toHaveLength(60 - json.dropped);
    expect(json.requests.at(-1).request.body).toContain('"bot_name":"59"');
    expect((await control(room, 'GET', '/timeline')).json.dropped).toBeGreaterThan(0);
    expect((await control(room, 'PUT', '/snapshot', (await control(room, 'GET', '/snapshot')).json)).status).toBe(204);
    expect((await control(room, 'GET', '/requests')).text).toBe(text);
  });

  test('keeps webhooks that wait, whatever it has to let go', async () => {
    await using room = await startGreenroom({ memory: MIB, scenario: 'manual' });
    await control(room, 'POST', '/faults', { on: 'delivery', do: { delay: '1h' } });
    await attendee(room, 'POST', BOTS, botRequest(undefined, 'https://elsewhere.example.com/'));
    const padding = 'x'.repeat(50_000);
    for (let i = 0; i < 60; i++) await attendee(room, 'POST', BOTS, { padding });
    await control(room, 'POST', '/clock/advance', { by: '2h' });
    const { deliveries } = (await control(room, 'GET', '/deliveries')).json;
    expect(deliveries[0]).toMatchObject({ id: 'dlv_1', status: 'captured' });
  });

  test('holds the start of a long body, with its length and its hash', async ({ room }) => {
    const body = JSON.stringify({ client_secret: 'MARKED', padding: 'é'.repeat(100_000) });
    await attendee(room, 'POST', BOTS, body);
    const [{ request }] = (await control(room, 'GET', '/requests')).json.requests;
    expect(request.cut).toEqual({ length: Buffer.byteLength(body), sha256: hash('sha256', body) });
    expect(request.body).toHaveLength(64 * 1024);
    expect(request.body).not.toContain('MARKED');
  });
});

describe('A history with branches', () => {
  const LIMIT = MIB / 4;
  const PADDED = 50_000;

  /** Makes calls that change nothing, and goes back to before them. */
  const goAstray = async (room: Greenroom, count = 1): Promise<string> => {
    for (let i = 0; i < count; i++) await attendee(room, 'POST', BOTS, { padding: 'x'.repeat(PADDED) });
    return (await room.clock.rewind({ checkpoint: 'start' })).branch.name;
  };

  test('lets the oldest of them go where all have more bytes than it may', async () => {
    await using room = await startGreenroom({ memory: MIB });
    await room.checkpoint('start');
    const branches = [];
    for (let i = 0; i < 10; i++) branches.push(await goAstray(room));
    const { checkpoints } = await room.checkpoints.list();
    const kept = checkpoints.map(({ name }) => name).filter((name) => name !== 'start');
    expect(kept).toEqual(branches.slice(-kept.length));
    expect((kept.length + 1) * PADDED).toBeLessThanOrEqual(LIMIT);
    expect(kept.length).toBeGreaterThan(2);
    await room.clock.rewind({ checkpoint: kept[0]! });
    expect((await room.checkpoints.list()).checkpoints).toHaveLength(checkpoints.length + 1);
  });

  test('is let go where those that have names are too much for it', async () => {
    await using room = await startGreenroom({ memory: MIB });
    await room.checkpoint('start');
    const lost = async (): Promise<void> => {
      for (let i = 0; i < 10; i++) {
        await attendee(room, 'POST', BOTS, { padding: 'x'.repeat(PADDED) });
        await room.checkpoint(`named ${i}`);
        await goAstray(room, 0);
      }
    };
    await expect(lost()).rejects.toThrow('Failed to make the checkpoint: the history of this world was let go');
    expect((await room.checkpoints.list()).checkpoints).toEqual([]);
  });

  test('may have a thousand marks, and keeps them when it refuses the next', async () => {
    await using room = await createGreenroom();
    for (let i = 0; i < 1000; i++) await room.checkpoint(`${i}`);
    await expect(room.checkpoint('one more')).rejects.toThrow('there are 1000, and may be no more. DELETE');
    await room.checkpoints.remove('7');
    await room.checkpoint('one more');
    expect((await room.checkpoints.list()).checkpoints).toHaveLength(1000);
  });
});

describe('Holds of the clock', () => {
  test('are a thousand at the most, with a reason that can be read', async () => {
    await using room = await createGreenroom();
    await expect(room.clock.hold({ reason: 'x'.repeat(1001) })).rejects.toThrow('at /reason');
    const holds = [];
    for (let i = 0; i < 1000; i++) holds.push(await room.clock.hold());
    await expect(room.clock.hold()).rejects.toThrow('1000 hold it already. DELETE');
    await holds[0]!.release();
    await room.clock.hold();
  });
});

describe('A long webhook', () => {
  test('is sent whole and signed, and kept cut, which its reader is told', async ({ room, receiver }) => {
    const bot = botRequest(undefined, undefined, {
      webhooks: [{ url: `${receiver.url}/hooks`, triggers: ['chat_messages.update'] }],
    });
    const { id } = (await attendee(room, 'POST', BOTS, bot)).json;
    await room.clock.until({ subject: id, state: 'joined_recording' });
    receiver.arrivals.length = 0;
    const text = 'é'.repeat(100_000);
    const participant = { uuid: 'p1', name: 'Ada', user_uuid: null, is_host: false };
    const said = { kind: 'chat_message', bot: id, participant, source: 'ad_hoc', text, timestamp: 1 };
    expect((await control(room, 'POST', '/backstage', said)).status).toBe(200);
    await room.clock.until('idle');
    const { body, headers } = receiver.arrivals.find((arrival) => arrival.body.includes('Ada'))!;
    expect(JSON.parse(body).data.text).toBe(text);
    expect(
      verifyAttendee({ body, signature: headers['x-webhook-signature'], secret: room.attendee.webhook_secret }).ok,
    ).toBe(true);
    const { deliveries } = await room.deliveries.list();
    const delivery = deliveries.find(({ attempts }) => attempts[0]?.request.cut);
    expect(delivery!.attempts[0]!.request.cut).toEqual({
      length: Buffer.byteLength(body),
      sha256: hash('sha256', body),
    });
    expect(() => delivery!.body).toThrow(
      `Failed to read the body of ${delivery!.id}: greenroom keeps the first 64 kB of a body, and this one has ${Buffer.byteLength(body)} bytes.`,
    );
  });
});

/** What can be much longer than anything that came in. */
const LONG = ['/snapshot', '/requests', '/deliveries', '/recording', '/timeline.html', '/run'];

describe('A long answer', () => {
  test('is made while it is read, and is of the instant at which it was asked for', async () => {
    await using room = await createGreenroom({ memory: 16 * MIB });
    const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' };
    const ask = async (count: number, body: object) => {
      for (let i = 0; i < count; i++) await room.fetch(BOTS, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    await ask(30, { padding: 'x'.repeat(50_000) });
    await ask(5, botRequest(undefined, 'https://elsewhere.example.com/'));
    await room.clock.advance({ by: '1s' });
    const wholes = await Promise.all(LONG.map(async (path) => (await room.fetch(`/_greenroom${path}`)).text()));
    expect(wholes.map(({ length }) => length > MIB)).toEqual(LONG.map((path) => path !== '/deliveries'));
    const readers = [];
    for (const [i, path] of LONG.entries()) {
      const before = process.memoryUsage().arrayBuffers;
      const reader = (await room.fetch(`/_greenroom${path}`)).body!.getReader();
      const first = (await reader.read()).value!;
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB);
      readers.push({ path, reader, parts: [first], whole: wholes[i] });
    }
    await ask(30, { padding: 'y'.repeat(50_000) });
    await room.reset();
    for (const { path, reader, parts, whole } of readers) {
      for (let read = await reader.read(); !read.done; read = await reader.read()) parts.push(read.value);
      expect([path, Buffer.concat(parts).toString() === whole]).toEqual([path, true]);
    }
  });
});

describe('A list', () => {
  test('is whole without a limit, and read in pages from both ends with one', async ({ room }) => {
    await attendee(room, 'GET', BOTS);
    const { requests, journal, ...snapshot } = (await control(room, 'GET', '/snapshot')).json;
    const [one] = requests.requests;
    const many = Array.from({ length: 10_050 }, (_, i) => ({ ...one, seq: i + 1 }));
    const copy = {
      ...snapshot,
      requests: { count: many.length, requests: many },
      journal: { ...journal, nextSeq: many.length + 1 },
    };
    expect((await control(room, 'PUT', '/snapshot', copy)).status).toBe(204);
    const whole = await room.requests.list();
    expect([whole.requests.length, whole.more, whole.dropped]).toEqual([10_050, false, 0]);
    const seqs = async (window: object) => {
      const { requests, more } = await room.requests.list({ limit: 2, ...window });
      return [...requests.map(({ seq }) => seq), more];
    };
    const all = whole.requests.map(({ seq }) => seq);
    expect(await seqs({})).toEqual([...all.slice(0, 2), true]);
    expect(await seqs({ after: all[1] })).toEqual([...all.slice(2, 4), true]);
    expect(await seqs({ after: all.at(-3) })).toEqual([...all.slice(-2), false]);
    expect(await seqs({ before: all.at(-1)! + 1 })).toEqual([...all.slice(-2), true]);
    expect(await seqs({ before: all[2] })).toEqual([...all.slice(0, 2), false]);
  });

  test.for(['traffic', 'coverage'])('that is not whole is refused by %s', async (what, { room }) => {
    await attendee(room, 'GET', BOTS);
    await attendee(room, 'GET', BOTS);
    const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
    const run = async (name: string, journal: object) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(journal));
      return runHere(what === 'traffic' ? ['check', 'traffic', file] : ['coverage', file]);
    };
    const { json: whole } = await control(room, 'GET', '/requests');
    expect((await run('whole', whole)).code).toBe(0);
    expect(await run('dropped', { ...whole, dropped: 7 })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the oldest 7'),
    });
    const page = await run('page', (await control(room, 'GET', '/requests?limit=1')).json);
    expect([page.code, page.stderr]).toEqual([2, expect.stringContaining('without a limit')]);
  });
});

test('what is told once is told of so many things that a caller cannot fill the memory with them', async ({ room }) => {
  const send = (type: string) =>
    room.fetch('/v1/meeting_agents', {
      method: 'POST',
      headers: { authorization: `Bearer ${room.cronofy.client_secret}`, 'content-type': type },
      body: '{',
    });
  for (let i = 0; i < 300; i++) expect((await send(`text/x-${i}`)).status).toBe(422);
  const { entries } = await room.timeline({ kind: 'note', limit: 1000 });
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.length).toBeLessThan(300);
});
