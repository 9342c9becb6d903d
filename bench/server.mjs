import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';

/** Starts a program that prints its ready line, and tells how long it took to the first answer. */
export async function start(...command) {
  const from = performance.now();
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const ready = JSON.parse(String(line));
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

function get(url) {
  return new Promise((resolve, reject) => {
    http.get(url, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}

/** Posts the same body so many times over so many connections; gives requests a second. */
export async function load({ url, key, body, requests, connections }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const headers = {
    authorization: `Token ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  let left = requests;
  const post = () =>
    new Promise((resolve, reject) => {
      const request = http.request(`${url}/api/v1/bots`, { method: 'POST', agent, headers }, (response) => {
        if (response.statusCode !== 201) reject(new Error(`answered ${response.statusCode}`));
        response.resume().on('end', resolve);
      });
      request.on('error', reject).end(body);
    });
  const worker = async () => {
    while (left-- > 0) await post();
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return (requests * 1000) / (performance.now() - from);
}
