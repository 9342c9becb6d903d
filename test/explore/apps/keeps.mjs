// A small app of a user's: it keeps all that it has ever heard in a file, as a database does, and finds a meeting by its bot. A link that
// it knows it does not send a bot to again. It mails for each delivery; with BUG=none, which is none, once.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG } = process.env;
const rows = existsSync('rows.json') ? JSON.parse(readFileSync('rows.json', 'utf8')) : [];

async function book({ url, at }) {
  if (rows.some((row) => row.url === url)) throw new Error('a bot is on its way there');
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  const response = await fetch(`${base}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ meeting_url: url, bot_name: 'Notes', join_at: at, webhooks }),
  });
  const id = `m${rows.length + 1}`;
  rows.push({ id, url, bot: (await response.json()).id, mails: 0 });
  return { id };
}

serve(async ({ method, url }, body) => {
  if (method !== 'POST') return { mails: rows.find(({ id }) => url === `/meetings/${id}`)?.mails };
  if (url === '/meetings') return book(body);
  const row = rows.find(({ bot }) => bot === body.bot_id);
  if (body.data.new_state === 'ended' && row) row.mails = BUG === 'none' ? 1 : row.mails + 1;
  writeFileSync('rows.json', JSON.stringify(rows));
  return {};
});
