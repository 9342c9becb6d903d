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
