import { fork } from 'node:child_process';
import express from 'express';
import { attendee } from './attendee.js';

/** The web process: takes meetings and webhooks, and hands the work to the worker. */
const app = express();
const worker = fork(new URL('worker.js', import.meta.url));
const meetings = new Map();
worker.on('message', ({ bot, ...found }) => Object.assign(meetings.get(bot) ?? {}, found));

app.use(express.json());

app.post('/meetings', (request, response, next) => {
  schedule(request.body.url).then((bot) => response.status(201).json({ bot }), next);
});

async function schedule(url) {
  const { id: bot, state } = await attendee('/bots', {
    meeting_url: url,
    bot_name: 'Notes',
    webhooks: [{ url: `http://127.0.0.1:${server.address().port}/hooks`, triggers: ['bot.state_change'] }],
  });
  meetings.set(bot, { state });
  worker.send({ watch: bot });
  return bot;
}

app.get('/meetings/:bot', (request, response) => {
  response.json(meetings.get(request.params.bot) ?? null);
});

app.post('/hooks', (request, response) => {
  const { bot_id: bot, data } = request.body;
  response.sendStatus(200);
  Object.assign(meetings.get(bot) ?? {}, { state: data.new_state });
  if (data.new_state === 'ended') worker.send({ fetch: bot });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`express-worker listens on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => {
  worker.disconnect();
  server.close();
  server.closeAllConnections();
});
