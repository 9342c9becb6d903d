// An app that asks a service after each webhook, itself or (`apart`) a process of its own, and is answered after a tenth of a second of its own time.
// The service starts a worker for its first answer. It prints what it has heard, and when.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const { ATTENDEE_BASE_URL, ATTENDEE_API_KEY, GREENROOM_URL } = process.env;
const headers = { authorization: `Token ${ATTENDEE_API_KEY}`, 'content-type': 'application/json' };
const post = (url, body) => fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
const heard = [];
let [service, worker] = [];

const server = createServer(async (request, response) => {
  if (request.url === '/slow') {
    worker ??= new Worker("require('node:http').createServer().listen(0, '127.0.0.1')", { eval: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    response.end('done');
    return;
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.writeHead(204).end();
  await (await fetch(`${service}/slow`)).text();
  heard.push(`${new Date().toISOString().slice(11, 23)} ${JSON.parse(Buffer.concat(chunks)).data.new_state}`);
});
const here = () => `http://127.0.0.1:${server.address().port}`;

server.listen(0, '127.0.0.1', async () => {
  if (process.send) return process.send(here());
  const apart = process.argv[2] === 'apart' && fork(fileURLToPath(import.meta.url));
  service = apart ? (await once(apart, 'message'))[0] : here();
  await post(`${ATTENDEE_BASE_URL}/api/v1/bots`, {
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    bot_name: 'Notes',
    join_at: new Date(Date.now() + 600_000).toISOString(),
    webhooks: [{ url: here(), triggers: ['bot.state_change'] }],
  });
  await post(`${GREENROOM_URL}/_greenroom/clock/advance`, { by: '1h' });
  console.log(JSON.stringify(heard));
  if (apart) apart.kill();
  process.exit();
});
