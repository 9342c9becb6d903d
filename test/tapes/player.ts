import http from 'node:http';
import { signAttendee } from '../../src/contracts/attendee/signing.js';
import { unexplained } from '../support/reasons.js';
import { Bindings } from './placeholders.js';
import type { ControlStep, Exchange, Headers, Step, Tape, WebhookStep } from './tape.js';

/** A step at which greenroom did something else than the real server. */
export interface Disagreement {
  readonly step: number;
  readonly expected: string;
  readonly was: string;
}

const ANSWER_HEADERS = ['content-type', 'allow', 'www-authenticate', 'retry-after'];
/** A host that did not resolve when the tapes were recorded. */
const UNREACHABLE = /\.dead\.example\.com(\/|:|$)/;

interface Attempt {
  readonly seq: number;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Plays one tape in a workspace of its own and compares everything that the real server said, byte for byte. */
export class Player {
  readonly disagreements: Disagreement[] = [];
  readonly #url: string;
  readonly #tape: Tape;
  readonly #bindings = new Bindings();
  #workspace = '';
  #lastSeq = 0;

  constructor(url: string, tape: Tape) {
    this.#url = url;
    this.#tape = tape;
    this.#bindings.bind('base', url);
  }

  async play(): Promise<Disagreement[]> {
    await this.#open();
    const { steps } = this.#tape;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at]!;
      if ('webhook' in step) at = await this.#receive(steps, at);
      else await this.#take(step, at);
    }
    for (const { url, body } of await this.#arrivals()) this.#disagree(steps.length, 'no webhook', `${url} ${body}`);
    await this.#checkItself();
    await this.#control('DELETE', `/workspaces/${this.#workspace}`);
    return this.disagreements;
  }

  async #open(): Promise<void> {
    const { api_key, webhook_secret_base64: webhook_secret, zoom_credentials, settings } = this.#tape.project;
    const quiet = { auth: 'strict', retry_delays: [0, 0], scheduler_poll: 'off', cleanup_poll: 'off' };
    const { json } = await this.#control('POST', '/workspaces', {
      scenario: 'manual',
      clock: { now: this.#tape.t0, mode: 'frozen' },
      attendee: { api_key, webhook_secret, zoom_credentials, ...quiet, ...settings },
    });
    this.#workspace = (json as { id: string }).id;
  }

  async #take(step: Exclude<Step, WebhookStep>, at: number): Promise<void> {
    if ('clock' in step) await this.#control('POST', '/clock/advance', { to: step.clock });
    else if ('request' in step) await this.#exchange(step, at);
    else await this.#actBackstage(step, at);
  }

  async #exchange({ request, response }: Exchange, at: number): Promise<void> {
    const path = this.#bindings.fill(request.path + (request.query === '' ? '' : `?${request.query}`));
    const answer = await send(this.#url, { ...request, path, body: this.#bindings.fill(request.body) });
    this.#compare(at, String(response.status), String(answer.status));
    for (const name of ANSWER_HEADERS)
      this.#compare(at, `${name}: ${response.headers[name]}`, `${name}: ${String(answer.headers[name])}`);
    this.#compare(at, response.body, answer.body);
  }

  async #actBackstage({ control, error }: ControlStep, at: number): Promise<void> {
    const { status, json } = await this.#control('POST', '/backstage', this.#bindings.fillDeep(control));
    const refusal = status === 409 ? (json as { detail: string }).detail : `${status}`;
    this.#compare(at, error ?? '200', refusal);
  }

  /** Compares a group of deliveries: in order for each URL. Gives the place of the last. */
  async #receive(steps: readonly Step[], from: number): Promise<number> {
    const arrivals = await this.#arrivals();
    let at = from;
    for (let step = steps[at]; step !== undefined && 'webhook' in step; step = steps[++at]) {
      const { url, headers, body } = step.webhook;
      const index = arrivals.findIndex((arrival) => arrival.url === url);
      const [arrival] = index < 0 ? [] : arrivals.splice(index, 1);
      this.#compare(at, body, arrival?.body ?? `nothing for ${url}`);
      if (!arrival) continue;
      for (const name of ['content-type', 'user-agent']) this.#compare(at, headers[name]!, arrival.headers[name] ?? '');
      const signature = signAttendee(arrival.body, this.#tape.project.webhook_secret_base64);
      this.#compare(at, signature, arrival.headers['x-webhook-signature'] ?? '');
    }
    for (const { url, body } of arrivals) this.#disagree(at, 'no such webhook', `${url} ${body}`);
    return at - 1;
  }

  /** Every attempt since the last look, in the order in which they were made. */
  async #arrivals(): Promise<Attempt[]> {
    const { json } = await this.#control('GET', '/deliveries');
    const { deliveries } = json as {
      deliveries: { url: string; attempts: { seq: number; request: { headers: Headers; body: string } }[] }[];
    };
    const attempts = deliveries
      .filter(({ url }) => !UNREACHABLE.test(url))
      .flatMap(({ url, attempts }) =>
        attempts.map(({ seq, request }) => ({ seq, url, headers: lowerCase(request.headers), body: request.body })),
      )
      .filter(({ seq }) => seq > this.#lastSeq)
      .sort((a, b) => a.seq - b.seq);
    this.#lastSeq = attempts.at(-1)?.seq ?? this.#lastSeq;
    return attempts;
  }

  /** What greenroom said must agree with its own contracts. */
  async #checkItself(): Promise<void> {
    const { json } = await this.#control('GET', '/timeline?kind=violation');
    for (const entry of (json as { entries: { where: string; summary: string }[] }).entries)
      if (/^(answer of|webhook) /.test(entry.where)) this.#disagree(-1, 'its own contract', entry.summary);
    for (const summary of await unexplained(this.#url)) this.#disagree(-1, 'a reason', summary);
  }

  #compare(step: number, expected: string, was: string): void {
    if (!this.#bindings.matches(expected, was)) this.#disagree(step, this.#bindings.fill(expected), was);
  }

  #disagree(step: number, expected: string, was: string): void {
    this.disagreements.push({ step, expected, was });
  }

  async #control(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const headers: Headers = {
      'content-type': 'application/json',
      ...(this.#workspace === '' ? {} : { 'greenroom-workspace': this.#workspace }),
    };
    const text = body === undefined ? '' : JSON.stringify(body);
    const answer = await send(this.#url, { method, path: `/_greenroom${path}`, headers, body: text });
    return { status: answer.status, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
  }
}

const lowerCase = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const agent = new http.Agent({ keepAlive: true });

/** Sends a request with exactly these headers, which `fetch` would not, on a connection that stays open. */
function send(url: string, { method, path, headers, body }: Omit<Exchange['request'], 'query'>) {
  const { hostname, port } = new URL(url);
  const writes = ['POST', 'PUT', 'PATCH'].includes(method) || body !== '';
  const length = writes ? { 'content-length': Buffer.byteLength(body) } : {};
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const request = http.request(
      { hostname, port, method, path, agent, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
