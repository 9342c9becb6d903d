import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { openListener } from '../../src/listen/listener.js';
import { serveOn } from '../support/serve-on.js';

const HELLO = { hello: { workspace: 'default', resumed: true } };

/** Listens to a service that greets, and then says something else. */
async function listenTo(
  say: (line: ServerResponse) => void,
  receive: () => Promise<Response> = async () => new Response(),
) {
  const told: string[] = [];
  const line = { told, opened: 0, reports: 0 };
  const service = await serveOn((request, response) => {
    if (request.method === 'POST') {
      line.reports++;
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }
    line.opened++;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(`${JSON.stringify(HELLO)}\n`);
    return say(response);
  });
  const listener = await openListener({
    url: service.url,
    token: undefined,
    workspace: 'default',
    fetch: (request) => fetch(request),
    receivers: { 'https://app.test': receive },
    warn: (text) => void told.push(text),
  });
  return {
    ...line,
    opened: () => line.opened,
    reports: () => line.reports,
    async [Symbol.asyncDispose]() {
      await listener.close();
      await service[Symbol.asyncDispose]();
    },
  };
}

test('A service that greets and then says what no service says is called ever more seldom, and told of once', async () => {
  const openedAt: number[] = [];
  await using line = await listenTo((response) => {
    openedAt.push(performance.now());
    response.end('<html>\n');
  });
  await expect.poll(line.opened, { timeout: 5000 }).toBe(5);
  expect(line.told).toEqual([expect.stringMatching(/^The line to http:\S+ is cut\..* was an answer 200 "<html>"\./)]);
  const pauses = openedAt.slice(1).map((at, i) => at - openedAt[i]!);
  expect(pauses[3]).toBeGreaterThan(300);
});

test('A service that sends more than the app answers is read no further until it does', async () => {
  const warnings: Error[] = [];
  process.on('warning', (warning) => warnings.push(warning));
  const MOST = 1000;
  const MORE = 600;
  let inHand = 0;
  let most = 0;
  let arrived = 0;
  let letGo!: () => void;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const message = (n: number) => ({ n, url: 'https://app.test/', method: 'POST', headers: {}, body: '{}' });
  await using line = await listenTo(
    (response) => {
      for (let n = 1; n <= MOST + MORE; n++) response.write(`${JSON.stringify(message(n))}\n`);
    },
    async () => {
      arrived++;
      most = Math.max(most, ++inHand);
      await released;
      inHand--;
      return new Response();
    },
  );
  await expect.poll(() => arrived).toBeGreaterThanOrEqual(MOST);
  await expect.poll(() => line.told).toEqual([expect.stringMatching(/^The app has 1000 webhooks in hand/)]);
  expect(most).toBe(MOST);
  letGo();
  await expect.poll(() => arrived).toBe(MOST + MORE);
  await expect.poll(line.reports).toBe(MOST + MORE);
  expect(warnings).toEqual([]);
});
