import net, { type AddressInfo, type Socket } from 'node:net';

/**
 * A wire to a port of this machine, that can be cut: those at its ends see their connections closed. `cutAfter` says after how
 * many further bytes, either way, it is cut by itself, and nothing if it is not.
 */
export async function startWire(port: number, cutAfter: () => number | undefined = () => undefined) {
  const sockets = new Set<Socket>();
  let left: number | undefined;
  const pass = ({ length }: Buffer): void => {
    left ??= cutAfter();
    if (left === undefined || (left -= length) > 0) return;
    left = undefined;
    cut();
  };
  const server = net.createServer((client) => {
    const other = net.connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, other],
      [other, client],
    ] as const) {
      sockets.add(from);
      from
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        })
        .on('error', () => undefined)
        .on('data', pass)
        .pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    [Symbol.dispose]() {
      cut();
      server.close();
    },
  };
}
