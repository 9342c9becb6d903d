import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest, control, TEAMS_URL, test } from '../support/room.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A page of the app, and every request for it. */
async function servePage(status = 200, type = 'text/html; charset=utf-8') {
  const requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    requests.push({ method, url, headers });
    response.writeHead(status, { 'content-type': type }).end('<!doctype html><title>Agent</title>');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/meeting-room/t1?agent=7`, requests };
}

const send = (room: Greenroom, voice_agent_settings: object) =>
  attendee(
    room,
    'POST',
    '/api/v1/bots',
    botRequest(undefined, undefined, { meeting_url: TEAMS_URL, voice_agent_settings }),
  );

const lines = async (room: Greenroom, kind: string) =>
  (await control(room, 'GET', `/timeline?kind=${kind}`)).json.entries as { at: string; summary: string }[];
const ofPage = async (room: Greenroom) =>
  (await lines(room, 'note')).filter(({ summary }) => summary.includes('voice-agent page'));

describe("A voice agent's page", () => {
  test.for(['url', 'screenshare_url'])(
    'is fetched once, when the bot begins to record (%s)',
    async (field, { room }) => {
      const { url, requests } = await servePage();
      const { status, json: bot } = await send(room, { [field]: url });
      expect(status).toBe(201);
      await room.clock.until({ subject: bot.id, state: 'joined_not_recording' });
      expect(requests).toEqual([]);
      await room.clock.until({ subject: bot.id, state: 'joined_recording' });
      const began = await room.clock.now();
      await room.clock.until('idle');
      expect(requests).toMatchObject([
        { method: 'GET', url: '/meeting-room/t1?agent=7', headers: { accept: 'text/html' } },
      ]);
      expect(await ofPage(room)).toMatchObject([{ at: began, summary: 'the voice-agent page is fetched' }]);
      expect(await lines(room, 'violation')).toEqual([]);
    },
  );

  test('is none if what is shared is emptied beside it', async ({ room }) => {
    const { url, requests } = await servePage();
    const { json: bot } = await send(room, { reserve_resources: true });
    await room.clock.until({ subject: bot.id, state: 'joined_recording' });
    const change = (body: object) => attendee(room, 'PATCH', `/api/v1/bots/${bot.id}/voice_agent_settings`, body);
    expect((await change({ url, screenshare_url: '' })).status).toBe(200);
    await room.clock.advance({ by: '10s' });
    expect(requests).toEqual([]);
    expect((await change({ url: '', screenshare_url: url })).status).toBe(200);
    await room.clock.advance({ by: '10s' });
    expect(requests).toHaveLength(1);
  });

  test('on this machine has the note that production would refuse it, and is refused by strict workspaces', async ({
    room,
  }) => {
    const { url } = await servePage();
    await send(room, { url });
    expect((await lines(room, 'note')).map(({ summary }) => summary)).toContain(
      'production refuses voice agent URLs with http://: they must start with https://',
    );
    const strict = await startGreenroom({ strict: true });
    closers.push(() => void strict.close());
    const refused = await send(strict, { url });
    expect([refused.status, refused.json]).toEqual([
      400,
      { voice_agent_settings: { url: 'URL must start with https://' } },
    ]);
    const elsewhere = await send(room, { url: 'http://app.example.com/' });
    expect(elsewhere.json).toEqual({ voice_agent_settings: { url: 'URL must start with https://' } });
  });

  test.for([
    ['is not there', 404, 'text/html', 'status 404'],
    ['is somewhere else', 302, 'text/html', 'status 302'],
    ['is no page', 200, 'application/json', 'application/json'],
  ] as const)('that %s is a violation, and the bot goes on', async ([, status, type, was], { room }) => {
    const { url } = await servePage(status, type);
    const { json: bot } = await send(room, { url });
    await room.clock.until('idle');
    const [violation] = await lines(room, 'violation');
    expect(violation).toMatchObject({ rule: 'unreachable-url', pointer: '/voice_agent_settings/url', was });
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json.state).toBe('ended');
  });

  test('on another machine is not fetched, and a line says why', async ({ room }) => {
    await send(room, { url: 'https://app.example.com/meeting-room/t1' });
    await room.clock.until('idle');
    expect((await ofPage(room)).map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^the voice-agent page is not fetched: app\.example\.com is not on this machine/),
    ]);
  });

  test('that is given in the meeting is fetched at once, and none where the URL is taken away', async ({ room }) => {
    const [first, second] = [await servePage(), await servePage()];
    const { json: bot } = await send(room, { url: first.url });
    await room.clock.advance({ by: '1m' });
    const change = (body: object) => attendee(room, 'PATCH', `/api/v1/bots/${bot.id}/voice_agent_settings`, body);
    expect((await change({ url: second.url })).status).toBe(200);
    await room.clock.advance({ by: '1m' });
    expect((await change({ url: '' })).status).toBe(200);
    await room.clock.until('idle');
    expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  });
});
