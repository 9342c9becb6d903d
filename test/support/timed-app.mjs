// An app with timers of its own, and a story of it, whose timeline it prints: `timed-app.mjs PORT` in the process of greenroom, and
// under `greenroom exec --lockstep` over sockets. A timer of ten minutes, one of an hour, work after an answer, a receiver that sleeps.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGreenroom } from 'greenroom';

const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL } = process.env;
const port = Number(process.argv[2]);
const hooks = `http://127.0.0.1:${port}`;
let call;

async function receive({ bot_id: bot, data }) {
  if (data.new_state === 'joining') await sleep(1000);
  if (data.new_state === 'joined_recording') setTimeout(() => call(`/bots/${bot}`), 600_000);
  if (data.new_state === 'post_processing') setImmediate(() => call(`/bots/${bot}/transcript`));
}

async function begin() {
  const hourly = setInterval(() => call('/bots'), 3_600_000);
  setTimeout(() => clearInterval(hourly), 3 * 3_600_000);
  setTimeout(createBot, 60_000, 'Two');
  await createBot('One');
}

const createBot = (bot_name) =>
  call('/bots', {
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    bot_name,
    webhooks: [{ url: `${hooks}/hooks`, triggers: ['bot.state_change'] }],
  });

const callWith = (fetch, url, key) => async (path, body) => {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1${path}`, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return response.json();
};

async function inProcess() {
  const room = await createGreenroom({
    lockstep: true,
    receivers: {
      [hooks]: async (request) => {
        await receive(await request.json());
        return new Response();
      },
    },
  });
  call = callWith(room.fetch, room.url, room.attendee.api_key);
  await begin();
  await room.clock.advance({ by: '4h' });
  return (await room.fetch('/_greenroom/timeline?limit=1000')).text();
}

async function overSockets() {
  call = callWith(fetch, ATTENDEE_API_URL, ATTENDEE_API_KEY);
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => receive(JSON.parse(text)).then(() => response.end()));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await begin();
  await fetch(`${GREENROOM_URL}/_greenroom/clock/advance`, { method: 'POST', body: '{"by":"4h"}' });
  return (await fetch(`${GREENROOM_URL}/_greenroom/timeline?limit=1000`)).text();
}

console.log(GREENROOM_URL === undefined ? await inProcess() : await overSockets());
process.exit();
