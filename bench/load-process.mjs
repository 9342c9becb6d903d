// Sends requests over keep-alive sockets, one at a time on each, and tells how many a second were answered. It is a process of
// its own with sockets of its own: a client library would cost more than the servers that are compared.
import { once } from 'node:events';
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

const programs = new Map();

process.on('message', async ({ load, burst }) => {
  if (load) programs.set(load.name, { ...load, requests: load.requests.map((text) => Buffer.from(text)), next: 0 });
  else process.send(await run(programs.get(burst.name), burst));
});

async function run(program, { connections, milliseconds }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(program.port)));
  const from = performance.now();
  const until = from + milliseconds;
  try {
    const counts = await Promise.all(sockets.map((socket) => converse(socket, program, until)));
    return { rate: (counts.reduce((sum, count) => sum + count) * 1000) / (performance.now() - from) };
  } catch (error) {
    return { fault: error.message };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function open(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Sends the next request at each answer, until the time is over; gives how many answers came. */
function converse(socket, program, until) {
  return new Promise((resolve, reject) => {
    let count = 0;
    let isWhole = reader();
    const send = () => socket.write(program.requests[program.next++ % program.requests.length]);
    socket.on('error', reject).on('close', () => reject(new Error(`${program.name} closed a connection`)));
    socket.on('data', (bytes) => {
      try {
        if (!isWhole(bytes)) return;
      } catch (error) {
        reject(new Error(`${program.name} ${error.message}`));
        return;
      }
      count++;
      isWhole = reader();
      if (performance.now() < until) send();
      else resolve(count);
    });
    send();
  });
}

/** Takes the parts of one answer, and says when it is whole. */
function reader() {
  let text = '';
  let end = -1;
  return (bytes) => {
    text += bytes.latin1Slice();
    if (end === -1) {
      const head = text.indexOf(HEAD_END);
      if (head === -1) return false;
      if (text[9] !== '2') throw new Error(`answered ${text.slice(0, 1000)}`);
      const length = LENGTH.exec(text.slice(0, head));
      end = length ? head + HEAD_END.length + Number(length[1]) : Number.POSITIVE_INFINITY;
    }
    return text.length >= end || (end === Number.POSITIVE_INFINITY && text.endsWith(LAST_CHUNK));
  };
}
