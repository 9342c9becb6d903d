// A small app of a user's that forgets to cancel a timer: three hours after it was asked for a meeting it takes the bot for one that
// never came. Until then it shows the last state that webhooks tell.
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT } = process.env;
const meetings = new Map();

async function schedule({ url, at }) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  const body = JSON.stringify({ meeting_url: url, bot_name: 'Notes', join_at: at, webhooks });
  const { id } = await (await fetch(`${base}/api/v1/bots`, { method: 'POST', headers, body })).json();
  meetings.set(id, { state: 'scheduled' });
  setTimeout(() => meetings.set(id, { state: 'never came' }), 3 * 3_600_000);
  return { id };
}

serve(async ({ method, url }, body) => {
  if (method === 'GET') return meetings.get(url.slice('/meetings/'.length)) ?? null;
  if (url === '/meetings') return schedule(body);
  if (method === 'POST') meetings.set(body.bot_id, { state: body.data.new_state });
  return {};
});
