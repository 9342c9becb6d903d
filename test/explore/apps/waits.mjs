// A small app of a user's: when a meeting is over it fetches the transcript, and when that fails it waits as long as the vendor says,
// else a second, and calls again. With BUG=never it does not call again, and with BUG=minute it always waits a minute.
// With BUG=ticks it does not either, and sets a timer of its own again and again. With BUG=first-page it counts the guests of the first page instead, and has a timer of a minute, as a database that closes when it is idle.
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG = '' } = process.env;
const meetings = new Map();

async function call(method, path, body) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  return fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
}

async function patiently(ask) {
  for (;;) {
    const response = await ask().catch(() => undefined);
    const answer = response?.ok ? await response.json().catch(() => undefined) : undefined;
    if (answer !== undefined) return answer;
    if (BUG === 'never' || BUG === 'ticks') throw new Error('the vendor does not answer');
    const seconds = BUG === 'minute' ? 60 : Number(response?.headers.get('retry-after') ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** What is answered wrongly may be done: then the bot is found by its key. */
async function book({ url, at }) {
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  const asked = { meeting_url: url, bot_name: 'Notes', join_at: at, webhooks, deduplication_key: url };
  const response = await call('POST', '/bots', asked).catch(() => undefined);
  const bot = response?.ok && (await response.json().catch(() => undefined));
  if (bot) return bot.id;
  const { results } = await (await call('GET', `/bots?deduplication_key=${encodeURIComponent(url)}`)).json();
  return results[0].id;
}

async function answer({ method, url }, body) {
  if (method === 'GET') return { lines: meetings.get(url.slice('/meetings/'.length)) };
  if (url === '/meetings') {
    const id = await book(body);
    meetings.set(id, 0);
    return { id };
  }
  if (body.data.new_state === 'ended' && BUG === 'first-page') {
    setTimeout(() => undefined, 60_000);
    patiently(() => call('GET', `/bots/${body.bot_id}/participants`)).then(({ results }) =>
      meetings.set(body.bot_id, results.length),
    );
  } else if (body.data.new_state === 'ended')
    patiently(() => call('GET', `/bots/${body.bot_id}/transcript`)).then(
      ({ length }) => meetings.set(body.bot_id, length),
      () => undefined,
    );
  return {};
}

serve(answer);

function tick() {
  setTimeout(tick, 200);
}

if (BUG === 'ticks') tick();
