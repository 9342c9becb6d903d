import http from 'node:http';
import { describe, expect } from 'vitest';
import { botRequest, test } from '../support/room.js';

const WORKSPACES = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 200), 1000);
const CLIENTS = 8;
const START = Date.parse('2026-01-01T09:00:00Z');

/** Every third loses its webhook, every third gets it twice. */
const EFFECTS = [{ drop: true }, { duplicate: 1 }, undefined];
const WEBHOOKS = [0, 2, 1];

/** A client with one connection of its own. */
class Client {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
  call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<any> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const all = { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const request = http.request(this.#url + path, { method, agent: this.#agent, headers: all }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        response.on('end', () => {
          if (response.statusCode! < 300) resolve(JSON.parse(answer));
          else reject(new Error(answer));
        });
      });
      request.on('error', reject).end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

describe(`${WORKSPACES} workspaces, used by eight clients at once`, () => {
  test("never see each other's bots, deliveries, faults or time", async ({ room, receiver }) => {
    const clients = Array.from({ length: CLIENTS }, () => new Client(room.url));
    const all = async (work: (client: Client, i: number) => Promise<void>): Promise<void> => {
      let next = 0;
      const share = async (client: Client): Promise<void> => {
        while (next < WORKSPACES) await work(client, next++);
      };
      await Promise.all(clients.map(share));
    };

    await all(async (client, i) => {
      const own = { 'greenroom-workspace': `w${i}` };
      const made = { id: `w${i}`, quiet: 0, scenario: 'manual' };
      const { attendee } = await client.call('POST', '/_greenroom/workspaces', made);
      const effect = EFFECTS[i % 3];
      if (effect) await client.call('POST', '/_greenroom/faults', { on: 'delivery', do: effect }, own);
      const bot = botRequest(undefined, `${receiver.url}/${i}`, { metadata: { n: String(i) } });
      await client.call('POST', '/api/v1/bots', bot, { authorization: `Token ${attendee.api_key}` });
      await client.call('POST', '/_greenroom/clock/advance', { by: `${i}s` }, own);
    });

    await all(async (client, i) => {
      const own = { 'greenroom-workspace': `w${i}` };
      const { clock, faults, outbox, slices } = await client.call('GET', '/_greenroom/snapshot', undefined, own);
      const effect = EFFECTS[i % 3];
      expect({
        bots: slices.attendee.bots.map(({ metadata }: { metadata: string }) => JSON.parse(metadata)),
        now: clock.now / 1000,
        faults: faults.rules.map(({ do: effect, struck }: { do: object; struck: number }) => [effect, struck]),
        webhooks: outbox.deliveries.map(({ url }: { url: string }) => url),
      }).toEqual({
        bots: [{ n: String(i) }],
        now: START + i * 1000,
        faults: effect ? [[effect, 1]] : [],
        webhooks: Array.from({ length: Math.max(WEBHOOKS[i % 3]!, 1) }, () => `${receiver.url}/${i}`),
      });
    });

    const arrived: string[][] = Array.from({ length: WORKSPACES }, () => []);
    for (const { path, body } of receiver.arrivals)
      arrived[Number(path.slice(1))]!.push(JSON.parse(body).bot_metadata.n);
    expect(arrived).toEqual(arrived.map((_, i) => Array.from({ length: WEBHOOKS[i % 3]! }, () => String(i))));
    expect((await room.timeline()).entries).toEqual([]);
    for (const client of clients) client.close();
  });
});
