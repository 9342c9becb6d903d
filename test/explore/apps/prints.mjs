// A small app of a user's: it keeps the state that webhooks tell, and prints the error that it answers with 500. With BUG=once it
// remembers a message before it fails at it, so that the next attempt is answered 200; with BUG=logs it does so, and logs the error as JSON; with BUG=shouts it prints what it cannot
// fetch; with BUG=exit it ends its own process at a failure, and with BUG=rejects nobody catches what it throws there.
import { createServer } from 'node:http';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG = '' } = process.env;
const meetings = new Map();
const heard = new Set();

async function call(method, path, body) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`Attendee answered ${response.status} to ${headers.authorization}`);
  return response.json();
}

async function schedule({ url, at }) {
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  const { id } = await call('POST', '/bots', { meeting_url: url, bot_name: 'Notes', join_at: at, webhooks });
  meetings.set(id, { state: 'scheduled', guests: 0 });
  return { id };
}

async function count(id) {
  const { results } = await call('GET', `/bots/${id}/participants`);
  meetings.get(id).guests = results.length;
}

function hear({ idempotency_key: once, bot_id: id, data: { new_state: state } }) {
  if (heard.has(once)) return {};
  heard.add(once);
  if (['once', 'logs'].includes(BUG) && state === 'joined_recording')
    throw new TypeError(`no template for ${id} with ${key}`);
  if (BUG === 'exit' && state === 'fatal_error') process.exit(3);
  if (BUG === 'rejects' && state === 'fatal_error') void Promise.reject(new RangeError('no such failure'));
  meetings.get(id).state = state;
  if (state === 'ended')
    count(id).catch((error) => {
      if (BUG === 'shouts') console.error('guests:', error);
    });
  return {};
}

createServer(async (request, response) => {
  const { method, url } = request;
  const text = Buffer.concat(await request.toArray()).toString();
  console.log(`${new Date().toISOString()} ${method} ${url}`);
  try {
    if (method === 'GET') return response.end(JSON.stringify(meetings.get(url.slice('/meetings/'.length)) ?? null));
    if (method !== 'POST') return response.end();
    response.end(JSON.stringify(url === '/meetings' ? await schedule(JSON.parse(text)) : hear(JSON.parse(text))));
  } catch (error) {
    const { name: type, message, stack } = error;
    // As pino does it.
    if (BUG === 'logs')
      console.log(JSON.stringify({ level: 50, time: Date.now(), err: { type, message, stack }, msg: message }));
    else console.error(error);
    response.writeHead(500).end();
  }
}).listen(Number(PORT), '127.0.0.1');
