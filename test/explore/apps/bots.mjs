// A small app of a user's: it asks Attendee for a bot for each meeting, and keeps the state that webhooks tell. With BUG=calm it has
// no ear for failures; with BUG=polls it has none either, and asks for each bot that is not over every ten minutes; with BUG=hangs
// it never gets to the end of a copy; with BUG=slow it works for 20 s before it answers a webhook. What `dashboard` is set for leaves webhooks to what stands in the dashboard.
// With BUG=by-state it knows a webhook by the state that it tells alone, and with BUG=by-state-in-file it keeps that in a file; with
// BUG=by-failure it does so with failures; with BUG=rude it answers its user with an error when the bot is
// there; with BUG=later it asks for the bot three seconds after it has answered its user, and with BUG=much-later a minute after
// that; with BUG=counts it shows how many meetings there are, with BUG=dice a number by chance, and with BUG=clock its time.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG = '' } = process.env;
const meetings = new Map();
const file = BUG === 'by-state-in-file' ? 'heard.json' : undefined;
const heard = new Set(file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);
const isOpen = ({ bot, state }) => bot !== undefined && state !== 'ended' && state !== 'fatal_error';

async function api(method, path, body) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  return (await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
}

function tell(meeting, state) {
  if (isOpen(meeting) && (state !== 'fatal_error' || BUG === '' || BUG.startsWith('by-'))) meeting.state = state;
}

const isFailure = ({ data }) => data.new_state === 'fatal_error';
const isByState = (body) => BUG.startsWith('by-state') || (BUG === 'by-failure' && isFailure(body));
const keyOf = (body) => (isByState(body) ? body.data.new_state : body.idempotency_key);

function shown(id) {
  const more = {
    counts: { meetings: meetings.size },
    dice: { dice: Math.random() },
    clock: { clock: (Date.now() % 1e9) / 1000 + Math.random() / 1000 },
  }[BUG];
  return { state: meetings.get(id)?.state, ...more };
}

async function answer({ method, url }, body) {
  if (method !== 'POST') return shown(url.slice('/meetings/'.length));
  if (url === '/meetings') {
    const meeting = { id: `m${meetings.size + 1}`, state: 'scheduled' };
    meetings.set(meeting.id, meeting);
    const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
    const own = body.dashboard ? {} : { webhooks };
    const asked = { meeting_url: body.url, bot_name: 'Notes', join_at: body.at, ...own };
    const ask = async () => (meeting.bot = (await api('POST', '/bots', asked)).id);
    const later = { later: 3000, 'much-later': 60_000 }[BUG];
    if (later) setTimeout(ask, later);
    else await ask();
    if (BUG === 'rude') throw new Error('no such template');
    return { id: meeting.id };
  }
  const isKnown = heard.has(keyOf(body));
  if (BUG === 'hangs' && isKnown) while (true);
  heard.add(keyOf(body));
  if (file) writeFileSync(file, JSON.stringify([...heard]));
  if (BUG === 'slow') await new Promise((resolve) => setTimeout(resolve, 20_000));
  if (isKnown) return {};
  for (const meeting of meetings.values()) if (meeting.bot === body.bot_id) tell(meeting, body.data.new_state);
  return {};
}

serve(answer);

async function poll() {
  for (const meeting of meetings.values())
    if (isOpen(meeting)) tell(meeting, (await api('GET', `/bots/${meeting.bot}`)).state);
}

if (BUG === 'polls') setInterval(() => poll().catch(() => undefined), 600_000);
