import { expect, test } from 'vitest';
import { testRoom, withRoom } from '../../src/testing.js';

const isServing = (url: string): Promise<boolean> =>
  fetch(`${url}/_greenroom/health`).then(
    ({ ok }) => ok,
    () => false,
  );

test('The server of the tests ends once none of them has used it for a while, and another begins with the next', async () => {
  const standing = await testRoom();
  const { url } = standing;
  await withRoom((room) => expect(room.url).toBe(url))();
  expect(await isServing(url)).toBe(true);
  await standing.close();
  await expect.poll(() => isServing(url), { timeout: 20_000, interval: 250 }).toBe(false);
  await withRoom(async (room) => expect(await isServing(room.url)).toBe(true))();
});
