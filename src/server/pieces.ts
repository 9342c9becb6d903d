import { jsonParts, type Part } from '../json-pieces.js';
import { ALREADY_SENT, respond, type AppContext } from './http.js';

/** An answer that may be too long for one text. */
export interface PiecesReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: Iterable<Buffer>;
}

const PIECE = 256 * 1024;

/**
 * Parts as bytes. What may change is put together here and now: a reader that pulled it from the world piece by piece would
 * leave time between two of them, in which jobs run and calls come, and half a world of one instant with half of another is
 * none. What lasts, which is most of a long answer, is read when its turn comes, so no more of it stands here than a piece.
 */
export function inPieces(parts: Iterable<Part>): Iterable<Buffer> {
  const ready: (Part | Buffer)[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      ready.push(text, part);
      text = '';
    }
    if (text.length < PIECE) continue;
    ready.push(Buffer.from(text));
    text = '';
  }
  return joined([...ready, text]);
}

function* joined(parts: readonly (Part | Buffer)[]): Generator<Buffer> {
  let piece = '';
  for (const part of parts) {
    if (Buffer.isBuffer(part)) {
      if (piece !== '') yield Buffer.from(piece);
      yield part;
      piece = '';
      continue;
    }
    for (const text of typeof part === 'string' ? [part] : part) {
      piece += text;
      if (piece.length < PIECE) continue;
      yield Buffer.from(piece);
      piece = '';
    }
  }
  if (piece !== '') yield Buffer.from(piece);
}

/** The answer with this value as JSON, however long it is. */
export const longJson = (value: unknown): PiecesReply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  pieces: inPieces(jsonParts(value)),
});

/**
 * Sends an answer no faster than its reader reads it. One that is longer than a piece does not say how long it is: before it
 * begins `enter` is called, which may throw, and what that returns when it has been read or its client has gone.
 */
export function sendPieces(
  c: AppContext,
  { status, headers, pieces }: PiecesReply,
  date: string,
  enter: () => () => void,
): Response {
  const { outgoing } = c.env ?? {};
  const source = pieces[Symbol.iterator]();
  const opening = [source.next(), source.next()].flatMap(({ done, value }) => (done ? [] : [value]));
  const isWhole = opening.length < 2;
  const all = { ...headers, Date: date, ...(isWhole ? { 'Content-Length': String(opening[0]?.length ?? 0) } : {}) };
  const isHead = c.req.method === 'HEAD';
  const hasGone = outgoing?.destroyed ?? false;
  const leave = isWhole || isHead || hasGone ? undefined : enter();
  const next = (): Buffer | undefined => (isHead ? undefined : (opening.shift() ?? source.next().value));
  if (!outgoing && isWhole) return respond(c, next(), { status, headers: all });
  if (!outgoing) return new Response(isHead ? null : pulled(next, leave), { status, headers: all });
  if (leave) outgoing.on('close', leave);
  outgoing.writeHead(status, all);
  // To a client that has gone, nothing more is sent: its connection never drains.
  const writeOn = (): void => {
    for (let piece = next(); piece; piece = next())
      if (!outgoing.write(piece)) return void outgoing.once('drain', () => orEnd(writeOn));
    outgoing.end();
  };
  // The status has gone out: that the answer is not whole can be told in no other way than by its end.
  const orEnd = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      outgoing.destroy(error as Error);
    }
  };
  orEnd(writeOn);
  return ALREADY_SENT;
}

const pulled = (next: () => Buffer | undefined, leave: () => void = () => undefined): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: (controller) => {
      const piece = next();
      if (piece) return controller.enqueue(piece);
      leave();
      controller.close();
    },
    cancel: leave,
  });
