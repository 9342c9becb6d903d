import { expect } from 'vitest';
import { call, control, test } from '../support/room.js';

test('The last ten thousand credentials that were good once let nobody in; older ones count as unknown', async ({
  room,
}) => {
  const { json: snapshot } = await control(room, 'GET', '/snapshot');
  const token = (i: number) => ({ access_token: `token_${i}`, refresh_token: `refresh_${i}`, expires: 0 });
  snapshot.slices.cronofy.accessTokens = Array.from({ length: 10_001 }, (_, i) => token(i));
  expect((await control(room, 'PUT', '/snapshot', snapshot)).status).toBe(204);
  await control(room, 'POST', '/reset');
  const statusFor = async (i: number) =>
    (await call('GET', `${room.url}/v1/userinfo`, undefined, { authorization: `Bearer token_${i}` })).status;
  expect([await statusFor(0), await statusFor(9999)]).toEqual([200, 401]);
});

test('A token leads to the oldest workspace whose world gave it out, through restore, reset, rewind and deletion', async ({
  room,
}) => {
  const { json: first } = await control(room, 'POST', '/workspaces', { id: 'first' });
  const { json: second } = await control(room, 'POST', '/workspaces', { id: 'second' });
  const accountOf = async ({ cronofy: { client_id, client_secret } }: typeof first) => {
    const made = { client_id, client_secret, application_calendar_id: 'a' };
    return (await call('POST', `${room.url}/v1/application_calendars`, made)).json;
  };
  const account = await accountOf(first);
  const status = async ({ access_token } = account) =>
    (await call('GET', `${room.url}/v1/userinfo`, undefined, { authorization: `Bearer ${access_token}` })).status;
  const callsOf = async (id: string) => (await control(room, 'GET', '/requests', undefined, id)).json.requests.length;
  const { text: snapshot } = await control(room, 'GET', '/snapshot', undefined, 'first');
  expect((await control(room, 'PUT', '/snapshot', snapshot, 'second')).status).toBe(204);
  expect([await status(), await callsOf('first'), await callsOf('second')]).toEqual([200, 2, 1]);
  await control(room, 'POST', '/reset', {}, 'first');
  expect([await status(), await callsOf('first'), await callsOf('second')]).toEqual([200, 0, 2]);
  expect((await control(room, 'PUT', '/snapshot', snapshot, 'first')).status).toBe(204);
  expect([await status(), await callsOf('first'), await callsOf('second')]).toEqual([200, 2, 2]);
  await control(room, 'DELETE', '/workspaces/first');
  expect([await status(), await callsOf('second')]).toEqual([200, 3]);
  await control(room, 'POST', '/reset', {}, 'second');
  expect([await status(), await callsOf('second')]).toEqual([401, 0]);
  const own = await accountOf(second);
  expect(await status(own)).toBe(200);
  const { branch } = (await control(room, 'POST', '/clock/rewind', { before: 'req_1' }, 'second')).json;
  expect(await status(own)).toBe(401);
  await control(room, 'POST', '/clock/rewind', { checkpoint: branch.name }, 'second');
  expect(await status(own)).toBe(200);
});
