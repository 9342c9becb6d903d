import { startGreenroom } from 'greenroom';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appFor, ask, MEET, NOTES, TEAMS } from '../support.js';

let room;
let app;

beforeEach(async () => {
  // Webhooks for NOTES go to the app as a function: no port, no tunnel.
  room = await startGreenroom({ receivers: { [NOTES]: (request) => app.fetch(request) } });
  app = appFor(room);
});

afterEach(async () => {
  await room.close();
  app.close();
});

const meetingOf = async (id) => (await ask(app, 'GET', `/meetings/${id}`)).json;

describe.each([
  ['cronofy', TEAMS],
  ['attendee', MEET],
])('A meeting with an agent of %s', (vendor, join_url) => {
  const schedule = (id) => ask(app, 'POST', '/meetings', { id, vendor, join_url, starts_at: '2026-01-01T10:00:00Z' });

  test('is scheduled, joined, and its notes are there when it is over', async () => {
    expect((await schedule('standup')).json.state).toBe('scheduled');
    await room.clock.advance({ to: '2026-01-01T09:59:59Z' });
    expect((await meetingOf('standup')).state).toBe('joining');
    await room.clock.advance({ by: '1h' });
    const { state, notes } = await meetingOf('standup');
    expect(state).toBe('done');
    expect(notes.length).toBeGreaterThan(0);
    expect(notes[0]).toEqual({ speaker: expect.any(String), text: expect.stringMatching(/\w/) });
  });

  test('is scheduled once, however often the client tries', async () => {
    await schedule('standup');
    expect((await schedule('standup')).status).toBe(201);
    await room.clock.until('idle');
    const first = vendor === 'cronofy' ? { type: 'meeting_agent_activated' } : { state: 'staged' };
    expect((await room.deliveries.list({ provider: vendor, ...first })).deliveries).toHaveLength(1);
  });

  test('is cancelled, and nobody joins', async () => {
    await schedule('standup');
    expect((await ask(app, 'DELETE', '/meetings/standup')).status).toBe(204);
    await room.clock.until('idle');
    expect((await meetingOf('standup')).state).toBe('cancelled');
  });

  test('whose last webhook comes three times has its notes fetched once', async () => {
    const last = vendor === 'cronofy' ? { type: 'meeting_agent_complete' } : { state: 'ended' };
    await room.faults.add({ on: 'delivery', match: { provider: vendor, ...last }, do: { duplicate: 2 } });
    await schedule('standup');
    await room.clock.until('idle');
    const operation = vendor === 'cronofy' ? 'downloadResource' : 'getTranscript';
    const { requests } = await room.requests.list({ operation });
    expect(requests).toHaveLength(1);
  });

  test('whose webhooks nobody signed stays as it is', async () => {
    await room.faults.add({ on: 'delivery', match: { provider: vendor }, do: { signature: 'missing' } });
    await schedule('standup');
    await room.clock.advance({ by: '4h' });
    expect((await meetingOf('standup')).state).toBe('scheduled');
    const { deliveries } = await room.deliveries.list();
    expect(new Set(deliveries.flatMap(({ attempts }) => attempts.map(({ status }) => status)))).toEqual(new Set([401]));
  });
});

test('a bot that nobody lets in is told as failed', async () => {
  await room.patch({ scenario: 'lobby-never-opened' });
  await ask(app, 'POST', '/meetings', {
    id: 'a',
    vendor: 'attendee',
    join_url: MEET,
    starts_at: '2026-01-01T10:00:00Z',
  });
  await room.clock.until('idle');
  expect((await meetingOf('a')).state).toBe('failed');
});

test('notes that could not be fetched are fetched again, two seconds later by the clock of the app', async () => {
  await room.clock.lockstep();
  await room.faults.add({ on: 'request', match: { operation: 'getTranscript' }, times: 1, do: { status: 503 } });
  await ask(app, 'POST', '/meetings', {
    id: 'a',
    vendor: 'attendee',
    join_url: MEET,
    starts_at: '2026-01-01T10:00:00Z',
  });
  await room.clock.until('idle');
  expect((await meetingOf('a')).notes).not.toBeNull();
});
