import { describe, expect } from 'vitest';
import { createGreenroom, startGreenroom } from '../../src/index.js';
import { attendee, botRequest, call, control, test } from '../support/room.js';

interface StreamedEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: {
    readonly seq: number;
    readonly kind: string;
    readonly subject: string | null;
    readonly status?: number;
  };
}

/** Reads events from an answer as they come. */
function eventsOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (isWhole: (block: string) => boolean): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (isWhole(block)) return block;
        continue;
      }
      const { value, done } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  };
  return {
    comment: () => next((block) => block.startsWith(':')),
    async event(): Promise<StreamedEvent | undefined> {
      const block = await next((one) => !one.startsWith(':'));
      if (block === undefined) return undefined;
      const fields = Object.fromEntries(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      ) as Record<string, string>;
      return { ...fields, data: JSON.parse(fields['data']!) };
    },
    async take(count: number): Promise<StreamedEvent[]> {
      const events: StreamedEvent[] = [];
      while (events.length < count) events.push((await this.event())!);
      return events;
    },
    cancel: () => reader.cancel(),
  };
}

const open = async (room: { readonly url: string }, query = '', headers: Record<string, string> = {}) =>
  eventsOf(await fetch(`${room.url}/_greenroom/stream${query}`, { headers }));

describe('The stream', () => {
  test('is given as the lines of the timeline to people who ask for text', async ({ room }) => {
    const answer = await fetch(`${room.url}/_greenroom/stream?after=0`, { headers: { accept: 'text/plain' } });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    await room.clock.advance({ by: '1h' });
    const lines = await (await fetch(`${room.url}/_greenroom/timeline`, { headers: { accept: 'text/plain' } })).text();
    let text = '';
    for await (const part of answer.body!) if ((text += Buffer.from(part).toString()).length >= lines.length) break;
    expect(text).toBe(lines);
  });

  test('tells each entry once it is complete, as the timeline has it', async ({ room, receiver }) => {
    const stream = await open(room);
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await room.clock.advance({ by: '1h' });
    const { entries } = (await control(room, 'GET', '/timeline')).json as { entries: { seq: number }[] };
    const events = await stream.take(entries.length);
    expect(events.map(({ data }) => data)).toEqual(entries);
    expect(events.map(({ id }) => Number(id))).toEqual(entries.map(({ seq }) => seq));
    await stream.cancel();
  });

  test('begins with what is new, or after a number, or after the last event that the client had', async ({ room }) => {
    for (let i = 0; i < 3; i++) await attendee(room, 'GET', '/api/v1/bots');
    const [late, whole, resumed] = [
      await open(room),
      await open(room, '?after=0'),
      await open(room, '?after=0', { 'last-event-id': '2' }),
    ];
    await attendee(room, 'GET', '/api/v1/calendars');
    expect((await whole.take(4)).map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    expect((await resumed.take(2)).map(({ id }) => id)).toEqual(['3', '4']);
    expect((await late.take(1)).map(({ id }) => id)).toEqual(['4']);
    for (const stream of [late, whole, resumed]) await stream.cancel();
  });

  test('keeps to a kind, a subject and a workspace', async ({ room }) => {
    const other = await room.workspace({ id: 'other' });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    const [kind, subject, elsewhere] = [
      await open(room, '?after=0&kind=transition'),
      await open(room, `?after=0&subject=${bot.id}`),
      await open(room, '?after=0&workspace=other'),
    ];
    await attendee(room, 'GET', '/api/v1/bots');
    await call('GET', `${room.url}/api/v1/calendars`, undefined, { authorization: `Token ${other.attendee.api_key}` });
    await room.clock.advance({ by: '1h' });
    expect((await kind.take(3)).map(({ data }) => data.kind)).toEqual(['transition', 'transition', 'transition']);
    expect((await subject.take(5)).every(({ data }) => data.subject === bot.id)).toBe(true);
    expect((await elsewhere.take(1))[0]!.data).toMatchObject({ path: '/api/v1/calendars' });
    for (const stream of [kind, subject, elsewhere]) await stream.cancel();
  });

  test('is no work in hand, keeps itself alive, and survives a reset', async ({ room }) => {
    const stream = await open(room, '?keep_alive=5');
    expect((await room.clock.advance({ by: '1h' })).to).toBe('2026-01-01T10:00:00Z');
    await stream.comment();
    expect(await stream.comment()).toBe(': keep-alive');
    await control(room, 'POST', '/reset');
    expect(await stream.event()).toMatchObject({ event: 'renewed' });
    await attendee(room, 'GET', '/api/v1/bots');
    expect(await stream.event()).toMatchObject({ id: '1', data: { status: 200 } });
    await stream.cancel();
  });

  test('begins anew for a client whose lines are of another world, though numbers and ids are equal', async ({
    room,
  }) => {
    const worldOf = async (at: { readonly url: string }): Promise<string> =>
      (await fetch(`${at.url}/_greenroom/stream`, { method: 'HEAD' })).headers.get('greenroom-world')!;
    const first = await worldOf(room);
    await attendee(room, 'GET', '/api/v1/bots');
    const same = await open(room, `?after=0&world=${first}`);
    expect(await same.event()).toMatchObject({ id: '1' });
    await same.cancel();

    await using next = await startGreenroom();
    expect(await worldOf(next)).not.toBe(first);
    for (let i = 0; i < 2; i++) await attendee(next, 'GET', '/api/v1/bots');
    const [named, beyond] = [
      await open(next, `?after=1&world=${first}`),
      await open(next, '', { 'last-event-id': '3' }),
    ];
    await attendee(next, 'GET', '/api/v1/calendars');
    for (const stream of [named, beyond]) {
      expect(await stream.event()).toMatchObject({ event: 'renewed' });
      expect(await stream.event()).toMatchObject({ id: '3' });
      await stream.cancel();
    }
  });

  test('ends with the server, over a socket and in process, and with its workspace', async () => {
    const room = await startGreenroom();
    await control(room, 'POST', '/workspaces', { id: 'short' });
    const [socket, short] = [await open(room), await open(room, '?workspace=short')];
    await control(room, 'DELETE', '/workspaces/short');
    expect(await short.event()).toBeUndefined();
    await room.close();
    expect(await socket.event().catch(() => undefined)).toBeUndefined();

    const inside = await createGreenroom();
    const stream = eventsOf(await inside.fetch(new Request('http://greenroom.localhost/_greenroom/stream')));
    const authorization = `Token ${inside.attendee.api_key}`;
    await inside.fetch(new Request('http://greenroom.localhost/api/v1/bots', { headers: { authorization } }));
    expect((await stream.event())!.data).toMatchObject({ kind: 'request', status: 200 });
    await inside.close();
    expect(await stream.event()).toBeUndefined();
  });

  test('is kept from web pages of other origins', async ({ room }) => {
    const response = await fetch(`${room.url}/_greenroom/stream`, { headers: { origin: 'https://elsewhere.example' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    const head = await fetch(`${room.url}/_greenroom/stream`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  });
});
