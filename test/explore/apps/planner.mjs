// A small app of a user's: it hears of the calendar on a channel, and sends an agent to each meeting there. With BUG=once it
// looks at an event when it is new, and never again; with BUG=strict it takes no message with a field that it does not know. With
// BUG=oauth, which is none, its user connects it first, and it trusts its token for as long as that was to hold.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

const { PORT, CRONOFY_API_URL: api, CRONOFY_CLIENT_ID: client_id, CRONOFY_CLIENT_SECRET: secret } = process.env;
let token = process.env.CRONOFY_ACCESS_TOKEN;
const hooks = `http://127.0.0.1:${PORT}/hooks/cronofy`;
const planned = new Map();
let work = Promise.resolve();

async function call(method, path, key, body) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(api + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.status === 200 ? response.json() : undefined;
}

async function connect() {
  const redirect_uri = `http://127.0.0.1:${PORT}/connected`;
  const scope = 'read_events create_event delete_event';
  const words = new URLSearchParams({ response_type: 'code', client_id, redirect_uri, scope });
  const { headers } = await fetch(`${api}/oauth/authorize?${words}`, { redirect: 'manual' });
  const code = new URL(headers.get('location')).searchParams.get('code');
  const grant = { client_id, client_secret: secret, grant_type: 'authorization_code', code, redirect_uri };
  ({ access_token: token } = await call('POST', '/oauth/token', '', grant));
}

async function plan() {
  const { events } = await call('GET', '/v1/events?tzid=Etc/UTC&include_deleted=true', token);
  for (const { event_uid: scheduling_key, start, meeting_url, deleted } of events) {
    const wish = deleted || !meeting_url ? '' : `${start} ${meeting_url}`;
    const known = planned.get(scheduling_key);
    if (wish === (known ?? '') || (known !== undefined && process.env.BUG === 'once')) continue;
    planned.set(scheduling_key, wish);
    const subscriptions = [{ type: 'webhook', uri: hooks, interactions: [{ type: 'meeting_agent_complete' }] }];
    const on_behalf_of_attendee = { email: 'host@example.com' };
    const agent = { scheduling_key, join_url: meeting_url, join_time: start, on_behalf_of_attendee, subscriptions };
    if (wish) await call('POST', '/v1/meeting_agents', secret, agent);
    else await call('DELETE', '/v1/meeting_agents', secret, { scheduling_key });
  }
}

let opened;
const ready = new Promise((resolve) => (opened = resolve));

createServer(async (request, response) => {
  const bytes = Buffer.concat(await request.toArray());
  if (request.method !== 'POST') return ready.then(() => response.end());
  const signatures = (request.headers['cronofy-hmac-sha256'] ?? '').split(',');
  if (!signatures.includes(createHmac('sha256', secret).update(bytes).digest('base64')))
    return response.writeHead(401).end();
  const isKnown = (field) => ['notification', 'channel', 'event', 'meeting_agent'].includes(field);
  if (process.env.BUG === 'strict' && !Object.keys(JSON.parse(bytes)).every(isKnown))
    return response.writeHead(400).end();
  work = work.then(plan, plan);
  await work.catch(() => undefined);
  response.end();
}).listen(Number(PORT), '127.0.0.1', async () => {
  if (process.env.BUG === 'oauth') await connect();
  opened(call('POST', '/v1/channels', token, { callback_url: hooks }));
});
