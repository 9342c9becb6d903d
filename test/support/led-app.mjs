// An app in two processes, web and worker, whose timers matter, and a client of it: a retry after ten minutes, a cron of an
// hour, a receiver that sleeps before it answers. It prints what it did with its own clock, and the timeline of greenroom.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL } = process.env;
const headers = { authorization: `Token ${ATTENDEE_API_KEY}`, 'content-type': 'application/json' };
const call = async (path, init) => (await fetch(`${ATTENDEE_API_URL}/api/v1${path}`, { headers, ...init })).json();
const note = (text) => ({ at: new Date().toISOString(), text });

if (process.argv[2] === 'worker') work();
else await serve();

/** Looks after the bots each hour, and ten minutes after it hears of one. */
function work() {
  process.once('disconnect', () => process.exit());
  setInterval(() => process.send(note('cron')), 3_600_000);
  process.on('message', async (/** @type {string} */ bot) => {
    await sleep(600_000);
    process.send(note(`worker sees ${(await call(`/bots/${bot}`)).state}`));
  });
}

async function serve() {
  const began = performance.now();
  const diary = [note('begins')];
  const worker = fork(import.meta.filename, ['worker']);
  worker.on('message', (line) => diary.push(line));
  const app = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { bot_id, data } = JSON.parse(text);
    diary.push(note(data.new_state));
    if (data.new_state === 'joining') await sleep(1000);
    response.end();
    if (data.new_state === 'joined_recording') worker.send(bot_id);
    if (data.new_state === 'ended') setTimeout(end, 2 * 3_600_000, diary, worker, began);
  });
  await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve));
  const webhooks = [{ url: `http://127.0.0.1:${app.address().port}/hooks`, triggers: ['bot.state_change'] }];
  const meeting = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks };
  await call('/bots', { method: 'POST', body: JSON.stringify(meeting) });
}

async function end(diary, worker, began) {
  const hours = (performance.now() - began) / 3_600_000;
  const timeline = await (await fetch(`${GREENROOM_URL}/_greenroom/timeline`)).text();
  console.log(JSON.stringify({ diary: diary.map(({ at, text }) => `${at.slice(11, 19)} ${text}`), hours, timeline }));
  worker.once('exit', () => process.exit()).disconnect();
}
