// A small app of a user's: it answers its user 202 and writes down what is wanted; a worker asks Attendee a moment later, and again
// a second after a call that failed. Its agents come as many minutes before their meetings as its first argument says. With
// BUG=moved-here it moves a meeting in its own list alone; with BUG=zone it takes the time of a meeting for that of New York.
import { serve } from './serve.mjs';

const { ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: key, PORT, BUG = '' } = process.env;
const minutesEarly = Number(process.argv[2] ?? 0);
const meetings = new Map();
const jobs = [];
let isAtWork = false;

async function call(method, path, body) {
  const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (response.status >= 500 || response.status === 429) throw new Error('later');
  return response.status === 200 || response.status === 201 ? response.json() : undefined;
}

const early = (at) => new Date(Date.parse(at) - minutesEarly * 60_000).toISOString();

/** What is answered wrongly may be done: the bot is looked for by its key first. */
async function book({ id, url, at }) {
  const { results } = await call('GET', `/bots?deduplication_key=${id}`);
  const webhooks = [{ url: `http://127.0.0.1:${PORT}/hooks/attendee`, triggers: ['bot.state_change'] }];
  const join_at = BUG === 'zone' ? at.replace('Z', '-05:00') : early(at);
  const asked = { meeting_url: url, bot_name: 'Notes', join_at, webhooks, deduplication_key: id, metadata: { id } };
  return (results[0] ?? (await call('POST', '/bots', asked))).id;
}

const WORK = {
  book: async (meeting) => (meeting.bot = await book(meeting)),
  move: ({ bot, at }) => call('PATCH', `/bots/${bot}`, { join_at: early(at) }),
  cancel: ({ bot }) => call('DELETE', `/bots/${bot}`),
};

async function work() {
  if (isAtWork) return;
  isAtWork = true;
  for (; jobs.length > 0; jobs.shift())
    while (
      !(await WORK[jobs[0].kind](jobs[0].meeting).then(
        () => true,
        () => false,
      ))
    )
      await new Promise((resolve) => setTimeout(resolve, 1000));
  isAtWork = false;
}

function later(kind, meeting) {
  jobs.push({ kind, meeting });
  setTimeout(work, 30);
  return { id: meeting.id };
}

serve(async ({ method, url }, body) => {
  const [, , id, act] = url.split('/');
  if (url === '/meetings') {
    const meeting = { id: `m-${body.url.split('/').at(-1)}`, url: body.url, at: body.at, state: 'scheduled' };
    meetings.set(meeting.id, meeting);
    return later('book', meeting);
  }
  const meeting = meetings.get(id ?? '');
  if (act === 'move') meeting.at = body.at;
  if (act === 'cancel') meeting.state = 'called off';
  if (act === 'move' && BUG === 'moved-here') return { id };
  if (act) return later(act, meeting);
  if (method !== 'POST') return meeting && { state: meeting.state };
  const told = meetings.get(body.bot_metadata.id);
  if (['ended', 'fatal_error'].includes(body.data.new_state) && told.state === 'scheduled')
    told.state = body.data.new_state;
  return {};
});
