import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give away ports from 32768 on by themselves: one of those may be another's before it is used. */
const [FIRST, LAST] = [20_000, 30_000];
/** Processes beside each other begin at different places. */
let next = FIRST + ((process.pid * 97) % (LAST - FIRST));

/** A port of loopback on which nobody listens, and which the system gives to nobody by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next++;
    if (next === LAST) next = FIRST;
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
