import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGreenroom } from 'greenroom';
import { startApp } from '../process.js';
import { MEET, TEAMS } from '../support.js';

let room;
let app;

before(async () => {
  room = await startGreenroom();
  app = await startApp(room);
});

after(async () => {
  await app.stop();
  await room.close();
});

async function schedule(meeting) {
  const response = await fetch(`${app.url}/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ starts_at: '2026-01-01T10:00:00Z', ...meeting }),
  });
  assert.equal(response.status, 201);
}

const meetingOf = async (id) => (await fetch(`${app.url}/meetings/${id}`)).json();

test('two agents of two vendors go through two meetings, and both leave notes', async () => {
  await schedule({ id: 'planning', vendor: 'cronofy', join_url: TEAMS });
  await schedule({ id: 'retro', vendor: 'attendee', join_url: MEET });
  await room.clock.advance({ to: '2026-01-01T10:15:00Z' });
  assert.equal((await meetingOf('retro')).state, 'in the meeting');
  await room.clock.until('idle');
  for (const id of ['planning', 'retro']) {
    const { state, notes } = await meetingOf(id);
    assert.equal(state, 'done');
    assert.ok(notes.length > 0);
  }
});

test('an answer that is lost on the way brings the webhook again, and changes nothing', async () => {
  await room.faults.add({
    on: 'delivery',
    match: { provider: 'attendee', state: 'ended' },
    times: 1,
    do: { answers: ['drop'], send: true },
  });
  await schedule({ id: 'review', vendor: 'attendee', join_url: `${MEET}?again`, starts_at: '2026-01-01T12:00:00Z' });
  await room.clock.until('idle');
  const { deliveries } = await room.deliveries.list({ provider: 'attendee', state: 'ended' });
  assert.equal(deliveries.at(-1).attempts.length, 2);
  assert.equal((await meetingOf('review')).state, 'done');
});
