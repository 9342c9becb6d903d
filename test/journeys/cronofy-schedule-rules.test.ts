import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect } from 'vitest';
import { cronofyContract } from '../../src/contracts/index.js';
import { allTold, bodyOf, errorKeys, set, subscription, timelineOf } from '../support/cronofy.js';
import { agentRequest, control, cronofy, MEET_URL, TEAMS_URL, test, ZOOM_URL } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** Every sentence of rule on the page "Schedule/Send a Meeting Agent"; docs/cronofy-rules.md is the table. */

const TEN = '2026-01-01T10:00:00Z';
const ELEVEN = '2026-01-01T11:00:00Z';

const post = (room: Greenroom, body: object) => cronofy(room, 'POST', '/v1/meeting_agents', body);
const later = (uri: string | undefined, more: object = {}) =>
  agentRequest(uri, { scheduling_key: 'k', join_time: TEN, ...more });

describe('Immediate dispatch', () => {
  test('an immediate agent needs a join_url and an attendee, nothing else', async ({ room }) => {
    const answer = await post(room, { join_url: TEAMS_URL, on_behalf_of_attendee: { email: 'host@example.com' } });
    expect(answer.status).toBe(200);
  });

  test('the answer holds the state of the agent at its creation', async ({ room }) => {
    const { json } = await post(room, agentRequest());
    expect(json.meeting_agent).toMatchObject({ state: 'created', resources: [{ type: 'dashboard' }] });
  });

  test('later states and artefacts come with callbacks', async ({ room, receiver }) => {
    await post(room, agentRequest(receiver.url));
    await room.clock.advance({ by: '1h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
    expect(bodyOf(receiver, 'meeting_agent_complete').meeting_agent.state).toBe('complete');
  });

  test('an immediate agent goes as soon as possible, a scheduled one on time', async ({ room }) => {
    await post(room, agentRequest());
    await post(room, later(undefined));
    const joins = (await joinInstants(room)).map((at) => at.slice(11, 19));
    expect(joins[0]! < '09:01:00').toBe(true);
    expect(joins[1]).toBe('10:00:00');
  });

  test('the feature has to be toggled on for the application', async ({ room }) => {
    await set(room, { agent_features_enabled: false });
    const answer = await post(room, agentRequest());
    expect([answer.status, answer.text]).toEqual([402, '']);
  });
});

describe('scheduling_key and join_time', () => {
  test('with a key and a time the answer is 202', async ({ room }) => {
    expect((await post(room, later(undefined))).status).toBe(202);
  });

  test('a join_time needs a scheduling_key', async ({ room }) => {
    expect(errorKeys(await post(room, agentRequest(undefined, { join_time: TEN })))).toEqual({
      scheduling_key: ['errors.required'],
    });
  });

  test('a scheduling_key needs a join_time', async ({ room }) => {
    expect(errorKeys(await post(room, agentRequest(undefined, { scheduling_key: 'k' })))).toEqual({
      join_time: ['errors.required'],
    });
  });

  test('the key names the agent for rescheduling and for cancelling', async ({ room, receiver }) => {
    await post(room, later(receiver.url));
    await post(room, later(receiver.url, { join_time: ELEVEN }));
    expect((await room.clock.pending()).map(({ due }) => due)).toEqual(['2026-01-01T10:55:00Z']);
    await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'k' });
    expect(await room.clock.pending()).toEqual([]);
  });

  test('the same key replaces join_url, join_time and subscriptions', async ({ room, receiver }) => {
    await post(room, later(`${receiver.url}/before`));
    await post(room, later(`${receiver.url}/after`, { join_url: MEET_URL, join_time: ELEVEN }));
    expect(await joinInstants(room)).toEqual([ELEVEN]);
    expect(receiver.arrivals.map(({ path }) => path)).toEqual(['/after', '/after']);
    const page = await cronofy(room, 'GET', new URL(dashboardOf(receiver)).pathname);
    expect(page.text).toContain(MEET_URL);
  });

  test('an agent that has begun joining stays active, and a new one is scheduled', async ({ room, receiver }) => {
    await post(room, later(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:57:00Z' });
    await post(room, later(receiver.url, { join_time: '2026-01-01T12:00:00Z' }));
    await room.clock.advance({ by: '5h' });
    const subs = receiver.arrivals.map(({ body }) => JSON.parse(body).meeting_agent.sub as string);
    expect(new Set(subs).size).toBe(2);
    expect(allTold(receiver)).toEqual([
      'meeting_agent_activated',
      'meeting_agent_complete',
      'meeting_agent_activated',
      'meeting_agent_complete',
    ]);
  });

  for (const [begins, moment, agents] of [
    ['activated', '2026-01-01T09:54:59Z', 1],
    ['activated', '2026-01-01T09:55:00Z', 2],
    ['activated', '2026-01-01T10:00:01Z', 2],
    ['join_time', '2026-01-01T09:54:59Z', 1],
    ['join_time', '2026-01-01T09:59:59Z', 1],
    ['join_time', '2026-01-01T10:00:00Z', 2],
  ] as const) {
    test(`when joining begins at "${begins}", the same key at ${moment} leaves ${agents} agent${agents > 1 ? 's' : ''}`, async ({
      room,
      receiver,
    }) => {
      await set(room, { joining_begins: begins });
      await post(room, later(receiver.url));
      await room.clock.advance({ to: moment });
      await post(room, later(receiver.url, { join_time: '2026-01-01T12:00:00Z' }));
      await room.clock.advance({ by: '5h' });
      const subs = receiver.arrivals.map(({ body }) => JSON.parse(body).meeting_agent.sub as string);
      expect(new Set(subs).size).toBe(agents);
    });
  }

  test('without a key every call makes a new agent, which nothing can reschedule', async ({ room }) => {
    const subs = [await post(room, agentRequest()), await post(room, agentRequest())].map(
      ({ json }) => json.meeting_agent.sub as string,
    );
    expect(new Set(subs).size).toBe(2);
    await post(room, later(undefined));
    expect(await room.clock.pending()).toHaveLength(3);
  });

  for (const [what, join_time] of [
    ['not a time', 'tomorrow'],
    ['without a zone', '2026-01-01T10:00:00'],
    ['with milliseconds', '2026-01-01T10:00:00.123Z'],
    ['a day that does not exist', '2026-02-30T10:00:00Z'],
  ]) {
    test(`join_time is a Time: ${what} is refused`, async ({ room }) => {
      expect(errorKeys(await post(room, later(undefined, { join_time })))).toEqual({
        join_time: ['errors.invalid_time'],
      });
    });
  }

  test('join_time is a Time: zero milliseconds and offsets pass', async ({ room }) => {
    expect((await post(room, later(undefined, { join_time: '2026-01-01T10:00:00.000Z' }))).status).toBe(202);
    expect((await post(room, later(undefined, { join_time: '2026-01-01T12:00:00+02:00' }))).status).toBe(202);
  });

  test('join_time must be a future point in time', async ({ room }) => {
    for (const join_time of ['2026-01-01T09:00:00Z', '2025-12-31T09:00:00Z'])
      expect(errorKeys(await post(room, later(undefined, { join_time })))).toEqual({
        join_time: ['errors.must_be_in_future'],
      });
  });

  test('the agent joins on or slightly before its join_time', async ({ room }) => {
    await post(room, later(undefined));
    expect((await joinInstants(room))[0]! <= TEN).toBe(true);
  });

  test('without a join_time the agent joins as soon as possible', async ({ room }) => {
    await post(room, agentRequest());
    expect((await joinInstants(room))[0]! < '2026-01-01T09:01:00Z').toBe(true);
  });

  test('with less than five minutes of notice the agent is accepted and joins late', async ({ room, receiver }) => {
    const join_time = '2026-01-01T09:00:10Z';
    expect((await post(room, later(receiver.url, { join_time }))).status).toBe(202);
    expect((await joinInstants(room))[0]! > join_time).toBe(true);
  });
});

describe('join_url', () => {
  test('join_url is required', async ({ room }) => {
    const answer = await post(room, { on_behalf_of_attendee: { email: 'host@example.com' } });
    expect(answer.json).toEqual({ errors: { join_url: [{ key: 'errors.required', description: 'required' }] } });
  });

  for (const url of [TEAMS_URL, MEET_URL, ZOOM_URL, 'https://company.zoom.us/j/1', 'https://teams.live.com/meet/1']) {
    test(`join_url may be of Teams, Meet or Zoom: ${url}`, async ({ room }) => {
      expect((await post(room, agentRequest(undefined, { join_url: url }))).status).toBe(200);
    });
  }

  for (const [url, key] of [
    ['http://meet.google.com/abc-defg-hij', 'errors.invalid_url'],
    ['meet.google.com/abc-defg-hij', 'errors.invalid_url'],
    ['https://meet.example.com/abc', 'errors.unsupported_provider'],
    ['https://meet.google.com/', 'errors.unsupported_provider'],
    ['https://zoom.us', 'errors.unsupported_provider'],
    ['https://zoom.us.example.com/j/1', 'errors.unsupported_provider'],
  ] as const) {
    test(`join_url must be HTTPS and of a known service: ${url} is refused`, async ({ room }) => {
      expect(errorKeys(await post(room, agentRequest(undefined, { join_url: url })))).toEqual({ join_url: [key] });
    });
  }
});

describe('How the agent looks', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Serves an image, or not, and remembers when it was asked. */
  async function serveImage(status: () => number): Promise<string> {
    server = createServer((_, response) => response.writeHead(status(), { 'Content-Type': 'image/png' }).end('png'));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/face.png`;
  }

  test('display_name is what the agent is called', async ({ room }) => {
    const { json } = await post(room, agentRequest(undefined, { display_name: 'Note taker' }));
    const { text } = await cronofy(room, 'GET', new URL(json.meeting_agent.resources[0].url).pathname);
    expect(text).toContain('Note taker');
  });

  test("without display_name and image_url the application's branding is used", async ({ room }) => {
    const { json } = await post(room, agentRequest());
    const { text } = await cronofy(room, 'GET', new URL(json.meeting_agent.resources[0].url).pathname);
    expect(text).toContain('as the application is branded');
    await room.clock.advance({ by: '1h' });
    expect((await timelineOf(room, 'note')).some(({ summary }) => summary.includes('image'))).toBe(false);
  });

  test('the image is fetched shortly before the agent joins', async ({ room }) => {
    const image_url = await serveImage(() => 200);
    await post(room, later(undefined, { image_url }));
    await room.clock.advance({ by: '2h' });
    const fetched = (await timelineOf(room, 'note')).find(({ summary }) => summary === 'the image is fetched');
    expect(fetched?.at).toBe('2026-01-01T09:55:00Z');
  });

  test('an image that has gone by then is a violation in the journal, and changes nothing else', async ({
    room,
    receiver,
  }) => {
    let status = 200;
    const image_url = await serveImage(() => status);
    await post(room, later(receiver.url, { image_url }));
    status = 404;
    await room.clock.advance({ by: '2h' });
    expect((await timelineOf(room, 'violation'))[0]?.summary).toContain('was status 404');
    expect(allTold(receiver)).toContain('meeting_agent_complete');
  });

  test('any image of HTTP or HTTPS is taken: the format is a recommendation', async ({ room }) => {
    expect((await post(room, agentRequest(undefined, { image_url: 'https://example.com/face.gif' }))).status).toBe(200);
    expect(errorKeys(await post(room, agentRequest(undefined, { image_url: 'face.png' })))).toEqual({
      image_url: ['errors.invalid_url'],
    });
  });
});

describe('on_behalf_of_attendee', () => {
  test('on_behalf_of_attendee is required, and so is its email', async ({ room }) => {
    expect(errorKeys(await post(room, { join_url: TEAMS_URL }))).toEqual({
      on_behalf_of_attendee: ['errors.required'],
    });
    expect(errorKeys(await post(room, { join_url: TEAMS_URL, on_behalf_of_attendee: {} }))).toEqual({
      'on_behalf_of_attendee.email': ['errors.required'],
    });
  });

  test('the email must be an address', async ({ room }) => {
    const body = { join_url: TEAMS_URL, on_behalf_of_attendee: { email: 'nobody' } };
    expect(errorKeys(await post(room, body))).toEqual({ 'on_behalf_of_attendee.email': ['errors.invalid_email'] });
  });

  test('an agent is only active while its attendee is present', async ({ room, receiver }) => {
    await set(room, { attendee_present: false });
    await post(room, later(receiver.url));
    await room.clock.advance({ by: '2h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_failed']);
    expect(await room.timeline({ as: 'text' })).toContain('failed/attendee_absent');
  });

  test('a Zoom meeting without the authorization of the attendee fails', async ({ room, receiver }) => {
    await set(room, { zoom_authorization: 'required' });
    await post(room, later(receiver.url, { join_url: ZOOM_URL }));
    await room.clock.advance({ by: '2h' });
    expect(bodyOf(receiver, 'meeting_agent_failed').meeting_agent).toMatchObject({
      state: 'failed',
      resources: [{ category: 'cronofy', type: 'dashboard' }],
    });
  });

  test('an attendee is asked once, and authorizes all later Zoom meetings', async ({ room, receiver }) => {
    await set(room, { zoom_authorization: 'required' });
    await post(room, later(receiver.url, { join_url: ZOOM_URL }));
    await post(room, later(receiver.url, { join_url: ZOOM_URL, scheduling_key: 'l', join_time: ELEVEN }));
    const asked = (await timelineOf(room, 'note')).filter(({ summary }) => summary.includes('asked by e-mail'));
    expect(asked).toHaveLength(1);
    await room.backstage({ kind: 'authorize', email: 'host@example.com' });
    await room.clock.advance({ by: '4h' });
    expect(allTold(receiver).filter((type) => type === 'meeting_agent_complete')).toHaveLength(2);
  });
});

describe('Subscriptions', () => {
  test('an agent needs no subscriptions', async ({ room }) => {
    await post(room, agentRequest());
    await room.clock.advance({ by: '1h' });
    expect((await room.deliveries.list()).deliveries).toEqual([]);
  });

  test('resources are only to be had through subscriptions', async ({ room, receiver }) => {
    const { json } = await post(room, agentRequest(receiver.url));
    expect(json.meeting_agent.resources).toHaveLength(1);
    await room.clock.advance({ by: '1h' });
    expect(bodyOf(receiver, 'meeting_agent_complete').meeting_agent.resources).toHaveLength(4);
  });

  test('the only type is webhook, and it may be left out', async ({ room, receiver }) => {
    const wrong = { subscriptions: [subscription(receiver.url, { type: 'email' })] };
    expect(errorKeys(await post(room, agentRequest(undefined, wrong)))).toEqual({
      'subscriptions[0].type': ['errors.invalid'],
    });
    const { type: _, ...untyped } = subscription(receiver.url);
    await post(room, agentRequest(undefined, { subscriptions: [untyped] }));
    await room.clock.advance({ by: '1h' });
    expect(receiver.arrivals).toHaveLength(2);
  });

  test('a uri is HTTP or HTTPS', async ({ room }) => {
    for (const uri of ['ftp://example.com/x', 'example.com/x'])
      expect(errorKeys(await post(room, agentRequest(uri)))).toEqual({
        'subscriptions[0].uri': ['errors.invalid_url'],
      });
    expect((await post(room, agentRequest('https://example.com/x'))).status).toBe(200);
  });

  test('when strict, a uri must be externally accessible', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true });
    const answer = await post(room, agentRequest('http://127.0.0.1:9/x'));
    expect(answer.json.errors['subscriptions[0].uri'][0].description).toBe(
      'Callback URL must not be an example or local URL',
    );
  });

  test('only the interactions that are listed trigger a call', async ({ room, receiver }) => {
    const interactions = [{ type: 'meeting_agent_complete' }];
    await post(room, agentRequest(undefined, { subscriptions: [subscription(receiver.url, { interactions })] }));
    await room.clock.advance({ by: '1h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_complete']);
  });

  test('an unknown interaction is refused', async ({ room }) => {
    const interactions = [{ type: 'meeting_agent_joined' }];
    const body = agentRequest(undefined, { subscriptions: [subscription('https://example.com', { interactions })] });
    expect(errorKeys(await post(room, body))).toEqual({
      'subscriptions[0].interactions[0].type': ['errors.invalid'],
    });
  });

  test('meeting_agent_activated comes up to five minutes before the join_time', async ({ room, receiver }) => {
    await post(room, later(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:54:59Z' });
    expect(receiver.arrivals).toEqual([]);
    await room.clock.advance({ to: '2026-01-01T09:55:00Z' });
    expect(bodyOf(receiver, 'meeting_agent_activated').meeting_agent.state).toBe('created');
  });

  test('meeting_agent_complete comes when the resources are there', async ({ room, receiver }) => {
    await post(room, later(receiver.url));
    await room.clock.until({ webhook: { type: 'meeting_agent_complete' } });
    const { resources } = bodyOf(receiver, 'meeting_agent_complete').meeting_agent;
    expect(resources.map(({ category, type }: Record<string, string>) => `${category}/${type}`)).toEqual([
      'cronofy/dashboard',
      'transcript/cronofy',
      'audio/voice',
      'video/conference',
    ]);
  });

  test('meeting_agent_failed comes when the agent could not run', async ({ room, receiver }) => {
    await post(room, later(receiver.url));
    await room.backstage({ kind: 'agent_event', agent: { scheduling_key: 'k' }, event: 'failed', reason: 'denied' });
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_failed']);
  });
});

describe('Around it', () => {
  test('the data centres are those of the page', () => {
    expect(cronofyContract.servers.map((server) => new URL(server).host).toSorted()).toEqual([
      'api-au.cronofy.com',
      'api-ca.cronofy.com',
      'api-de.cronofy.com',
      'api-sg.cronofy.com',
      'api-uk.cronofy.com',
      'api.cronofy.com',
    ]);
  });

  test('unknown fields are accepted, and the journal warns of them', async ({ room }) => {
    expect((await post(room, agentRequest(undefined, { dispaly_name: 'Notes' }))).status).toBe(200);
    expect((await timelineOf(room, 'violation'))[0]?.summary).toContain('perhaps "display_name"');
  });

  test('the un-nested answer of early 2026 is a switch', async ({ room }) => {
    await set(room, { legacy_unnested_response: true });
    expect((await post(room, agentRequest())).json).toMatchObject({
      sub: expect.stringMatching(/^agt_/),
      state: 'created',
    });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('callbacks of direct agents carry an event only when the switch says so', async ({ room, receiver }) => {
    await post(room, later(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:55:00Z' });
    expect(bodyOf(receiver, 'meeting_agent_activated')).not.toHaveProperty('event');
    await set(room, { event_in_direct_callbacks: true });
    await room.clock.advance({ by: '3h' });
    expect(bodyOf(receiver, 'meeting_agent_complete').event).toMatchObject({
      event_id: 'k',
      start: TEN,
      conferencing: { provider_name: 'ms_teams' },
    });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });
});

/** When agents began to join, to the instant; plays on until nothing is left to do. */
async function joinInstants(room: Greenroom): Promise<string[]> {
  const { ran } = await room.clock.advance({ by: '4h' });
  return ran.filter(({ label }) => label === 'agent begins to join').map(({ at }) => at);
}

const dashboardOf = (receiver: Parameters<typeof bodyOf>[0]): string =>
  bodyOf(receiver, 'meeting_agent_complete').meeting_agent.resources[0].url;
