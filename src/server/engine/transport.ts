import http from 'node:http';
import https from 'node:https';
import { afterAwake } from '../../clock/real-time.js';
import type { Answer, Transport } from './attempt.js';

export type FetchReceiver = (request: Request) => Response | Promise<Response>;

export interface TransportOptions {
  /** Hosts besides this machine that may be sent to. */
  readonly allowHosts?: readonly string[];
  /** Where webhooks for other hosts go instead: path and query are kept. */
  readonly forwardTo?: string | undefined;
  /** Receivers in this process, by origin. */
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
}

const RESPONSE_KEPT = 2048;
const IDLE_SOCKET_MS = 1000;

type Destination =
  | { readonly kind: 'network'; readonly url: URL }
  | { readonly kind: 'function'; readonly url: URL; readonly receiver: FetchReceiver }
  | { readonly kind: 'captured'; readonly reason: string };

/** Sends to this machine and to receivers in this process; everything else stays here, with a reason. */
export function createTransport({ allowHosts = [], forwardTo, receivers = {} }: TransportOptions = {}): Transport & {
  close: () => void;
} {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS, maxSockets: 64 }),
    // A receiver on this machine has a certificate of its own making, if any.
    'https:': new https.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS, maxSockets: 64, rejectUnauthorized: false }),
  };

  function route(target: string): Destination {
    const url = new URL(target);
    const receiver = receivers[url.origin];
    if (receiver) return { kind: 'function', url, receiver };
    if (isLoopback(url.hostname) || allowHosts.includes(url.hostname)) return { kind: 'network', url };
    if (forwardTo === undefined) {
      return {
        kind: 'captured',
        reason: `${url.hostname} is not on this machine (--forward-to sends such webhooks to a local URL, --allow-host ${url.hostname} lets them out)`,
      };
    }
    return {
      kind: 'network',
      url: new URL(url.pathname.slice(1) + url.search, forwardTo.endsWith('/') ? forwardTo : `${forwardTo}/`),
    };
  }

  return {
    captures(target) {
      const destination = route(target);
      return destination.kind === 'captured' ? destination.reason : undefined;
    },
    leaves: (target) => route(target).kind !== 'captured',
    staysInProcess: (target) => route(target).kind === 'function',
    async send(target, message, guardMs) {
      const destination = route(target);
      if (destination.kind === 'captured') return { outcome: 'refused', error: destination.reason };
      if (destination.kind === 'function') return callReceiver(destination.receiver, destination.url, message, guardMs);
      return post(
        destination.url,
        message,
        agents[destination.url.protocol === 'https:' ? 'https:' : 'http:'],
        guardMs,
      );
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** The same transport, but what is for these origins goes to functions of this process. */
export function withReceivers(transport: Transport, receivers: ReadonlyMap<string, FetchReceiver>): Transport {
  const receiverOf = (target: string): FetchReceiver | undefined =>
    receivers.size === 0 ? undefined : receivers.get(new URL(target).origin);
  return {
    captures: (target) => (receiverOf(target) ? undefined : transport.captures(target)),
    leaves: (target) => receiverOf(target) !== undefined || transport.leaves(target),
    staysInProcess: (target) => receiverOf(target) !== undefined || transport.staysInProcess(target),
    send(target, message, guardMs) {
      const receiver = receiverOf(target);
      return receiver
        ? callReceiver(receiver, new URL(target), message, guardMs)
        : transport.send(target, message, guardMs);
    },
  };
}

/** True for 127.0.0.0/8, ::1 and localhost with its subdomains. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    host === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}

const timedOut = (guardMs: number): Answer => ({
  outcome: 'timeout',
  error: `no answer within ${guardMs} ms of real time`,
});

type Message = Parameters<Transport['send']>[1];

function post(url: URL, message: Message, agent: http.Agent, guardMs: number | undefined): Promise<Answer> {
  return new Promise((resolve) => {
    const body = Buffer.from(message.body, 'utf8');
    const client = url.protocol === 'https:' ? https : http;
    const request = client.request(url, {
      method: message.method ?? 'POST',
      agent,
      headers: message.method === 'GET' ? message.headers : { ...message.headers, 'Content-Length': body.length },
    });
    const finish = answerOnce(resolve, guardMs, () => request.destroy());
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < RESPONSE_KEPT) text += chunk.slice(0, RESPONSE_KEPT - text.length);
      });
      response.on('end', () =>
        finish({ outcome: 'answered', status: response.statusCode ?? 0, ...(text ? { response: text } : {}) }),
      );
      response.on('error', (error) => finish({ outcome: 'dropped', error: error.message }));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const refused = error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND';
      finish({ outcome: refused ? 'refused' : 'dropped', error: error.code ?? error.message });
    });
    request.end(body);
  });
}

function callReceiver(
  receiver: FetchReceiver,
  url: URL,
  message: Message,
  guardMs: number | undefined,
): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = answerOnce(resolve, guardMs, () => undefined);
    void ask(receiver, url, message).then(finish);
  });
}

async function ask(receiver: FetchReceiver, url: URL, message: Message): Promise<Answer> {
  try {
    const response = await receiver(
      new Request(url, {
        method: message.method ?? 'POST',
        headers: message.headers,
        ...(message.method === 'GET' ? {} : { body: message.body }),
      }),
    );
    const text = (await response.text()).slice(0, RESPONSE_KEPT);
    return { outcome: 'answered', status: response.status, ...(text ? { response: text } : {}) };
  } catch (error) {
    return { outcome: 'dropped', error: error instanceof Error ? error.message : String(error) };
  }
}

/** Passes the first answer on; when the guard's time is over, that the receiver was silent. */
function answerOnce(
  resolve: (answer: Answer) => void,
  guardMs: number | undefined,
  abandon: () => void,
): (answer: Answer) => void {
  if (guardMs === undefined) return resolve;
  const cancel = afterAwake(guardMs, () => {
    resolve(timedOut(guardMs));
    abandon();
  });
  return (answer) => {
    cancel();
    resolve(answer);
  };
}
