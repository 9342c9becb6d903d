import { get } from 'node:http';
import { describe, expect } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { PROVIDERS } from '../../src/server/providers/registry.js';
import { attendee, call, control, test } from '../support/room.js';

const EMPTY = { status: 200, text: '' };
const VERSION = { status: 200, text: '{"version":"1.64.1"}' };
const shown = ({ status, text }: { status: number; text: string }) => ({ status, text });

/** The status of an answer to a call that names another host. */
const statusFor = (url: string, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

test('a path outside the API is a page of the web server, and so is its own root', async ({ room }) => {
  for (const path of ['/api', '/api/v1', '/api/v1/', '/api/v2/bots', '/bot', '/health/live']) {
    const { status, headers, text } = await attendee(room, 'GET', path);
    const page = '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>';
    expect([path, status, text.slice(0, page.length)]).toEqual([path, 404, page]);
    const names = ['content-type', 'x-frame-options', 'allow', 'vary'];
    expect(names.map((name) => headers.get(name))).toEqual(['text/html; charset=utf-8', 'DENY', null, null]);
  }
  expect((await attendee(room, 'GET', '/api/v1/bot')).text).toBe('{"error":"Not found"}');
});

describe('/health/ and /version/', () => {
  test('answer without a credential, at the hosts of the vendor too', async ({ room }) => {
    expect(shown(await call('GET', `${room.url}/health/`))).toEqual(EMPTY);
    expect(shown(await call('GET', `${room.url}/version/`))).toEqual(VERSION);
    expect(await statusFor(`${room.url}/version/`, 'app.attendee.dev')).toBe(200);
    expect(shown(await attendee(room, 'GET', '/health/'))).toEqual(EMPTY);
    const { json } = await control(room, 'GET', '/timeline?kind=violation');
    expect((json as { entries: object[] }).entries).toEqual([]);
  });

  test('answer at the name that --public-url gives, and at no other foreign name', async () => {
    await using room = await startGreenroom({ publicUrl: 'http://probe.example.com' });
    expect(await statusFor(`${room.url}/version/`, 'probe.example.com')).toBe(200);
    expect(await statusFor(`${room.url}/version/`, 'other.example.com')).toBe(403);
  });

  test('answer a strict server too, and for a key that was disabled', async () => {
    const room = await startGreenroom({ strict: true });
    await room.backstage({ kind: 'project', api_key_enabled: false });
    expect(shown(await call('GET', `${room.url}/health/`, undefined, { authorization: 'Token nonsense' }))).toEqual(
      EMPTY,
    );
    expect(shown(await call('GET', `${room.url}/version/`))).toEqual(VERSION);
    await room.close();
  });

  test('carry the headers of the web server, and none of the API', async ({ room }) => {
    const { headers } = await call('GET', `${room.url}/health/`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': '0',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
    });
    expect([headers.get('allow'), headers.get('vary')]).toEqual([null, null]);
    expect((await call('GET', `${room.url}/version/`)).headers.get('content-type')).toBe('application/json');
  });

  test('are where the same paths without a slash lead', async ({ room }) => {
    for (const [path, location] of [
      ['/health', '/health/'],
      ['/version?a=b', '/version/?a=b'],
    ]) {
      const { status, headers } = await fetch(room.url + path, { redirect: 'manual' });
      expect([path, status, headers.get('location')]).toEqual([path, 301, location]);
    }
    expect((await room.timeline({ kind: 'violation' })).entries).toEqual([]);
  });

  test.for(['/health/', '/version/'])('belong to one vendor: %s', (path) => {
    expect(PROVIDERS.filter(({ owns }) => owns(path)).map(({ name }) => name)).toEqual(['attendee']);
  });
});
