// The one that calls: a process beside the servers, so that neither waits for the other.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** One request as it goes over the wire. */
export function requestText({ method, path, headers, body }) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const sent = {
    host: '127.0.0.1',
    'user-agent': 'python-requests/2.32.3',
    accept: '*/*',
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`;
}

export function startLoad() {
  const child = fork(new URL('load-process.mjs', import.meta.url));
  return {
    /** Names a list of requests, which bursts send by turns. */
    prepare: (name, port, requests) => void child.send({ load: { name, port, requests } }),
    /** Answered requests a second, over so many connections for so many milliseconds. */
    async burst(name, connections, milliseconds) {
      child.send({ burst: { name, connections, milliseconds } });
      const [{ rate, fault }] = await once(child, 'message');
      if (fault) throw new Error(fault);
      return rate;
    },
    stop: () => void child.kill(),
  };
}
