import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give away ports from 32768 on by themselves: one of those may be another's before it is used. */
const PORTS = [20_000, 30_000] as const;
/** Whoever looks for a free port listens on it for a moment: those that are used much later are not among the others. */
const RESERVED = [30_000, 32_000] as const;

type Range = readonly [first: number, last: number];

/** Processes beside each other begin at different places. */
const begin = ([first, last]: Range): number => first + ((process.pid * 97) % (last - first));
const next = new Map<Range, number>();

/**
 * A port of loopback on which nobody listens, and which the system gives to nobody by itself. `reserved`: nobody looks at it
 * meanwhile, however long it is not used.
 */
export async function freePort({ reserved = false } = {}): Promise<number> {
  const range: Range = reserved ? RESERVED : PORTS;
  for (;;) {
    const port = next.get(range) ?? begin(range);
    next.set(range, port + 1 === range[1] ? range[0] : port + 1);
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
