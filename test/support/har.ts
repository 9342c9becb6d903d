import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Recorded {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status?: number;
  readonly answer?: unknown;
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
const pairs = (headers: Readonly<Record<string, string>> = {}) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }));

/** An entry as a browser or a proxy records it. */
export const harEntry = ({ method = 'GET', url, headers = {}, body, status = 200, answer }: Recorded) => ({
  startedDateTime: '2026-11-21T10:00:00.000Z',
  time: 1,
  request: {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    headers: pairs({ ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers }),
    ...(body === undefined ? {} : { postData: { mimeType: 'application/json', text: textOf(body) } }),
    bodySize: body === undefined ? 0 : textOf(body).length,
  },
  response: {
    status,
    headers: pairs(answer === undefined ? {} : { 'Content-Type': 'application/json' }),
    content:
      answer === undefined
        ? { size: 0, mimeType: '' }
        : { size: textOf(answer).length, mimeType: 'application/json', text: textOf(answer) },
  },
});

export const har = (entries: readonly Recorded[]): string =>
  JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries: entries.map(harEntry) } });

/** A folder that is gone after the test. */
export function temporaryFolder(): {
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly end: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  return {
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
