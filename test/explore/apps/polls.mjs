// A small app of a user's: what it wants of the vendor stands in an outbox, which is worked off at once and every 400 ms. A call that failed
// stays there until a second is over, or as long as the vendor says. With BUG=drops it is taken off instead; with
// BUG=beats so, too, and an interval that has nothing to do with it goes off every five seconds.
import { randomUUID } from 'node:crypto';
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG } = process.env;
const meetings = new Map();
const outbox = [];
let working;

async function call(method, path, body) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok)
    throw Object.assign(new Error(await response.text()), { wait: response.headers.get('retry-after') });
  return response.json();
}

/** What was answered wrongly may be done: then the bot is found by its key. */
async function send({ id, url, at }) {
  const { results } = await call('GET', `/bots?deduplication_key=${id}`);
  if (results.length > 0) return call('PATCH', `/bots/${results[0].id}`, { join_at: at });
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  return call('POST', '/bots', {
    meeting_url: url,
    bot_name: 'Notes',
    join_at: at,
    webhooks,
    deduplication_key: id,
    metadata: { id },
  });
}

async function workOff() {
  for (const job of outbox.filter(({ due }) => due <= Date.now())) {
    const wait = await send(meetings.get(job.id)).then(
      () => undefined,
      (error) => Number(error.wait ?? 1) * 1000,
    );
    if (wait === undefined || BUG === 'drops' || BUG === 'beats') outbox.splice(outbox.indexOf(job), 1);
    else job.due = Date.now() + wait;
  }
}

/** One after the other. */
const work = () => (working ??= workOff().finally(() => (working = undefined)));

async function want(id) {
  outbox.push({ id, due: Date.now() });
  await work();
}

async function answer({ method, url }, body) {
  const id = url.slice('/meetings/'.length);
  if (method === 'GET') return { state: meetings.get(id).state };
  if (url === '/hooks/attendee') {
    const told = meetings.get(body.bot_metadata.id);
    if (body.data.new_state === 'ended') told.state = 'done';
    return {};
  }
  const meeting = url === '/meetings' ? { id: randomUUID(), state: 'planned', ...body } : meetings.get(id);
  meetings.set(meeting.id, Object.assign(meeting, { at: body.at }));
  await want(meeting.id);
  return { id: meeting.id };
}

serve(answer);
setInterval(work, 400);
if (BUG === 'beats') setInterval(() => undefined, 5000);
