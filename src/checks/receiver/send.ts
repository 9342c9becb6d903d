import http from 'node:http';
import https from 'node:https';
import { after } from '../../clock/real-time.js';
import { isLoopback, lookupLoopback } from '../../loopback.js';

/** A request as it goes to the receiver. */
export interface ProbeRequest {
  readonly method?: 'POST' | 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Sent in this number of pieces, with a short wait between them. */
  readonly pieces?: number;
  /** The connection breaks after the first half of the body. */
  readonly breaks?: boolean;
}

/** What came back. */
export type Reaction =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly location?: string | undefined;
      /** The beginning of what a refusal says. */
      readonly body?: string;
    }
  | { readonly kind: 'dropped' | 'unreachable' | 'broken'; readonly error: string }
  | { readonly kind: 'silent'; readonly milliseconds: number };

const NOBODY = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const BETWEEN_PIECES_MS = 20;
/** What a refusal says is read so far, and waited for so long once its status is there. */
const BODY_MAX = 100_000;
const BODY_WAIT_MS = 100;

/** Sends one request on a connection of its own and waits for the answer, at most so long. */
export function sendProbe(
  url: URL,
  { method = 'POST', headers, body, pieces, breaks }: ProbeRequest,
  timeoutMs: number,
): Promise<Reaction> {
  return new Promise((resolve) => {
    const client = url.protocol === 'https:' ? https : http;
    const request = client.request(url, {
      method,
      agent: false,
      ...(isLoopback(url.hostname) ? { lookup: lookupLoopback } : {}),
      headers: method === 'POST' ? { ...headers, 'Content-Length': String(body.length) } : headers,
    });
    const finish = (reaction: Reaction): void => {
      cancel();
      resolve(reaction);
      request.destroy();
    };
    const cancel = after(timeoutMs, () => finish({ kind: 'silent', milliseconds: timeoutMs }));
    request.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      const answer = { kind: 'answered', status, location: headers.location } as const;
      cancel();
      readRefusal(response, status, (body) => finish(body === '' ? answer : { ...answer, body }));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const { code = error.message } = error;
      finish({ kind: NOBODY.includes(code) ? 'unreachable' : 'dropped', error: code });
    });
    if (method !== 'POST') request.end();
    else if (breaks === true) {
      request.write(body.subarray(0, Math.ceil(body.length / 2)), () =>
        after(BETWEEN_PIECES_MS, () => finish({ kind: 'broken', error: 'the check broke the connection' })),
      );
    } else if (pieces === undefined) request.end(body);
    else writePieces(request, body, Math.ceil(body.length / pieces));
  });
}

/** Hands over what a refusal says, as far as it comes; nothing of other answers. */
function readRefusal(response: http.IncomingMessage, status: number, take: (body: string) => void): void {
  let body = '';
  const finish = (): void => {
    cancel();
    take(body);
  };
  const cancel = after(BODY_WAIT_MS, finish);
  response.setEncoding('utf8').on('close', finish).on('error', finish);
  response.on('data', (text: string) => {
    body += text;
    if (body.length >= BODY_MAX) finish();
  });
  if (status < 400) finish();
}

function writePieces(request: http.ClientRequest, body: Buffer, size: number): void {
  if (body.length <= size) {
    request.end(body);
    return;
  }
  request.write(body.subarray(0, size));
  after(BETWEEN_PIECES_MS, () => writePieces(request, body.subarray(size), size));
}
