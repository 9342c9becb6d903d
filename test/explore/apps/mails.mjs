// A small app of a user's: it mails when a meeting is over. With BUG=twice, for each delivery; with BUG=page it does so too,
// and shows a meeting with two mails as a page of HTML; with BUG=deaf no message tells it anything, and with BUG=calm none of a
// failure; with BUG=mute nobody hears of a meeting for which a mail was sent.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

const meetings = new Map();
const secret = process.env.CRONOFY_CLIENT_SECRET;

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname === '/hooks/cronofy') return receive(request, response);
  if (pathname === '/fails') {
    console.error('no such call');
    return response.writeHead(500).end();
  }
  const id = /^\/meetings\/(.+)$/.exec(pathname)?.[1];
  const meeting = id && meetings.get(decodeURIComponent(id));
  if (process.env.BUG === 'page' && meeting?.mails > 1) return response.end('<!doctype html><p>Two mails');
  if (process.env.BUG === 'mute' && meeting?.mails > 0) return;
  response.writeHead(meeting ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(meeting ?? null));
}).listen(Number(process.env.PORT), '127.0.0.1');

async function receive(request, response) {
  const bytes = Buffer.concat(await request.toArray());
  const signatures = (request.headers['cronofy-hmac-sha256'] ?? '').split(',');
  if (!signatures.includes(createHmac('sha256', secret).update(bytes).digest('base64')))
    return response.writeHead(401).end();
  if (process.env.BUG === 'deaf') {
    meetings.set(JSON.parse(bytes).meeting_agent.sub, { status: 'asked' });
    return response.end();
  }
  let told;
  try {
    told = JSON.parse(bytes);
  } catch {
    return response.writeHead(400).end();
  }
  const { sub } = told.meeting_agent;
  const meeting = meetings.get(sub) ?? { status: 'asked', mails: 0 };
  meetings.set(sub, meeting);
  const [{ type }] = told.notification.interactions;
  const isOver = meeting.status === 'over' || meeting.status === 'failed';
  if (type === 'meeting_agent_complete' && (!isOver || process.env.BUG === 'twice' || process.env.BUG === 'page'))
    meeting.mails++;
  if (type === 'meeting_agent_activated' && !isOver) meeting.status = 'ready';
  if (type === 'meeting_agent_complete' && !isOver) meeting.status = 'over';
  if (type === 'meeting_agent_failed' && !isOver && process.env.BUG !== 'calm') meeting.status = 'failed';
  response.writeHead(200).end();
}
