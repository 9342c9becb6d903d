// MSW behind its HTTP middleware: two handlers that keep bots in a map, as a project would write them.
import { createServer } from '@mswjs/http-middleware';
import { http, HttpResponse } from 'msw';

const bots = new Map();
const app = createServer(
  http.post('/api/v1/bots', async ({ request }) => {
    const id = `bot_${String(bots.size).padStart(16, '0')}`;
    const bot = { id, metadata: null, ...(await request.json()), state: 'scheduled', events: [] };
    bots.set(id, bot);
    return HttpResponse.json(bot, { status: 201 });
  }),
  http.get('/api/v1/bots/:id', ({ params }) => HttpResponse.json(bots.get(params.id))),
);
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
