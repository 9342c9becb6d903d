import { maxHeaderSize, STATUS_CODES, type Server } from 'node:http';
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

const TOO_LONG = `The path and the headers of this call are longer than ${maxHeaderSize} bytes in all, and nothing of it was read.\n`;

const TEXTS: Readonly<Record<string, string>> = { HPE_INVALID_URL: NO_URL, HPE_HEADER_OVERFLOW: TOO_LONG };

interface Unreadable extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** The first bytes of TLS: a handshake, of version 3. */
const isTls = (bytes: Buffer | undefined): boolean => bytes?.[0] === 0x16 && bytes[1] === 3;

/**
 * Says once of each protocol that somebody speaks it here, where HTTP/1 is understood, and of each tunnel: what its client says is that
 * something is wrong with TLS or with the connection, and nothing of the URL that it was given.
 */
export function tellOtherProtocols(http: Server, url: string, warn: (text: string) => void): void {
  const told = new Set<string>();
  const tell = (spoken: string, advice: string, is = 'speaks HTTP/1.1 without TLS'): void => {
    if (told.has(advice)) return;
    told.add(advice);
    warn(`A client spoke ${spoken} to ${url}, which ${is}. ${advice}.`);
  };
  // Else Node closes the connection without a word. Clients show the line of the status, and no body.
  http.on('connect', ({ url: target }, socket) => {
    tell(
      `of a tunnel to ${target}`,
      'Take it out of HTTPS_PROXY and the settings of the client, and give that its URL as the base URL',
      'is no proxy',
    );
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 501 greenroom is no proxy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
      socket.destroy(),
    );
  });
  http.on('clientError', (error: Unreadable, socket: Socket & { readonly _httpMessage?: unknown }) => {
    if (isTls(error.rawPacket)) tell('TLS', 'Give it a base URL that begins with http://, not https://');
    else if (error.code === 'HPE_PAUSED_H2_UPGRADE') tell('HTTP/2', 'Have it speak HTTP/1.1');
    const status = ANSWERS[error.code ?? ''] ?? 400;
    // In the midst of an answer, another would be read as a part of it.
    if (socket.writable && !socket._httpMessage)
      socket.write(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${withBody(TEXTS[error.code ?? ''])}`,
      );
    socket.destroy(error);
  });
}

/** The rest of an answer, whose head goes on with this. */
const withBody = (text = ''): string =>
  text === ''
    ? '\r\n'
    : `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
