import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeServer, type Server } from '../../src/server/server.js';
import { commands, Player, RECEIVERS, type Command } from '../support/commands.js';
import { MEET_URL } from '../support/room.js';

const RUNS = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 25), 1000);
/** Of the laws in which nobody calls at once. */
const FEWER = Math.min(RUNS, 100);
const lives = [commands(8), commands(8)] as const;

const makeRoom = (): Server => makeServer({ receivers: RECEIVERS, workspace: { quiet: 0 } });

/** A room whose app answers when it likes, and calls back before and after that. */
function roomOfBusyApp(): { readonly room: Server; readonly isIdle: () => Promise<void> } {
  const jobs: Promise<unknown>[] = [];
  const callBack = async (text: string, turns: number): Promise<void> => {
    for (let i = 0; i < turns; i++) await turn();
    const id = /"(?:bot_id|meeting_agent_id|agent_id)":"(\w+)"/.exec(text)?.[1] ?? 'bot_none';
    const player = new Player(room);
    player.bots = [id];
    await player.act({ call: 'onBot', bot: 0, method: 'GET', path: turns % 2 ? '' : '/transcript', body: null });
    if (turns % 5 === 0) await player.act({ call: 'onBot', bot: 0, method: 'POST', path: '/leave', body: null });
  };
  const app = async (request: Request): Promise<Response> => {
    const text = await request.text();
    const turns = text.length % 7;
    jobs.push(callBack(text, turns * 3));
    if (turns > 3) await callBack(text, 1);
    for (let i = 0; i < turns; i++) await turn();
    if (turns === 2) throw new Error('the app is broken');
    return new Response('thanks', { status: turns === 1 ? 503 : 200 });
  };
  const room = makeServer({ receivers: { 'https://app.test': app }, workspace: { quiet: 0 } });
  return {
    room,
    isIdle: async () => {
      for (let i = 0; i < jobs.length; i++) await jobs[i];
    },
  };
}

/** Goes back to the present, and compares. */
async function liveAgain(player: Player): Promise<void> {
  const lived = await player.everything();
  await player.control('POST', '/checkpoints', { name: 'here' });
  expect(await player.control('POST', '/clock/rewind', { checkpoint: 'here' })).toContain('"branch_1"');
  expect(await player.everything()).toBe(lived);
}

/** The present instant, in microseconds. */
const nowOf = (room: Server): number => room.workspaces.default.world.now();
const instant = (micros: number): string => new Date(micros / 1000).toISOString();
const advanceTo = (micros: number): Command => ({
  call: 'control',
  method: 'POST',
  path: '/clock/advance',
  body: { to: instant(micros) },
});

describe('A world that is lived again from its history', () => {
  test('is what it was, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(...lives, async (before, after) => {
        const room = makeRoom();
        const player = new Player(room);
        await player.play([...before, ...after]);
        await liveAgain(player);
        room.close();
      }),
      { numRuns: FEWER },
    );
  });

  test('is what it was where several clients and an app called at once, on any clock', async () => {
    const mode = fc.constantFrom('frozen', 'auto', 'live');
    await fc.assert(
      fc.asyncProperty(...lives, commands(8), mode, async (mine, yours, theirs, mode) => {
        const { room, isIdle } = roomOfBusyApp();
        const player = new Player(room);
        await player.control('PATCH', '/clock', { mode, speed: 36_000 });
        const crowd = [mine, yours, theirs].map(async (steps: readonly Command[]) => {
          const one = new Player(room);
          for (const step of steps) await one.act(step);
        });
        await Promise.all(crowd);
        await isIdle();
        await player.control('PATCH', '/clock', { mode: 'frozen' });
        await player.control('GET', '/clock?limit=0');
        await isIdle();
        await liveAgain(player);
        room.close();
      }),
      { numRuns: RUNS },
    );
  });

  test('is what it was where a webhook was sent early after a job had been cancelled', async () => {
    const room = makeRoom();
    const player = new Player(room);
    const agent = { call: 'agent', hook: 'https://app.test/ok', key: 'a' } as const;
    const early = { on: 'delivery', match: {}, times: 1, after: 0, do: { early: true } };
    await player.play([
      { call: 'event', wait: 0, hook: agent.hook },
      { ...agent, wait: null },
      { ...agent, wait: 12 },
      { call: 'control', method: 'POST', path: '/clock/advance', body: { by: '6m' } },
      { call: 'control', method: 'POST', path: '/faults', body: early },
      { call: 'bot', wait: null, hook: agent.hook, key: null, name: 'Notes', url: MEET_URL },
    ]);
    expect(await player.control('GET', '/timeline')).toContain('it is sent before the answer of the call');
    await liveAgain(player);
    room.close();
  });

  test('is what it was at any place, and goes on from there as if it had never gone back', async () => {
    await fc.assert(
      fc.asyncProperty(...lives, async (before, after) => {
        const room = makeRoom();
        const player = new Player(room);
        await player.play(before);
        await player.control('POST', '/checkpoints', { name: 'here' });
        const [there, { bots }] = [await player.everything(), player];
        await player.play(after);
        const lived = await player.everything();
        await player.control('POST', '/clock/rewind', { checkpoint: 'here' });
        expect(await player.everything()).toBe(there);
        player.bots = bots;
        await player.play(after);
        expect(await player.everything()).toBe(lived);
        room.close();
      }),
      { numRuns: FEWER },
    );
  });

  test('goes on from any instant as if it had never gone back to it', async () => {
    await fc.assert(
      fc.asyncProperty(...lives, fc.double({ min: 0, max: 1, noNaN: true }), async (before, after, part) => {
        const room = makeRoom();
        const player = new Player(room);
        const start = nowOf(room);
        const moments: { step: Command; began: number; ended: number; bots: readonly string[] }[] = [];
        // Of all steps, an advance alone takes time; one that goes over a job can be in no two parts.
        for (const step of [...before, ...after]) {
          if (step.call === 'control' && 'next' in step.body) continue;
          const [began, { bots }] = [nowOf(room), player];
          await player.play([step]);
          moments.push({ step, began, ended: nowOf(room), bots });
        }
        const lived = await player.everything();
        const to = start + Math.floor(((nowOf(room) - start) / 1000) * part) * 1000;
        await player.control('POST', '/clock/rewind', { to: instant(to) });
        for (const { step, began, ended, bots } of moments) {
          if (began <= to && ended <= to) continue;
          player.bots = bots;
          await player.play([began > to ? step : advanceTo(ended)]);
        }
        expect(await player.everything()).toBe(lived);
        room.close();
      }),
      { numRuns: FEWER },
    );
  });
});
