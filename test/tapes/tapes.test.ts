import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { Player } from './player.js';
import { readTapes } from './tape.js';

describe('Greenroom answers as the real Attendee server was recorded', () => {
  let room: Greenroom;
  beforeAll(async () => {
    room = await startGreenroom({ strict: true });
  });
  afterAll(() => room.close());

  test.each(readTapes().map((tape) => [tape.id, tape.title, tape] as const))('%s: %s', async (_id, _title, tape) => {
    expect(await new Player(room.url, tape).play()).toEqual([]);
  });
});
