import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

/**
 * The vendor's clean-up ends bots by three rules, in this order, each strict: more than 600 s since the last heartbeat;
 * more than 108000 s from the first heartbeat to the last; no heartbeat at all, and more than an hour and less than
 * seven days since join_at, or since the creation of a bot without one. Nothing else plays a part.
 */

const RUNS = Math.ceil(Number(process.env['GREENROOM_RUNS'] ?? 200) / 10);
const START = Date.parse('2026-01-01T09:00:00Z') / 1000;
const timeOf = (second: number): string => new Date((START + second) * 1000).toISOString().replace('.000', '');

interface Life {
  readonly kind: 'bot' | 'session';
  /** In seconds from the creation. */
  readonly join: number | null;
  readonly beats: readonly number[];
}

interface Ended {
  readonly reason: string;
  readonly second: number;
}

/** What the clean-ups at these seconds make of a life. */
function endOf({ join, beats }: Life, runs: readonly number[]): Ended | undefined {
  for (const second of runs) {
    const so = beats.filter((beat) => beat <= second);
    const [first, last] = [Math.min(...so), Math.max(...so)];
    const age = second - (join ?? 0);
    if (so.length > 0 && second - last > 600) return { reason: 'heartbeat_timeout', second };
    if (so.length > 0 && last - first > 108_000) return { reason: 'global_runtime_timeout', second };
    if (so.length === 0 && age > 3600 && age < 604_800) return { reason: 'bot_not_launched', second };
  }
  return undefined;
}

const near = (...seconds: readonly number[]): fc.Arbitrary<number> =>
  fc
    .tuple(fc.constantFrom(...seconds), fc.integer({ min: -1, max: 1 }))
    .map(([second, off]) => Math.max(second + off, 0));

const life: fc.Arbitrary<Life> = fc.record({
  kind: fc.constantFrom('bot', 'session'),
  join: fc.option(fc.constantFrom(3600, 86_400), { freq: 1 }),
  beats: fc.array(near(0, 3000, 107_500, 108_000), { maxLength: 3 }),
});
const runs = fc
  .uniqueArray(near(600, 3600, 3600 + 3600, 86_400 + 3600, 108_100, 108_600, 604_800, 604_800 + 3600), {
    minLength: 1,
    maxLength: 3,
  })
  .map((seconds) => seconds.sort((a, b) => a - b));

async function make(room: Greenroom, { kind, join }: Life): Promise<string> {
  const zoom_rtms = { meeting_uuid: 'm', rtms_stream_id: 's', server_urls: 'u' };
  const { json } =
    kind === 'session'
      ? await attendee(room, 'POST', '/api/v1/app_sessions', { zoom_rtms })
      : await attendee(room, 'POST', '/api/v1/bots', botRequest(join === null ? undefined : timeOf(join)));
  return json.id as string;
}

test('random lives end in the clean-up for the reasons of the rules, and for no other', async () => {
  await using room = await startGreenroom({
    scenario: 'manual',
    attendee: { scheduler_poll: 'off', cleanup_poll: 'off' },
  });
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 3 }), runs, async (given, seconds) => {
      await room.reset();
      const lives = given.map((one) => (one.kind === 'session' ? { ...one, join: null } : one));
      const ids: string[] = [];
      for (const one of lives) ids.push(await make(room, one));
      const beats = lives.flatMap((one, i) => one.beats.map((second) => ({ second, bot: ids[i]! })));
      const moments = [...beats, ...seconds.map((second) => ({ second, bot: undefined }))];
      // A heartbeat of the same second comes before the clean-up.
      for (const { second, bot } of moments.sort((a, b) => a.second - b.second || Number(!a.bot) - Number(!b.bot))) {
        await room.clock.advance({ to: timeOf(second) });
        await room.backstage(bot === undefined ? { kind: 'cleanup_poll' } : { kind: 'heartbeat', bot });
      }
      for (const [i, one] of lives.entries()) {
        const { json } = await attendee(room, 'GET', `/api/v1/bots/${ids[i]}`);
        const { type, sub_type, created_at } = json.events.at(-1) ?? {};
        const end = endOf(one, seconds);
        if (end === undefined) expect(type).not.toBe('fatal_error');
        else expect([type, sub_type, created_at]).toEqual(['fatal_error', end.reason, timeOf(end.second)]);
      }
    }),
    { numRuns: RUNS },
  );
});
