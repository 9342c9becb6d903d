import { expect, test as base } from '@playwright/test';
import { startGreenroom } from 'greenroom';
import { startApp } from '../process.js';
import { MEET } from '../support.js';

// Only the request fixture is used: no browser is needed.
const test = base.extend({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  room: async ({}, use) => {
    const room = await startGreenroom();
    await use(room);
    await room.close();
  },
  app: async ({ room }, use) => {
    const app = await startApp(room);
    await use(app);
    await app.stop();
  },
});

test('a meeting is scheduled, and its notes are there an hour later', async ({ request, room, app }) => {
  const scheduled = await request.post(`${app.url}/meetings`, {
    data: { id: 'standup', vendor: 'attendee', join_url: MEET, starts_at: '2026-01-01T10:00:00Z' },
  });
  expect(scheduled.status()).toBe(201);
  await room.clock.advance({ by: '2h' });
  const meeting = await (await request.get(`${app.url}/meetings/standup`)).json();
  expect(meeting.state).toBe('done');
  expect(meeting.notes.length).toBeGreaterThan(0);
});

test('a webhook that nobody signed is refused', async ({ request, app }) => {
  const answer = await request.post(`${app.url}/hooks/cronofy`, { data: { notification: {} } });
  expect(answer.status()).toBe(401);
});
