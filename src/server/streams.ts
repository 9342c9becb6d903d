import { after } from '../clock/real-time.js';
import { ALREADY_SENT, ConnectionLost, type AppContext } from './http.js';

/** The way out of an answer that goes on. */
export interface Outlet {
  readonly write: (text: string) => void;
  /** True while more waits for the reader than is kept for one that does not read. */
  readonly isFull: () => boolean;
  readonly end: () => void;
  /** Ends the connection, and gives up what waits. */
  readonly cut: () => void;
}

/** Bytes that wait for the reader of an answer that goes on. */
const KEPT_FOR_READER = 4 * 1024 * 1024;

/** An answer that goes on: `open` is called once, and returns what to do when the client has gone. */
export interface StreamReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly open: (outlet: Outlet) => () => void;
  /** Another one that goes on ends when this begins. */
  readonly takesPlace?: boolean;
}

/** Real milliseconds for which the reader of an answer that goes on may leave unread what waits for it. */
export const UNREAD_MS = 2000;

/** Begins an answer that goes on until one side ends it. */
export function sendStream(c: AppContext, { status, headers, open }: StreamReply, date: string): Response {
  const { outgoing } = c.env ?? {};
  const head = c.req.method === 'HEAD';
  if (outgoing) {
    outgoing.writeHead(status, { ...headers, Date: date });
    // A client that has gone already would never be heard to go.
    if (head || outgoing.destroyed) outgoing.end();
    else {
      outgoing.flushHeaders();
      const close = open({
        write: (text) => void outgoing.write(text),
        isFull: () => outgoing.writableLength >= KEPT_FOR_READER,
        end: () => {
          outgoing.end();
          // Who does not read to the end keeps nothing here.
          outgoing.once(
            'close',
            after(UNREAD_MS, () => outgoing.destroy()),
          );
        },
        cut: () => void outgoing.destroy(),
      });
      outgoing.on('close', close);
    }
    return ALREADY_SENT;
  }
  let close = (): void => undefined;
  const encoder = new TextEncoder();
  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    close = open({
      write: (text) => controller.enqueue(encoder.encode(text)),
      isFull: () => controller.desiredSize! <= 0,
      end: () => {
        close();
        controller.close();
      },
      cut: () => {
        close();
        controller.error(new ConnectionLost('terminated', 'UND_ERR_SOCKET'));
      },
    });
  };
  const kept = new ByteLengthQueuingStrategy({ highWaterMark: KEPT_FOR_READER });
  const body = new ReadableStream({ start, cancel: () => close() }, kept);
  return new Response(head ? null : body, { status, headers: { ...headers, Date: date } });
}
