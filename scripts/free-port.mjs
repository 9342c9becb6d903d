import { once } from 'node:events';
import { createServer } from 'node:net';

/** Scripts that run beside each other begin at different places. */
let next = 20_000 + ((process.pid * 97) % 10_000);

/** A port on which nobody listens. Systems give away ports from 32768 on by themselves: one of those may be another's soon. */
export async function freePort() {
  for (;;) {
    const port = next++;
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    return port;
  }
}
