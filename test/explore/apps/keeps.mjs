// A small app of a user's: it keeps all that it has ever heard in files, as a database does that several of it may share, and knows a meeting by
// its bot. A link that it knows it does not send a bot to again, and no bot comes twice. It mails for each delivery; with BUG=none, which is none, once.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG } = process.env;
mkdirSync('rows', { recursive: true });

const fileOf = (bot) => `rows/${bot}.json`;
const rowOf = (bot) => (existsSync(fileOf(bot)) ? JSON.parse(readFileSync(fileOf(bot), 'utf8')) : undefined);

async function book({ url, at }) {
  if (readdirSync('rows').some((file) => readFileSync(`rows/${file}`, 'utf8').includes(url)))
    throw new Error('a bot is on its way there');
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  const response = await fetch(`${base}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ meeting_url: url, bot_name: 'Notes', join_at: at, webhooks }),
  });
  const { id } = await response.json();
  writeFileSync(fileOf(id), JSON.stringify({ url, mails: 0 }), { flag: 'wx' });
  return { id };
}

serve(async ({ method, url }, body) => {
  if (method !== 'POST') return { mails: rowOf(url.slice('/meetings/'.length))?.mails };
  if (url === '/meetings') return book(body);
  const row = rowOf(body.bot_id);
  if (body.data.new_state !== 'ended' || !row) return {};
  const mails = BUG === 'none' ? 1 : row.mails + 1;
  writeFileSync(fileOf(body.bot_id), JSON.stringify({ ...row, mails }));
  return {};
});
