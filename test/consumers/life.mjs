// A whole life of a bot and of an agent, on whatever Node runs this. Its run and its timeline stay in files of the given name.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createGreenroom, startGreenroom } from 'greenroom';
import { assertDelivered, assertNoViolations, assertReached } from 'greenroom/testing';
import { verifyAttendee, verifyCronofy } from 'greenroom/webhooks';

async function live(room) {
  const heard = [];
  const workspace = await room.workspace({
    receivers: {
      'https://app.test': async (request) => {
        const body = await request.text();
        const { cronofy, attendee } = workspace;
        const verdict = request.headers.has('cronofy-hmac-sha256')
          ? verifyCronofy({
              body,
              signature: request.headers.get('cronofy-hmac-sha256'),
              secret: cronofy.client_secret,
            })
          : verifyAttendee({
              body,
              signature: request.headers.get('x-webhook-signature'),
              secret: attendee.webhook_secret,
            });
        heard.push(verdict.ok ? verdict.webhook.type : verdict.reason);
        return new Response();
      },
    },
  });
  const post = (path, authorization, body) =>
    workspace.fetch(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const made = await post('/api/v1/bots', `Token ${workspace.attendee.api_key}`, {
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    bot_name: 'Notes',
    join_at: '2026-01-01T09:30:00Z',
    webhooks: [{ url: 'https://app.test/hooks', triggers: ['bot.state_change'] }],
  });
  const bot = await made.json();
  await post('/v1/meeting_agents', `Bearer ${workspace.cronofy.client_secret}`, {
    join_url: 'https://meet.google.com/abc-defg-hij',
    on_behalf_of_attendee: { email: 'host@example.com' },
    scheduling_key: 'weekly',
    join_time: '2026-01-01T09:30:00Z',
    subscriptions: [
      { type: 'webhook', uri: 'https://app.test/agents', interactions: [{ type: 'meeting_agent_complete' }] },
    ],
  });
  await workspace.clock.until({ subject: bot.id, state: 'ended' });
  await workspace.clock.until({ subject: { scheduling_key: 'weekly' }, state: 'complete' });
  await assertReached(workspace.subject(bot), 'ended');
  await assertDelivered(workspace, { type: 'meeting_agent_complete', times: 1 });
  await assertNoViolations(workspace);
  assert.deepEqual([...new Set(heard)].sort(), ['bot.state_change', 'meeting_agent_complete']);
  const [, , name] = process.argv;
  if (name !== undefined) {
    writeFileSync(`${name}.jsonl`, await workspace.run());
    writeFileSync(`${name}.txt`, await workspace.timeline({ as: 'text' }));
  }
  await workspace.close();
  await room.close();
  return heard.length;
}

const counts = [await live(await createGreenroom()), await live(await startGreenroom())];
assert.equal(counts[0], counts[1]);
console.log(`${counts[0]} webhooks, in process and over a socket`);
