import { expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

const subscribe = (room: Greenroom, url: string) =>
  attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-02T09:00:00Z', url));

const refusal = (url: string) => ({ webhooks: [`'${url}' does not match '^https://.*'`] });

test('an http webhook of a bot may be on this machine, on an opened host and in this process, with one note', async () => {
  await using room = await startGreenroom({
    allowHosts: ['app'],
    receivers: { 'http://inside.test': () => new Response() },
  });
  for (const url of ['http://app:3000/hooks', 'http://127.0.0.1:9/hooks', 'http://inside.test/hooks'])
    expect([url, (await subscribe(room, url)).status]).toEqual([url, 201]);
  const notes = (await room.timeline({ as: 'text' })).match(/production refuses webhook URLs with http:/g);
  expect(notes).toHaveLength(1);
});

test('an http webhook of a bot is refused on any other host, whether webhooks are forwarded or not', async () => {
  for (const forwarding of [{}, { forwardTo: 'http://127.0.0.1:9/' }]) {
    await using room = await startGreenroom({ allowHosts: ['app'], ...forwarding });
    for (const url of [
      'http://other:3000/hooks',
      'http://my.app/hooks',
      'http://app.example',
      'ftp://app/hooks',
      'app',
    ])
      expect((await subscribe(room, url)).json).toEqual(refusal(url));
  }
});

test('an http webhook of a bot is refused in a strict workspace, as production refuses it', async () => {
  await using room = await startGreenroom({ allowHosts: ['app'], strict: true });
  for (const url of ['http://app:3000/hooks', 'http://127.0.0.1:9/hooks'])
    expect((await subscribe(room, url)).json).toEqual(refusal(url));
});
