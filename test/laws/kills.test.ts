import fs from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeFolder, startOn, type Killable } from '../support/folder.js';
import { startReceiver } from '../support/receiver.js';
import { attendee, botRequest, call } from '../support/room.js';

/** After so many rounds a lane begins with an empty folder. */
const IN_A_FOLDER = 12;
/** `npm run kills` has 300. */
const ROUNDS = Number(process.env['GREENROOM_KILLS'] ?? (process.env['GREENROOM_RUNS'] === undefined ? 4 : 16));
const LANES = 2;
const WORLDS = 3;
const PACES = ['frozen', 'auto', 'live'] as const;
const SCENARIOS = ['manual', 'happy-path', 'lobby-denied'] as const;

/** What greenroom has acknowledged of one workspace. */
interface World {
  readonly id: string;
  readonly key: string;
  readonly bots: string[];
  now: string;
  /** The last one that was acknowledged, and the one that is asked for. */
  scenarios: string[];
}

/** Numbers that look random and are always the same. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Whoever calls a greenroom until it is killed, and remembers what was acknowledged. */
class Crowd {
  readonly #random: (limit: number) => number;
  readonly #hook: string;
  #worlds: World[] = [];
  #made = 0;
  /** Calls that are still to be answered before the end. */
  #left = 0;
  #isEnough = false;
  #enough: () => void = () => undefined;

  constructor(random: (limit: number) => number, hook: string) {
    this.#random = random;
    this.#hook = hook;
  }

  /** One round: from a start to the end by force. */
  async round(dir: string, inFlight: boolean): Promise<void> {
    const server = await startOn(dir, '--clock', 'frozen');
    await this.#check(server);
    await this.#turnOver(server);
    this.#isEnough = false;
    this.#left = 1 + this.#random(12);
    const enough = new Promise<void>((resolve) => (this.#enough = resolve));
    const callers = this.#worlds.flatMap((world) => [
      this.#call(server, world, true),
      this.#call(server, world, false),
    ]);
    await enough;
    if (!inFlight) await Promise.all(callers);
    for (let turns = this.#random(20); turns > 0; turns--) await turn();
    await server.kill();
    await Promise.all(callers);
    expect(server.told()).not.toMatch(/Error|at .*:\d+:\d+/);
  }

  /** All that was acknowledged is there. */
  async #check(server: Killable): Promise<void> {
    const list = (await call('GET', `${server.control}/workspaces`)).json.workspaces as { id: string }[];
    expect(list.map(({ id }) => id)).toEqual(['default', ...this.#worlds.map(({ id }) => id)]);
    for (const { id, key, bots, now, scenarios } of this.#worlds) {
      const found = (await call('GET', `${server.control}/workspaces/${id}`)).json;
      expect(Date.parse(found.clock.now)).toBeGreaterThanOrEqual(Date.parse(now));
      expect(scenarios).toContain(found.scenario);
      const snapshot = await call('GET', `${server.control}/snapshot`, undefined, { 'greenroom-workspace': id });
      const there = (snapshot.json.slices.attendee.bots as { id: string }[]).map((bot) => bot.id);
      expect(bots.filter((bot) => !there.includes(bot))).toEqual([]);
      expect((await attendee(clientOf(server, key), 'GET', '/api/v1/bots')).status).toBe(200);
    }
  }

  /** Has a workspace made, and the oldest of many given up. */
  async #turnOver(server: Killable): Promise<void> {
    if (this.#worlds.length === WORLDS && this.#random(4) > 0) return;
    const number = this.#made++;
    const options = { id: `World.${number}`, seed: number, clock: { mode: PACES[number % 3], speed: 3600 } };
    const made = await call('POST', `${server.control}/workspaces`, options);
    expect(made.status).toBe(201);
    const { id, attendee, clock, scenario } = made.json;
    this.#worlds.push({ id, key: attendee.api_key, bots: [], now: clock.now, scenarios: [scenario] });
    if (this.#worlds.length <= WORLDS) return;
    const oldest = this.#worlds.shift()!;
    expect((await call('DELETE', `${server.control}/workspaces/${oldest.id}`)).status).toBe(204);
  }

  /** Calls until it is enough, or the server is no more. */
  async #call(server: Killable, world: World, patches: boolean): Promise<void> {
    try {
      while (!this.#isEnough) {
        await this.#step(server, world, patches);
        if (--this.#left === 0) {
          this.#isEnough = true;
          this.#enough();
        }
      }
    } catch (error) {
      if (!(error instanceof TypeError && this.#isEnough)) throw error;
    }
  }

  async #step(server: Killable, world: World, patches: boolean): Promise<void> {
    const headers = { 'greenroom-workspace': world.id };
    const dice = this.#random(10);
    if (dice < 6) {
      const body = botRequest(undefined, `${this.#hook}/in`);
      const made = await attendee(clientOf(server, world.key), 'POST', '/api/v1/bots', body);
      expect(made.status).toBe(201);
      world.bots.push(made.json.id);
    } else if (dice < 8) {
      const moved = await call('POST', `${server.control}/clock/advance`, { by: '3m' }, headers);
      // Of two that advance at once, one is refused.
      if (moved.status === 200 && Date.parse(moved.json.to) > Date.parse(world.now)) world.now = moved.json.to;
    } else if (dice === 8 && patches) {
      const scenario = SCENARIOS[this.#random(SCENARIOS.length)]!;
      world.scenarios.push(scenario);
      expect((await call('PATCH', `${server.control}/workspaces/${world.id}`, { scenario })).status).toBe(200);
      world.scenarios = [scenario];
    } else {
      expect((await attendee(clientOf(server, world.key), 'GET', '/api/v1/bots')).status).toBe(200);
    }
  }
}

const clientOf = (server: Killable, api_key: string) => ({
  url: server.url,
  attendee: { ...server.attendee, api_key },
});

test(`A greenroom that is killed ${ROUNDS} times under load keeps all that it has acknowledged`, async () => {
  const receiver = await startReceiver();
  const lane = async (number: number): Promise<void> => {
    for (let first = number; first < ROUNDS; first += LANES * IN_A_FOLDER) {
      const dir = makeFolder();
      const crowd = new Crowd(randomOf(first), receiver.url);
      const last = Math.min(first + LANES * IN_A_FOLDER, ROUNDS);
      for (let round = first; round < last; round += LANES) await crowd.round(dir, round % 4 < 2);
      fs.rmSync(dir, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  await receiver.close();
}, 900_000);
