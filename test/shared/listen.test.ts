import { describe, expect } from 'vitest';
import { connectGreenroom, createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';
import { SERVER_TOKEN, test } from '../support/service.js';
import { startWire } from '../support/wire.js';

const token = SERVER_TOKEN;

/** A bot that tells of its life there. */
const makeBot = async (room: Greenroom, url: string) =>
  (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, url))).json;
const outcomesOf = async (room: Greenroom) =>
  (await room.deliveries.list()).deliveries.map(({ status, attempts }) => [status, attempts.map((one) => one.outcome)]);

describe('The webhooks of a workspace of a service', () => {
  test('come to a receiver of this machine, as from a greenroom beside it', async ({ room, receiver }) => {
    await using local = await startGreenroom();
    const texts = [];
    for (const here of [room, local]) {
      receiver.answerWith(200, 500, 'drop', 200);
      await makeBot(here, receiver.url);
      await here.clock.advance({ by: '2h' });
      texts.push(await here.timeline({ as: 'text' }));
    }
    expect(texts[0]).toBe(texts[1]);
    const half = receiver.arrivals.length / 2;
    expect(receiver.arrivals.slice(0, half).map(({ body }) => body)).toEqual(
      receiver.arrivals.slice(half).map(({ body }) => body),
    );
  });

  test('go to functions and to --forward-to here, and are captured where they lead nowhere', async ({
    service,
    receiver,
  }) => {
    const server = await connectGreenroom(service.url, { token });
    const paths: string[] = [];
    const take = (request: Request): Response => {
      paths.push(new URL(request.url).pathname);
      return new Response(null, { status: 204 });
    };
    await using room = await server.workspace({ receivers: { 'https://app.test': take } });
    await makeBot(room, 'https://app.test/hooks');
    await makeBot(room, 'https://elsewhere.test/hooks');
    await room.clock.advance({ by: '1m' });
    expect(paths).toContain('/hooks');
    const captured = (await room.timeline({ kind: 'note' })).entries.map(({ text }) => text).join('\n');
    expect(captured).toContain('elsewhere.test is not on this machine');

    const forwarding = await room.listen({ forwardTo: receiver.url });
    await room.clock.advance({ by: '1h' });
    await forwarding.close();
    expect(receiver.arrivals.map(({ path }) => path)).toContain('/hooks');
  });

  test('are captured while nobody listens, with a sentence that says how', async ({ service, receiver }) => {
    const server = await connectGreenroom(service.url, { token });
    await using room = await server.workspace();
    const again = await connectGreenroom(service.url, { token, workspace: room.id });
    const other = await again.listen();
    await other.close();
    await makeBot(room, receiver.url);
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals).toEqual([]);
    expect(await room.timeline({ as: 'text' })).toContain(
      'no listener is connected (greenroom listen takes them to your machine)',
    );
  });

  test('come as often as the vendor sends them, however often the line is cut', async ({ service, receiver }) => {
    using wire = await startWire(service.port);
    const server = await connectGreenroom(wire.url, { token });
    await using room = await server.workspace();
    const direct = await connectGreenroom(service.url, { token, workspace: room.id });
    for (let i = 0; i < 4; i++) await makeBot(direct, receiver.url);
    let cuts = 0;
    // In the hands of the app, on the way to it, and on the way back.
    receiver.answerWith(
      ...Array.from({ length: 20 }, () => () => {
        cuts++;
        wire.cut();
        return cuts % 5 === 0 ? 503 : 200;
      }),
    );
    await direct.clock.advance({ by: '2h' });
    const outcomes = await outcomesOf(direct);
    const attempts = outcomes.flatMap(([, attempts]) => attempts);
    expect([cuts, receiver.arrivals.length]).toEqual([20, attempts.length]);
    expect(new Set(attempts)).toEqual(new Set(['answered']));
  });

  test('go to the last listener, and the one before is told', async ({ service, room, receiver }) => {
    const again = await connectGreenroom(service.url, { token, workspace: room.id });
    const first = await again.listen();
    const second = await again.listen();
    await expect(first.ended).rejects.toMatchObject({ code: 'CONFLICT' });
    await makeBot(room, receiver.url);
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals.length).toBeGreaterThan(0);
    expect(await room.timeline({ as: 'text' })).toContain('Another listener has connected');
    await second.close();
  });

  test('are the same when the world is lived again', async ({ room, receiver, service }) => {
    receiver.answerWith(500, 200);
    await makeBot(room, receiver.url);
    await room.clock.advance({ by: '10m' });
    const before = await room.timeline({ as: 'text' });
    await room.clock.advance({ by: '1h' });
    await room.clock.rewind({ to: '2026-01-01T09:10:00Z' });
    expect(await room.timeline({ as: 'text' })).toContain(before);
    const arrivals = receiver.arrivals.length;
    await room.clock.advance({ by: '1h' });
    expect(receiver.arrivals.length).toBeGreaterThan(arrivals);
    expect(service.url).toBe(room.url);
  });
});

test('A greenroom on this machine has no listeners, and says what it has instead', async () => {
  await using local = await startGreenroom();
  const far = await connectGreenroom(local.url);
  await expect(far.listen()).rejects.toThrow(
    /reaches them itself; --forward-to URL .*, and `greenroom env` prints the variables for a command/,
  );
  await using embedded = await createGreenroom();
  await expect(embedded.listen()).rejects.toThrow(/Only a service/);
});
