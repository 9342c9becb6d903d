// HTTP over a socket of one's own, without a library: what is measured is the server.
import { once } from 'node:events';
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

export async function open(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Takes the parts of one answer, and gives its status and its text, in latin1 and with the marks of chunks, when it is whole. */
export function reader() {
  let text = '';
  let [begin, end] = [-1, -1];
  return (bytes) => {
    text += bytes.latin1Slice();
    if (begin === -1) {
      const head = text.indexOf(HEAD_END);
      if (head === -1) return undefined;
      begin = head + HEAD_END.length;
      const length = LENGTH.exec(text.slice(0, head));
      end = length ? begin + Number(length[1]) : Number.POSITIVE_INFINITY;
    }
    const isWhole = text.length >= end || (end === Number.POSITIVE_INFINITY && text.endsWith(LAST_CHUNK));
    return isWhole ? { status: Number(text.slice(9, 12)), text: text.slice(begin) } : undefined;
  };
}
