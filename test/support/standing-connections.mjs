// Connections that a request opens and that stay: a web socket of node:http, as the package ws makes one, one of Node's own
// WebSocket, and a tunnel of CONNECT. The server of them is another process, as a vendor's is.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(import.meta.url);
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = Buffer.from('sixteen bytes of').toString('base64');

const acceptOf = (key) =>
  createHash('sha1')
    .update(key + GUID)
    .digest('base64');

if (process.argv[1] === HERE) {
  const server = createServer();
  server.on('connect', (_, socket) => void socket.write('HTTP/1.1 200 Connection Established\r\n\r\n'));
  server.on('upgrade', ({ headers }, socket) => {
    const accept = acceptOf(headers['sec-websocket-key']);
    const head = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head}`);
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());
}

/** Starts the server, and gives a function that opens one of each. */
export async function standingConnections() {
  const child = spawn(process.execPath, [HERE], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = await once(child, 'message');
  const to = { host: '127.0.0.1', port };
  const upgrade = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': KEY,
    'sec-websocket-version': '13',
  };
  return async () => {
    await once(request({ ...to, headers: upgrade }).end(), 'upgrade');
    await once(request({ ...to, method: 'CONNECT', path: 'example.com:443' }).end(), 'connect');
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  };
}
