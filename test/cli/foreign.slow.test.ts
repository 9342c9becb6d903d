import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectGreenroom, startGreenroom } from '../../src/index.js';
import { runCommand } from '../support/server.js';

/** Web servers that are no greenroom, by what they answer to everything. */
const ANSWERS = {
  'a plain text': [200, 'text/plain; charset=utf-8', 'hello'],
  'nothing at all': [200, '', ''],
  'a page': [200, 'text/html', '<h1>hello</h1>'],
  'a refusal of its own': [404, 'application/json', '{"detail":"Not Found"}'],
} as const;

const COMMANDS = [
  'listen',
  'clock',
  'clock advance 1h',
  'timeline',
  'timeline --json',
  'timeline --follow',
  'coverage',
  'export har',
  'export run',
  'checkpoint x',
  'checkpoint --delete x',
  'changes --since x',
  'rewind --to 2026-01-01T09:30:00Z',
  'env',
];

/** Of those that read the answer as text, as JSON, and line by line. */
const FEW = ['timeline', 'clock', 'listen'];

describe.for(Object.entries(ANSWERS))('A web server that answers %s', ([, [status, type, body]]) => {
  const server = createServer((_, response) => {
    response.writeHead(status, type === '' ? {} : { 'content-type': type }).end(body);
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void server.close());

  test('is no greenroom, and commands say so', async () => {
    const lines = body === 'hello' ? COMMANDS : FEW;
    const commands = [...lines.map((line) => line.split(' ')), ['exec']].map(async (words) => {
      const run = words[0] === 'exec' ? ['--', process.execPath, '-e', ''] : [];
      const { code, stdout, stderr } = await runCommand([...words, '--url', url(), '--token', 'x', ...run]);
      expect([words, code, stdout]).toEqual([words, 2, '']);
      expect(stderr).toMatch(
        /^Failed to reach greenroom at http:\S+: expected what its control plane answers to \/_greenroom\/\S+, was an answer \d+ ".*"\. Something else listens there, or stands in between: give the URL that greenroom printed\.\n$/,
      );
      expect(stderr).toContain(`was an answer ${status} ${JSON.stringify(body)}.`);
    });
    await Promise.all(commands);
  });

  test('is nothing to connect to', async () => {
    await expect(connectGreenroom(url())).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('Something else listens there') as string,
    });
  });
});

test('A command takes the URL of the control plane for that of its server', async () => {
  await using room = await startGreenroom();
  for (const end of ['/_greenroom', '/_greenroom/', '/']) {
    const { code, stdout, stderr } = await runCommand(['clock', '--url', room.url + end]);
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining('2026-01-01T09:00:00Z')]);
    expect((await connectGreenroom(room.url + end)).url).toBe(room.url);
  }
});
