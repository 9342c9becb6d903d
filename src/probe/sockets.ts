import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { hostInstant } from '../clock/real-time.js';

/** What is written to a database or a queue is answered by then, or it was no question. */
const ANSWER_MS = 1000;

/** What goes back over a connection that was accepted. */
const isAnswer = (socket: Socket): boolean => Boolean((socket as { readonly _server?: unknown })._server);

/** Standard output and errors, which may be pipes. */
const isPrinted = (socket: Socket): boolean => [1, 2].includes((socket as { readonly fd?: number }).fd ?? -1);

/** How a client of Redis waits for something to do: as long as nothing comes, it has none. */
const REDIS_WAIT = /^\*\d+\r\n\$\d+\r\n(B[LRZ]\w*(POP|MOVE|PUSH)\w*\r|XREAD(GROUP)?\r[^]*\nBLOCK\r)/i;
const LOOKED_AT = 200;

/** What is written is one piece, or several. */
type Piece = string | Uint8Array | { readonly chunk: string | Uint8Array };

/** True if it waits for something to do with the last of what is written. */
function isWait(written: unknown): boolean {
  const piece = (Array.isArray(written) ? written.at(-1) : written) as Piece | undefined;
  const chunk = typeof piece === 'object' && 'chunk' in piece ? piece.chunk : piece;
  if (chunk === undefined) return false;
  const start = chunk.slice(0, LOOKED_AT);
  return REDIS_WAIT.test(typeof start === 'string' ? start : Buffer.from(start).toString('latin1'));
}

type Write = (this: Socket, ...args: unknown[]) => unknown;

/** The connections that this process made, and has written to since it last read from them; also the pipes to its children that answer. */
export class Sockets {
  readonly #asked = new Map<Socket, number>();

  /** `isLeftOut` tells connections that do not count; `onWrite` hears whenever something is written to another, and is no answer, to those too. */
  constructor(isLeftOut: (socket: Socket) => boolean, onWrite: () => void) {
    const asked = this.#asked;
    const made = new WeakSet<Socket>();
    const inputs = inputsOfChildren();
    /** The input of the child that is being read: what is written to it meanwhile answers it. */
    let heard: Socket | undefined;
    const hearChild = (input: Socket, push: () => unknown): unknown => {
      made.add(input);
      asked.delete(input);
      heard = input;
      try {
        return push();
      } finally {
        heard = undefined;
      }
    };
    const proto = Socket.prototype as unknown as Record<'connect' | '_writeGeneric' | 'push', Write>;
    const { connect, _writeGeneric: write } = proto;
    proto.connect = function (...args) {
      made.add(this);
      return connect.apply(this, args);
    };
    proto._writeGeneric = function (...args) {
      if (!isAnswer(this) && !isPrinted(this)) onWrite();
      if (made.has(this) && this !== heard && !isLeftOut(this) && !isWait(args[1])) asked.set(this, hostInstant());
      return write.apply(this, args);
    };
    proto.push = function (...args) {
      asked.delete(this);
      const push = (): unknown => (Readable.prototype.push as unknown as Write).apply(this, args);
      const input = inputs.get(this);
      return input ? hearChild(input, push) : push();
    };
  }

  /** A question that was asked since and has no answer, in words. */
  question(since: number): string | undefined {
    const now = hostInstant();
    for (const [socket, at] of this.#asked) {
      if (socket.destroyed || now - at > ANSWER_MS) this.#asked.delete(socket);
      else if (at >= since)
        return socket.remotePort === undefined
          ? 'an answer of a child process'
          : `an answer from port ${socket.remotePort}`;
    }
    return undefined;
  }
}

/**
 * What a child is written to by, by what it answers over. One that has never answered may be a printer; and until it has, it is
 * one that has just started.
 */
function inputsOfChildren(): WeakMap<Socket, Socket> {
  const inputs = new WeakMap<Socket, Socket>();
  subscribe('child_process', (message) => {
    const { process: child } = message as { readonly process: ChildProcess };
    // It has its pipes once it has been spawned, in this turn.
    queueMicrotask(() => {
      const { stdin, stdout } = child;
      if (stdin instanceof Socket && stdout instanceof Socket) inputs.set(stdout, stdin);
    });
  });
  return inputs;
}
