import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook in the hands of an app: what it got, and the status that it answers. */
export type App = (webhook: {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Only what was in the first packet. */
  readonly firstPiece: Buffer;
  readonly method: string;
}) => number;

/** What an app returns that never answers. */
export const SILENCE = 0;

/** Serves an app on a free port, with these headers and this body of its answers; whatever it throws is its 500. */
export async function serve(
  app: App,
  answer: Readonly<Record<string, string>> = {},
  said = '',
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const headers = request.headers as Record<string, string | undefined>;
      let status = 500;
      try {
        const [firstPiece = Buffer.alloc(0)] = pieces;
        status = app({ headers, body: Buffer.concat(pieces), firstPiece, method: request.method ?? '' });
      } catch {
        // As frameworks do.
      }
      if (status !== SILENCE) response.writeHead(status, answer).end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
