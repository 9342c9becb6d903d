import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { hostInstant } from '../clock/real-time.js';

/** What is written to a database or a queue is answered by then, or it was no question. */
const ANSWER_MS = 1000;

/** What goes back over a connection that was accepted. */
const isAnswer = (socket: Socket): boolean => Boolean((socket as { readonly _server?: unknown })._server);

/** Standard output and errors, which may be pipes. */
const isPrinted = (socket: Socket): boolean => [1, 2].includes((socket as { readonly fd?: number }).fd ?? -1);

type Write = (this: Socket, ...args: unknown[]) => unknown;

/** The connections that this process made, and has written to since it last read from them. */
export class Sockets {
  readonly #asked = new Map<Socket, number>();

  /** `isLeftOut` tells connections that do not count; `onWrite` hears whenever something is written to another, and is no answer, to those too. */
  constructor(isLeftOut: (socket: Socket) => boolean, onWrite: () => void) {
    const asked = this.#asked;
    const made = new WeakSet<Socket>();
    const proto = Socket.prototype as unknown as Record<'connect' | '_writeGeneric' | 'push', Write>;
    const { connect, _writeGeneric: write } = proto;
    proto.connect = function (...args) {
      made.add(this);
      return connect.apply(this, args);
    };
    proto._writeGeneric = function (...args) {
      if (!isAnswer(this) && !isPrinted(this)) onWrite();
      if (made.has(this) && !isLeftOut(this)) asked.set(this, hostInstant());
      return write.apply(this, args);
    };
    proto.push = function (...args) {
      asked.delete(this);
      return (Readable.prototype.push as unknown as Write).apply(this, args);
    };
  }

  /** A question that was asked since and has no answer, in words. */
  question(since: number): string | undefined {
    const now = hostInstant();
    for (const [socket, at] of this.#asked) {
      if (socket.destroyed || now - at > ANSWER_MS) this.#asked.delete(socket);
      else if (at >= since) return `an answer from port ${socket.remotePort ?? 0}`;
    }
    return undefined;
  }
}
