import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { test } from '../support/browser.js';
import { agentRequest, attendee, botRequest, cronofy } from '../support/room.js';
import { asJavaScript, choose, detail, lines, open, search } from './scene.js';

/** The app verifies what a parser wrote again, with the raw bytes' header: a common mistake. */
const wrongly = (secret: string) => (arrival: { body: string; headers: Readonly<Record<string, string>> }) => {
  const computed = createHmac('sha256', secret)
    .update(JSON.stringify(JSON.parse(arrival.body)))
    .digest('base64');
  const isFine = computed === arrival.headers['x-webhook-signature'];
  return isFine ? 200 : { status: 401, body: 'bad signature' };
};

test('Somebody who has never seen the page finds in it alone why two webhooks were refused', async ({
  page,
  room,
  receiver,
}) => {
  // The first webhook is verified in a wrong way; the next that tells of the agent is never answered.
  receiver.answerWith(wrongly(room.attendee.webhook_secret));
  await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z', receiver.url, { bot_name: 'Ada' }));
  await room.clock.advance({ by: '26m' });
  await room.faults.add({ on: 'delivery', match: { type: 'meeting_agent_activated' }, do: { answers: ['timeout'] } });
  await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
  await room.clock.advance({ by: '5s' });

  // 1. Open the page. It says how many things went wrong, and offers the first.
  await open(page, room);
  await page.getByRole('button', { name: /^Show the first of \d+ that went wrong$/ }).click();
  // 2. The chosen line says in words why, with the receiver's own words.
  await expect.poll(() => detail(page).innerText()).toContain('The receiver answered 401');
  const refused = detail(page).getByRole('region', { name: 'Why it was refused' });
  expect(await refused.innerText()).toContain('bad signature');
  // 3. Below stands what the doctor says of the signature that was sent: it is right, so it is the app that verifies otherwise.
  await expect
    .poll(() => refused.innerText())
    .toContain('Yes: it is that of this body, with the secret of this workspace.');
  // 4. Give the doctor what the app has computed: it names the mistake.
  const body = JSON.stringify(JSON.parse(receiver.arrivals[0]!.body));
  await refused.getByText('Ask the doctor').click();
  const key = Buffer.from(room.attendee.webhook_secret, 'base64');
  await refused
    .getByLabel('The signature that your app computed')
    .fill(createHmac('sha256', key).update(body).digest('base64'));
  await refused.getByRole('button', { name: 'Examine' }).click();
  await expect
    .poll(() => refused.innerText())
    .toMatch(/No(:|\. These).*(raw|order|sort|spaces|rewritten|written again)/is);
  // 5. The other one: search for what was not answered.
  await search(page, 'status:timeout');
  await expect.poll(async () => (await lines(page)).length).toBe(1);
  await choose(page, 'meeting_agent_activated');
  await expect.poll(() => refused.innerText()).toContain('did not answer within the time that the vendor waits');
  expect(await refused.innerText()).toContain('A fault rule had a hand in it');
});

test('Of a receiver that accepted others it is said that the secret is right, and what this body alone has in it', async ({
  page,
  room,
  receiver,
}) => {
  receiver.answerWith(...Array.from({ length: 60 }, () => asJavaScript(room.attendee.webhook_secret)));
  for (const [bot_name, metadata] of [
    ['Ada', { team: 'one' }],
    ['Zoë', { 10: 'ten', 2: 'two' }],
  ] as const)
    await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T09:30:00Z', receiver.url, { bot_name, metadata }),
    );
  await room.clock.advance({ by: '2h' });
  await open(page, room);
  const chip = page.getByRole('region', { name: 'What went wrong' }).getByRole('button').first();
  await expect
    .poll(() => chip.innerText())
    .toMatch(/^\d+ webhooks answered with 401 by 127\.0\.0\.1:\{receiver 1\}\/, in \d+ attempts, all lost$/);
  await chip.click();
  const why = detail(page).getByRole('region', { name: 'Why it was refused' });
  await expect.poll(() => why.innerText()).toMatch(/accepted \d+ others, signed with the same secret/);
  const words = await why.innerText();
  expect(words).toContain('bot_metadata has keys that look like numbers ("2", "10")');
  expect(words).not.toMatch(/secret of another environment|the body as it came, or/);
  expect(await detail(page).innerText()).toContain('127.0.0.1:{receiver 1}/');
});
