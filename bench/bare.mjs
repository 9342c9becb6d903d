// The least that @hono/node-server can be: what greenroom's start-up and its create are measured against.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const URL = 'https://meet.google.com/abc-defg-hij';

const app = new Hono();
app.get('/_greenroom/health', (c) => c.json({ status: 'ok' }));
app.get('/api/v1/bots/:id', (c) =>
  c.json({ id: c.req.param('id'), metadata: null, meeting_url: URL, state: 'scheduled', events: [] }),
);
app.post('/api/v1/bots', async (c) => {
  const { meeting_url, metadata = null } = await c.req.json();
  return c.json({ id: 'bot_0000000000000000', metadata, meeting_url, state: 'joining', events: [] }, 201);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, attendee: { api_key: 'k' } })}\n`);
});
