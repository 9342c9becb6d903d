// A small app of a user's: it asks Attendee for a bot for each meeting, and keeps the state that webhooks tell. With BUG=calm it has
// no ear for failures; with BUG=polls it has none either, and asks for each bot that is not over every ten minutes; with BUG=hangs
// it never gets to the end of a copy; with BUG=slow it works for 20 s before it answers a webhook. What `dashboard` is set for leaves webhooks to what stands in the dashboard.
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG = '' } = process.env;
const meetings = new Map();
const heard = new Set();
const isOpen = ({ bot, state }) => bot !== undefined && state !== 'ended' && state !== 'fatal_error';

async function api(method, path, body) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  return (await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
}

function tell(meeting, state) {
  if (isOpen(meeting) && (state !== 'fatal_error' || BUG === '')) meeting.state = state;
}

async function answer({ method, url }, body) {
  if (method === 'GET') return { state: meetings.get(url.slice('/meetings/'.length))?.state };
  if (url === '/meetings') {
    const meeting = { id: `m${meetings.size + 1}`, state: 'scheduled' };
    meetings.set(meeting.id, meeting);
    const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
    const own = body.dashboard ? {} : { webhooks };
    const asked = { meeting_url: body.url, bot_name: 'Notes', join_at: body.at, ...own };
    meeting.bot = (await api('POST', '/bots', asked)).id;
    return { id: meeting.id };
  }
  if (BUG === 'hangs' && heard.has(body.idempotency_key)) while (true);
  heard.add(body.idempotency_key);
  if (BUG === 'slow') await new Promise((resolve) => setTimeout(resolve, 20_000));
  for (const meeting of meetings.values()) if (meeting.bot === body.bot_id) tell(meeting, body.data.new_state);
  return {};
}

serve(answer);

async function poll() {
  for (const meeting of meetings.values())
    if (isOpen(meeting)) tell(meeting, (await api('GET', `/bots/${meeting.bot}`)).state);
}

if (BUG === 'polls') setInterval(() => poll().catch(() => undefined), 600_000);
