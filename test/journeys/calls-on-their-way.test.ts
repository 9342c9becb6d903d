import { once } from 'node:events';
import net from 'node:net';
import { expect, test } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { job, joinRoom } from '../support/spoken-process.js';

test('time waits for a call that has left the app and has not come yet, as on a crowded machine', async () => {
  await using room = await startGreenroom();
  const { port, host } = new URL(room.url);
  const socket = net.connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const calls: string[] = [];
  const app = await joinRoom(room, 1, { calls });
  const asked = app.isAsked();
  app.say({ put: job('a') });
  await asked;
  const moved = room.clock.advance({ by: '1h' });
  calls.push(`${socket.localPort}-${port}`);
  app.say({ taken: job('a') });
  // It is asked again, for it says of a call what greenroom does not know.
  await app.isAsked();
  await app.isAsked();
  const body = JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' });
  socket.write(
    `POST /api/v1/bots HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Token ${room.attendee.api_key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, 'data');
  calls.pop();
  await moved;
  const [made] = (await room.timeline({ kind: 'request' })).entries;
  expect(made).toMatchObject({ at: '2026-01-01T09:00:00Z', summary: 'POST /api/v1/bots → 201' });
  socket.destroy();
  app.leave();
});
