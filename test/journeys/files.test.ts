import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';

const HOOK = 'https://hooks.example.com/files';
const PLACES = ['the recording of a bot', 'the video of an agent', 'the transcript of an agent'] as const;

/** The signed URL of a file. */
async function linkTo(room: Greenroom, place: (typeof PLACES)[number]): Promise<string> {
  if (place === 'the recording of a bot') {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    await room.clock.until('idle');
    return (await attendee(room, 'GET', `/api/v1/bots/${bot.id}/recording`)).json.url;
  }
  await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(HOOK));
  await room.clock.until('idle');
  const { deliveries } = await room.deliveries.list({ type: 'meeting_agent_complete' });
  const resources: { category: string; url: string }[] = JSON.parse(deliveries[0]!.attempts[0]!.request.body)
    .meeting_agent.resources;
  const { url } = resources.find(({ category }) => place.includes(category))!;
  const headers = { authorization: `Bearer ${room.cronofy.client_secret}` };
  return (await fetch(url, { headers, redirect: 'manual' })).headers.get('location')!;
}

async function read(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { headers, method });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe.each(PLACES)('The store, with %s,', (place) => {
  test('says how long the file is, what it is called by its bytes, and that it can be had in parts', async ({
    room,
  }) => {
    const { status, headers, bytes } = await read(await linkTo(room, place));
    expect([status, headers.get('accept-ranges'), headers.get('content-length')]).toEqual([
      200,
      'bytes',
      String(bytes.length),
    ]);
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test('gives one range, from either end, and cuts what reaches over the end', async ({ room }) => {
    const url = await linkTo(room, place);
    const { bytes: whole, headers: all } = await read(url);
    const size = whole.length;
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 0],
      ['bytes=5-9', 5, 9],
      ['bytes=100-', 100, size - 1],
      ['bytes=-7', size - 7, size - 1],
      [`bytes=-${size + 1}`, 0, size - 1],
      [`bytes=3-${size + 100}`, 3, size - 1],
    ] as const) {
      const { status, headers, bytes } = await read(url, { range });
      expect([range, status, headers.get('content-range'), headers.get('etag')]).toEqual([
        range,
        206,
        `bytes ${from}-${to}/${size}`,
        all.get('etag'),
      ]);
      expect([headers.get('content-length'), headers.get('content-type')]).toEqual([
        String(to - from + 1),
        all.get('content-type'),
      ]);
      expect(bytes.equals(whole.subarray(from, to + 1))).toBe(true);
    }
  });

  test('refuses a range behind the end, and gives the whole file for one that it does not follow', async ({ room }) => {
    const url = await linkTo(room, place);
    const size = (await read(url)).bytes.length;
    for (const range of [`bytes=${size}-`, 'bytes=999999999-', 'bytes=-0']) {
      const { status, headers, bytes } = await read(url, { range });
      expect([range, status, headers.get('content-range')]).toEqual([range, 416, `bytes */${size}`]);
      expect(bytes.toString()).toContain('<Code>InvalidRange</Code>');
    }
    for (const range of ['bytes=0-1,4-5', 'bytes=9-5', 'bytes=-', 'lines=1-2', 'bytes=a-b'])
      expect([range, (await read(url, { range })).status]).toEqual([range, 200]);
  });

  test('gives a part only of the file that If-Range names', async ({ room }) => {
    const url = await linkTo(room, place);
    const { headers } = await read(url);
    const part = async (ifRange: string) => (await read(url, { range: 'bytes=0-1', 'if-range': ifRange })).status;
    expect([
      await part(headers.get('etag')!),
      await part('"other"'),
      await part('Thu, 01 Jan 2026 09:00:00 GMT'),
    ]).toEqual([206, 200, 200]);
  });

  test('refuses a HEAD, which the link was not signed for', async ({ room }) => {
    const { status, bytes } = await read(await linkTo(room, place), {}, 'HEAD');
    expect([status, bytes.length]).toEqual([403, 0]);
    const violations = (await control(room, 'GET', '/timeline?kind=violation')).json.entries;
    expect(violations.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
  });

  test('has files for the web pages that show them, wherever these are from', async ({ room }) => {
    const load = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'video' };
    expect((await read(await linkTo(room, place), load)).status).toBe(200);
  });
});

test('A file without a byte has no part', async ({ room }) => {
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'recording-empty' });
  const url = await linkTo(room, 'the recording of a bot');
  expect((await read(url)).headers.get('content-length')).toBe('0');
  expect((await read(url, { range: 'bytes=0-' })).status).toBe(416);
});
