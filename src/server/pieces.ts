import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { jsonPieces } from '../json-pieces.js';
import type { AppContext } from './http.js';

/** An answer that may be too long for one text. */
export interface PiecesReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly Buffer[];
}

const PIECE = 256 * 1024;

/**
 * The texts as bytes, put together here and now. A reader that pulled them from the world one by one would leave time between two
 * of them: jobs run then, calls come and old lines go, and half a snapshot of one instant with half of another is none.
 */
export function inPieces(texts: string | Iterable<string>): Buffer[] {
  if (typeof texts === 'string') return [Buffer.from(texts)];
  const pieces: Buffer[] = [];
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    pieces.push(Buffer.from(piece));
    piece = '';
  }
  pieces.push(Buffer.from(piece));
  return pieces;
}

/** The answer with this value as JSON, however long it is. */
export const longJson = (value: unknown): PiecesReply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  pieces: inPieces(jsonPieces(value)),
});

/** Sends an answer no faster than its reader reads it. */
export function sendPieces(c: AppContext, { status, headers, pieces }: PiecesReply, date: string): Response {
  const { outgoing } = c.env ?? {};
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const all = { ...headers, Date: date, 'Content-Length': String(length) };
  const isHead = c.req.method === 'HEAD';
  if (!outgoing)
    return new Response(isHead ? null : new Blob(pieces as Buffer<ArrayBuffer>[]).stream(), { status, headers: all });
  outgoing.writeHead(status, all);
  let sent = isHead ? pieces.length : 0;
  // To a client that has gone, nothing more is sent: its connection never drains.
  const writeOn = (): void => {
    while (sent < pieces.length) if (!outgoing.write(pieces[sent++])) return void outgoing.once('drain', writeOn);
    outgoing.end();
  };
  writeOn();
  return RESPONSE_ALREADY_SENT;
}
