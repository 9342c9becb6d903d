import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { serveOn } from '../support/serve-on.js';
import { COMMAND } from '../support/server.js';

test('greenroom listen ends soon after Ctrl-C, though the service answers none of its reports', async () => {
  await using service = await serveOn((request, response) => {
    if (request.method === 'POST') return;
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write('{"hello":{"workspace":"default","resumed":false}}\n');
  });
  const child = spawn(process.execPath, [COMMAND, 'listen', '--url', service.url, '--token', 'token'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(text)).toContain('Ctrl-C ends it.');
  const asked = Date.now();
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect([code, Date.now() - asked < 10_000]).toEqual([0, true]);
}, 30_000);
