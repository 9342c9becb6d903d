import { describe, expect } from 'vitest';
import type { Receiver } from '../support/receiver.js';
import { bodyOf, set, timelineOf } from '../support/cronofy.js';
import { agentRequest, call, control, cronofy, test } from '../support/room.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';

/** Plays an agent to its end and gives its resources by category. */
async function complete(room: Greenroom, receiver: Receiver): Promise<Record<string, string>> {
  await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
  await room.clock.advance({ by: '1h' });
  const { resources } = bodyOf(receiver, 'meeting_agent_complete').meeting_agent;
  return Object.fromEntries(resources.map(({ category, url }: { category: string; url: string }) => [category, url]));
}

/** Asks the API for a file, without following. */
async function locate(room: Greenroom, url: string, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${room.cronofy.client_secret}`;
  const response = await fetch(url, { redirect: 'manual', headers: { authorization, ...headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, location: response.headers.get('location') ?? '' };
}

describe('Downloading a resource', () => {
  test('the API answers 302 with a Location and the same URL in the body', async ({ room, receiver }) => {
    const { transcript } = await complete(room, receiver);
    const { status, headers, text, location } = await locate(room, transcript!);
    expect([status, headers.get('content-type')]).toEqual([302, 'application/json; charset=utf-8']);
    expect(JSON.parse(text)).toEqual({ resource: { download_url: location } });
  });

  test('the file is on another origin of the same port, where clients leave their credentials behind', async ({
    room,
    receiver,
  }) => {
    const { transcript } = await complete(room, receiver);
    const { location } = await locate(room, transcript!);
    expect(new URL(location).hostname).toBe('localhost');
    expect(new URL(location).port).toBe(new URL(room.url).port);
    const followed = await fetch(transcript!, { headers: { authorization: `Bearer ${room.cronofy.client_secret}` } });
    expect(followed.status).toBe(200);
  });

  test('whoever calls localhost is sent to 127.0.0.1', async ({ room, receiver }) => {
    const { audio } = await complete(room, receiver);
    const { location } = await locate(room, audio!.replace('127.0.0.1', 'localhost'));
    expect(new URL(location).hostname).toBe('127.0.0.1');
  });

  test('the store refuses an Authorization header beside the signed URL', async ({ room, receiver }) => {
    const { audio } = await complete(room, receiver);
    const { location } = await locate(room, audio!);
    const refused = await call('GET', location, undefined, { authorization: 'Bearer x' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'application/xml']);
    expect(refused.text).toContain('<Code>InvalidArgument</Code>');
    expect((await call('GET', location)).status).toBe(200);
  });

  test('a signed URL expires on the virtual clock; the resource URL gives another', async ({ room, receiver }) => {
    const { video } = await complete(room, receiver);
    const { location } = await locate(room, video!);
    await room.clock.advance({ by: '59m59s' });
    expect((await call('GET', location)).status).toBe(200);
    await room.clock.advance({ by: '1s' });
    const late = await call('GET', location);
    expect([late.status, late.text.includes('Request has expired')]).toEqual([403, true]);
    expect((await call('GET', (await locate(room, video!)).location)).status).toBe(200);
  });

  test('a URL that nobody signed is refused', async ({ room }) => {
    const { status, text } = await call('GET', `${room.url}/store/x/audio.mp3`);
    expect([status, text.includes('<Code>AccessDenied</Code>')]).toEqual([403, true]);
  });

  test('the resource wants the API key, and an agent that is done', async ({ room, receiver }) => {
    await control(room, 'PATCH', '/workspaces/default', { cronofy: { token_kinds: 'separate' } });
    const before = await control(room, 'GET', '/snapshot');
    const url = (await complete(room, receiver))['audio']!;
    expect((await locate(room, url)).status).toBe(302);
    expect((await call('GET', url, undefined, { authorization: `Bearer ${room.cronofy.access_token}` })).status).toBe(
      401,
    );
    expect((await call('GET', url)).status).toBe(401);
    expect((await locate(room, `${url}s`)).status).toBe(404);
    await control(room, 'PUT', '/snapshot', before.json);
    expect((await locate(room, url)).status).toBe(404);
  });

  test('the URL of a resource cannot be told from the agent', async ({ room, receiver }) => {
    const { transcript, audio } = await complete(room, receiver);
    const { sub } = bodyOf(receiver, 'meeting_agent_complete').meeting_agent;
    for (const url of [transcript!, audio!]) expect(url).toMatch(/\/v1\/meeting_agents\/resources\/\w{32}$/);
    expect(transcript).not.toBe(audio);
    expect((await locate(room, `${room.url}/v1/meeting_agents/${sub}/resources/transcript`)).status).toBe(404);
  });

  test('an agent without subscriptions brings nothing back that could be had', async ({ room }) => {
    const { json } = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest());
    await room.clock.advance({ by: '1h' });
    const page = await call('GET', json.meeting_agent.resources[0].url);
    expect([page.text.includes('complete'), page.text.includes('/resources/')]).toEqual([true, false]);
  });

  test('a store URL and a public URL can be given', async ({ receiver }) => {
    await using room = await startGreenroom({
      publicUrl: 'https://mock.example.com',
      cronofy: { store_url: 'https://files.example.com' },
    });
    const urls = await complete(room, receiver);
    expect(urls['audio']).toMatch(/^https:\/\/mock\.example\.com\/v1\/meeting_agents\/resources\//);
    const { location } = await locate(room, urls['audio']!.replace('https://mock.example.com', room.url));
    expect(location).toMatch(/^https:\/\/files\.example\.com\/store\/\w{40}\/audio\.mp3\?/);
  });

  test('where API and store share an origin, credentials that come along are let pass', async ({ receiver }) => {
    await using room = await startGreenroom({ publicUrl: 'https://mock.example.com' });
    const urls = await complete(room, receiver);
    const { location } = await locate(room, urls['audio']!.replace('https://mock.example.com', room.url));
    const local = location.replace('https://mock.example.com', room.url);
    expect((await call('GET', local, undefined, { authorization: 'Bearer x' })).status).toBe(200);
  });

  test('downloads of a room without a socket come from its own other origin', async ({ room, receiver }) => {
    const { video } = await complete(room, receiver);
    const request = new Request(video!.replace(room.url, 'http://greenroom.localhost'), {
      headers: { authorization: `Bearer ${room.cronofy.client_secret}` },
    });
    const location = (await room.fetch(request)).headers.get('location')!;
    expect(new URL(location).host).toBe('store.greenroom.localhost');
    const bytes = await (await room.fetch(new Request(location))).arrayBuffer();
    expect(bytes.byteLength).toBeGreaterThan(1000);
  });
});

describe('The files', () => {
  const download = async (room: Greenroom, url: string) => fetch((await locate(room, url)).location);

  test('the transcript is what the scenario says, in seconds from its start', async ({ room, receiver }) => {
    const { transcript } = await complete(room, receiver);
    const response = await download(room, transcript!);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const json = JSON.parse(await response.text());
    expect(json.meeting_agent.sub).toMatch(/^agt_/);
    const { summary, paragraphs } = json.transcript;
    expect(summary).toContain(paragraphs[0].sentences[0].text);
    expect(paragraphs.flatMap(({ sentences }: { sentences: unknown[] }) => sentences)).toHaveLength(12);
    expect(new Set(paragraphs.map(({ speaker }: { speaker: { identifier: string } }) => speaker.identifier))).toEqual(
      new Set(['A', 'B']),
    );
    expect(paragraphs[0].speaker).toEqual({ identifier: 'A', name: expect.stringMatching(/\w+ \w+/) });
    let last = 0;
    for (const { start, end } of paragraphs) {
      expect(start).toBeGreaterThanOrEqual(last);
      expect(end).toBeGreaterThan(start);
      last = start;
    }
    expect(last).toBeLessThan(1800);
  });

  test('names of speakers can be absent', async ({ room, receiver }) => {
    await set(room, { speaker_names: false });
    const { transcript } = await complete(room, receiver);
    const json = JSON.parse(await (await download(room, transcript!)).text());
    expect(json.transcript.paragraphs[0].speaker).toEqual({ identifier: 'A' });
  });

  test('backstage can say what the transcript is', async ({ room, receiver }) => {
    const sentence = { text: 'Hello there.', start: 0, end: 1.5 };
    const transcript = {
      summary: 'A greeting.',
      paragraphs: [{ speaker: { identifier: 'A' }, start: 0, end: 1.5, sentences: [sentence] }],
    };
    const { json } = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    const agent = json.meeting_agent.sub;
    const event = { kind: 'agent_event', agent };
    await room.backstage({ ...event, event: 'activated' });
    await room.backstage({ ...event, event: 'joined' });
    await expect(room.backstage({ ...event, event: 'complete', transcript: 'Hello' })).rejects.toThrow('transcript');
    await room.backstage({ ...event, event: 'complete', transcript });
    await room.clock.advance({ by: 0 });
    const { resources } = bodyOf(receiver, 'meeting_agent_complete').meeting_agent;
    expect(JSON.parse(await (await download(room, resources[1].url)).text())).toEqual({
      meeting_agent: { sub: agent },
      transcript,
    });
  });

  for (const [category, type, magic] of [
    ['audio', 'audio/mpeg', 'ID3'],
    ['video', 'video/mp4', 'ftyp'],
  ] as const) {
    test(`the ${category} is a small file of type ${type}`, async ({ room, receiver }) => {
      const resources = await complete(room, receiver);
      const response = await download(room, resources[category]!);
      expect(response.headers.get('content-type')).toBe(type);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.length).toBe(Number(response.headers.get('content-length')));
      expect(bytes.length).toBeLessThan(8192);
      expect(bytes.subarray(0, 12).toString('latin1')).toContain(magic);
      expect(await timelineOf(room, 'violation')).toEqual([]);
    });
  }

  test('the dashboard is a page for a browser', async ({ room, receiver }) => {
    const { cronofy: dashboard } = await complete(room, receiver);
    const { status, headers, text } = await call('GET', dashboard!);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('complete');
    expect((await call('GET', `${dashboard}x`)).status).toBe(404);
  });
});
