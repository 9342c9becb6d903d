// Sends requests over keep-alive sockets, one at a time on each, and tells how many a second were answered. It is a process of
// its own with sockets of its own: a client library would cost more than the servers that are compared.
import { open, reader } from './wire.mjs';

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

/** Sends the next request at each answer, until the time is over; gives how many answers came. */
function converse(socket, program, until) {
  return new Promise((resolve, reject) => {
    let count = 0;
    let read = reader();
    const send = () => socket.write(program.requests[program.next++ % program.requests.length]);
    socket.on('error', reject).on('close', () => reject(new Error(`${program.name} closed a connection`)));
    socket.on('data', (bytes) => {
      try {
        const answer = read(bytes);
        if (answer === undefined) return;
        if (answer.status >= 300) throw new Error(`answered ${answer.status} ${answer.text.slice(0, 1000)}`);
      } catch (error) {
        reject(new Error(`${program.name} ${error.message}`));
        return;
      }
      count++;
      read = reader();
      if (performance.now() < until) send();
      else resolve(count);
    });
    send();
  });
}
