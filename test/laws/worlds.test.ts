import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeServer, type Server } from '../../src/server/server.js';
import { commands, Player, RECEIVERS, type Command } from '../support/commands.js';

const RUNS = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 25), 200);
const law = (property: fc.IAsyncProperty<[Command[], Command[]]>, numRuns = RUNS) => fc.assert(property, { numRuns });
const lives = [commands(8), commands(8)] as const;

/** A room whose receivers answer at once and are never waited for afterwards. */
const makeRoom = (): Server => makeServer({ receivers: RECEIVERS, workspace: { quiet: 0 } });

describe('A world', () => {
  test('goes on from its snapshot as it went on, byte for byte', async () => {
    await law(
      fc.asyncProperty(...lives, async (before, after) => {
        const room = makeRoom();
        const player = new Player(room);
        await player.play(before);
        const snapshot: unknown = JSON.parse(await player.control('GET', '/snapshot'));
        const { bots } = player;
        await player.play(after);
        const original = await player.everything();
        expect(await player.control('PUT', '/snapshot', snapshot)).toBe('');
        player.bots = bots;
        await player.play(after);
        expect(await player.everything()).toBe(original);
        room.close();
      }),
    );
  });

  test('that is reset is as one that was never used', async () => {
    await law(
      fc.asyncProperty(...lives, async (before, after) => {
        const used = makeRoom();
        const player = new Player(used);
        await player.play(before);
        await player.control('POST', '/reset');
        player.bots = [];
        await player.play(after);
        const fresh = makeRoom();
        const first = new Player(fresh);
        await first.play(after);
        expect(await player.everything()).toBe(await first.everything());
        used.close();
        fresh.close();
      }),
    );
  });

  test('tells of a call that is long over what it told when it was new, byte for byte', async () => {
    const read: Command = { call: 'onBot', bot: 0, method: 'GET', path: '', body: null };
    await law(
      fc.asyncProperty(lives[0], lives[1], async (before, after) => {
        const room = makeRoom();
        const player = new Player(room);
        await player.play([...before, ...after]);
        const seq = room.workspaces.default.world.journal.lastSeq + 1;
        const told = async (): Promise<string[]> => [
          await player.control('GET', `/timeline?before=${seq}`),
          await player.control('GET', `/requests?before=${seq}`),
        ];
        const atFirst = await told();
        await player.play(Array.from({ length: 130 }, () => read));
        expect(await told()).toEqual(atFirst);
        room.close();
      }),
      // It takes as many calls as several runs of the others.
      Math.ceil(RUNS / 3),
    );
  });

  test('does not depend on what happens in others', async () => {
    await law(
      fc.asyncProperty(...lives, async (theirs, ours) => {
        const shared = makeRoom();
        shared.workspaces.create({ id: 'other', quiet: 0 });
        const player = new Player(shared);
        await Promise.all([player.play(ours), new Player(shared, 'other').play(theirs)]);
        const alone = makeRoom();
        const single = new Player(alone);
        await single.play(ours);
        expect(await player.everything()).toBe(await single.everything());
        shared.close();
        alone.close();
      }),
    );
  });
});
