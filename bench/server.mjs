import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';

/** Starts a program that prints its ready line, and tells how long it took to the first answer. */
export async function start(...command) {
  const from = performance.now();
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  // What it says while it runs would stand between the figures; what it says when it fails is shown.
  let said = '';
  child.stderr.on('data', (text) => (said = (said + text).slice(-2000)));
  const ready = await Promise.race([readyLine(child.stdout), once(child, 'exit').then(() => undefined)]);
  if (!ready) throw new Error(`${command[0]} ended before it was ready: ${said}`);
  await get(`${ready.url}/_greenroom/health`);
  const milliseconds = performance.now() - from;
  return {
    ...ready,
    pid: child.pid,
    milliseconds,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The line of JSON with its URL; some print greetings before. */
function readyLine(stdout) {
  let text = '';
  return new Promise((resolve) => {
    stdout.on('data', (part) => {
      text += part;
      const line = /^\{"url".*(?=\n)/m.exec(text)?.[0];
      if (line) resolve(JSON.parse(line));
    });
  });
}

function get(url) {
  return new Promise((resolve, reject) => {
    http.get(url, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}
