import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** What Node answers a message that it cannot read, 400 apart. */
const ANSWERS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is wrong with a path of which Node tells nothing: servers of vendors take more than it does. */
const NO_URL =
  'The path or the query of this call has characters that a URL cannot hold as they are, such as those outside ASCII. Percent-encode them: encodeURIComponent(text) in JavaScript, urllib.parse.quote(text) in Python.\n';

interface Unreadable extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** The first bytes of TLS: a handshake, of version 3. */
const isTls = (bytes: Buffer | undefined): boolean => bytes?.[0] === 0x16 && bytes[1] === 3;

/**
 * Says once of each protocol that somebody speaks it here, where HTTP/1 is understood: what its client says is that
 * something is wrong with TLS or with the connection, and nothing of the URL that it was given.
 */
export function tellOtherProtocols(http: Server, url: string, warn: (text: string) => void): void {
  const told = new Set<string>();
  const tell = (spoken: string, advice: string): void => {
    if (told.has(spoken)) return;
    told.add(spoken);
    warn(`A client spoke ${spoken} to ${url}, which speaks HTTP/1.1 without TLS. ${advice}.`);
  };
  http.on('clientError', (error: Unreadable, socket: Socket & { readonly _httpMessage?: unknown }) => {
    if (isTls(error.rawPacket)) tell('TLS', 'Give it a base URL that begins with http://, not https://');
    else if (error.code === 'HPE_PAUSED_H2_UPGRADE') tell('HTTP/2', 'Have it speak HTTP/1.1');
    const status = ANSWERS[error.code ?? ''] ?? 400;
    // In the midst of an answer, another would be read as a part of it.
    if (socket.writable && !socket._httpMessage)
      socket.write(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${error.code === 'HPE_INVALID_URL' ? withBody(NO_URL) : '\r\n'}`,
      );
    socket.destroy(error);
  });
}

const withBody = (text: string): string =>
  `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
