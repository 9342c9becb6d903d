import { describe, expect } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { startReceiver } from '../support/receiver.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';
import { startProcess } from '../support/server.js';
import { playAStory, type Place } from '../support/story.js';

async function timelineOf(place: Place): Promise<string> {
  const receiver = await startReceiver();
  try {
    return await playAStory(place, receiver);
  } finally {
    await receiver.close();
  }
}

async function timelineHere(seed: number): Promise<string> {
  await using room = await startGreenroom({ seed });
  return await timelineOf(room);
}

async function timelineElsewhere(seed: number): Promise<string> {
  const server = await startProcess('--clock', 'frozen', '--seed', String(seed));
  try {
    return await timelineOf(server);
  } finally {
    await server.stop();
  }
}

describe('The same seed and the same calls', () => {
  test('give the same timeline bytes twice in one process', async () => {
    const first = await timelineHere(7);
    expect(await timelineHere(7)).toBe(first);
    expect(first).toContain('post_processing_completed');
  });

  test('give the same timeline bytes in two processes', async () => {
    const first = await timelineElsewhere(7);
    expect(await timelineElsewhere(7)).toBe(first);
    expect(await timelineHere(7)).toBe(first);
  });

  test('another seed gives other ids', async () => {
    expect(await timelineHere(8)).not.toBe(await timelineHere(7));
  });
});

describe('Workspaces', () => {
  test('a workspace is found by its credential and sees nothing of the others', async ({ room, receiver }) => {
    const { json: other } = await control(room, 'POST', '/workspaces', { id: 'other' });
    const { json: bot } = await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T10:00:00Z', receiver.url),
    );
    const theirs = { ...room, attendee: other.attendee, cronofy: other.cronofy };
    expect((await attendee(theirs, 'GET', '/api/v1/bots')).json.results).toEqual([]);
    await cronofy(theirs, 'POST', '/v1/meeting_agents', agentRequest());
    await control(room, 'POST', '/clock/advance', { by: '1h' }, 'other');
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    expect(receiver.arrivals).toEqual([]);
    const theirTimeline = (await control(room, 'GET', '/timeline', undefined, 'other')).text;
    expect(theirTimeline).toContain('/v1/meeting_agents');
    expect(theirTimeline).not.toContain(bot.id);
  });

  test('a deleted workspace takes its credentials with it', async ({ room }) => {
    const { json: other } = await control(room, 'POST', '/workspaces', {});
    expect((await control(room, 'DELETE', `/workspaces/${other.id}`)).status).toBe(204);
    expect((await attendee({ ...room, attendee: other.attendee }, 'GET', '/api/v1/bots')).status).toBe(401);
    expect((await control(room, 'GET', '/timeline', undefined, other.id)).status).toBe(404);
  });

  test('an id or a credential that is taken is a conflict', async ({ room }) => {
    for (const body of [{ id: 'default' }, { attendee: { api_key: room.attendee.api_key } }]) {
      const answer = await control(room, 'POST', '/workspaces', body);
      expect([answer.status, answer.json.code]).toEqual([409, 'CONFLICT']);
    }
    expect((await control(room, 'GET', '/health')).json.workspaces).toBe(1);
  });

  test('a change that would take the credential of another workspace changes nothing', async ({ room }) => {
    const { json: other } = await control(room, 'POST', '/workspaces', { id: 'other' });
    const stolen = { scenario: 'manual', attendee: { api_key: room.attendee.api_key } };
    expect((await control(room, 'PATCH', '/workspaces/other', stolen)).status).toBe(409);
    const rotated = { cronofy: { previous_client_secrets: [room.cronofy.client_secret] } };
    expect((await control(room, 'POST', '/workspaces', rotated)).status).toBe(409);
    expect((await control(room, 'GET', '/workspaces/other')).json).toEqual(other);
    await control(room, 'DELETE', '/workspaces/other');
    expect((await attendee(room, 'GET', '/api/v1/bots')).status).toBe(200);
  });

  test('a snapshot brings the settings and the scenario back too', async ({ room }) => {
    const before = (await control(room, 'GET', '/workspaces/default')).json;
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    await control(room, 'PATCH', '/workspaces/default', { scenario: 'manual', strict: true, attendee: { credits: 3 } });
    expect((await control(room, 'PUT', '/snapshot', snapshot)).status).toBe(204);
    expect((await control(room, 'GET', '/workspaces/default')).json).toEqual(before);
  });

  test('reset makes a workspace as on its creation', async ({ room, receiver }) => {
    const tell = async () => {
      await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
      await room.clock.advance({ by: '90m' });
      return room.timeline({ as: 'text' });
    };
    const first = await tell();
    await room.reset();
    expect(await room.timeline({ as: 'text' })).toBe('');
    expect(await tell()).toBe(first);
  });

  test('a snapshot that makes no sense is refused and changes nothing', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    for (const garbage of [
      {},
      { ...snapshot, clock: {} },
      { ...snapshot, slices: { cronofy: {}, attendee: { bots: 5 } } },
    ]) {
      const answer = await control(room, 'PUT', '/snapshot', garbage);
      expect([answer.status, answer.json.code]).toEqual([422, 'INVALID_BODY']);
    }
    expect((await control(room, 'GET', '/snapshot')).json).toEqual(snapshot);
  });

  test('what is restored from a snapshot goes on as the original did', async ({ room, receiver }) => {
    receiver.answerWith(500);
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
    await room.clock.advance({ by: '30s' });
    const snapshot = (await control(room, 'GET', '/snapshot')).json;
    await room.clock.advance({ by: '3h' });
    const original = await room.timeline({ as: 'text' });
    expect((await control(room, 'PUT', '/snapshot', snapshot)).status).toBe(204);
    expect(await room.clock.now()).toBe('2026-01-01T09:00:30Z');
    await room.clock.advance({ by: '3h' });
    expect(await room.timeline({ as: 'text' })).toBe(original);
  });
});
