import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import * as cronofy from './cronofy.js';

/** A dead app is back after so many turns of the event loop, in far less than a process takes to start. */
const TURNS = 1000;

/** Serves an app that dies of some messages: nobody listens then, until it has been started again. */
export async function serveAnew(
  dies: (body: string) => boolean,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const status = cronofy.right({
      headers: request.headers as Record<string, string | undefined>,
      body,
      firstPiece: body,
      method: request.method ?? '',
    });
    if (!dies(body.toString())) {
      response.writeHead(status).end();
      return;
    }
    const { port } = server.address() as AddressInfo;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    for (let i = 0; i < TURNS; i++) await turn();
    server.listen(port, '127.0.0.1');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
