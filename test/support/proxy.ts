import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passing {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Whether the call shows a credential, and not the text of a variable that was never set. */
  readonly scheme: 'none' | 'nobody' | 'good';
  readonly sent: string;
  status: number;
  headers: Record<string, string>;
  body: string;
}

const schemeOf = (authorization = ''): Passing['scheme'] =>
  authorization === '' ? 'none' : authorization.endsWith(' undefined') ? 'nobody' : 'good';

/** A server in front of another, which may change what the other has answered; `false` closes the connection instead. */
export async function startProxy(target: string, change: (passing: Passing) => boolean | void | Promise<void>) {
  const server = http.createServer((request, response) => {
    void pass(request, response);
  });
  async function pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks).toString();
    const { host: _host, connection: _connection, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(target + request.url, {
      method: request.method!,
      headers,
      redirect: 'manual',
      ...(sent === '' ? {} : { body: sent }),
    });
    const { 'content-length': _length, ...given } = Object.fromEntries(answer.headers);
    const passing: Passing = {
      method: request.method!,
      path: request.url!,
      scheme: schemeOf(headers['authorization']),
      sent,
      status: answer.status,
      headers: given,
      body: await answer.text(),
    };
    if ((await change(passing)) === false) response.destroy();
    else response.writeHead(passing.status, passing.headers).end(passing.body);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
