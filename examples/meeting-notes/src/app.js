import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { attendeeClient, readAttendeeWebhook } from './attendee.js';
import { cronofyClient, readCronofyCallback } from './cronofy.js';
import { isFromAttendee, isFromCronofy } from './signatures.js';
import { openStore } from './store.js';

const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS_MS = 2000;

/**
 * Meeting notes: sends an agent into a meeting, hears of it by webhook, fetches the transcript when it is over.
 * Webhooks are answered at once; what they cause is done afterwards.
 */
export function createApp({ cronofy, attendee, publicUrl, database }) {
  const store = openStore(database);
  const hooksUrl = `${publicUrl}/hooks`;
  const vendors = {
    cronofy: cronofyClient({ ...cronofy, hooksUrl }),
    attendee: attendeeClient({ ...attendee, hooksUrl }),
  };
  const working = new Map();
  const app = new Hono();

  app.post('/meetings', async (c) => {
    const { id = randomUUID(), vendor, join_url: joinUrl, starts_at: startsAt } = await c.req.json();
    if (!(vendor in vendors) || !joinUrl || !startsAt) return c.json({ error: 'vendor, join_url, starts_at' }, 422);
    store.add({ id, vendor, joinUrl, startsAt });
    const agent = await vendors[vendor].schedule(store.get(id));
    if (agent !== undefined) store.setAgent(id, agent);
    return c.json(show(store.get(id)), 201);
  });

  app.get('/meetings/:id', async (c) => {
    await working.get(c.req.param('id'));
    const meeting = store.get(c.req.param('id'));
    return meeting ? c.json(show(meeting)) : c.json({ error: 'no such meeting' }, 404);
  });

  app.delete('/meetings/:id', async (c) => {
    const meeting = store.get(c.req.param('id'));
    if (!meeting) return c.json({ error: 'no such meeting' }, 404);
    await vendors[meeting.vendor].cancel(meeting);
    store.advance(meeting.id, 'cancelled', 3);
    return c.body(null, 204);
  });

  app.use('/hooks/*', bodyLimit({ maxSize: 1024 * 1024 }));

  app.post('/hooks/cronofy/:meeting?', async (c) => {
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (!isFromCronofy(bytes, c.req.header('Cronofy-HMAC-SHA256'), cronofy.clientSecrets)) return c.body(null, 401);
    return receive(c, () => readCronofyCallback(bytes, c.req.param('meeting')));
  });

  app.post('/hooks/attendee', async (c) => {
    const bytes = Buffer.from(await c.req.arrayBuffer());
    return receive(c, () => {
      if (!isFromAttendee(bytes, c.req.header('X-Webhook-Signature'), attendee.webhookSecrets)) return 'refused';
      return readAttendeeWebhook(bytes);
    });
  });

  function receive(c, read) {
    let told;
    try {
      told = read();
    } catch {
      return c.json({ error: 'not JSON, or not of the form that we know' }, 400);
    }
    if (told === 'refused') return c.body(null, 401);
    // Written down before it is answered: what is lost in a crash comes again, and what comes again is known.
    const over = told && store.handle(told);
    if (over) void begin(over);
    return c.body(null, 200);
  }

  /** Whoever reads the meeting meanwhile waits for its notes. */
  function begin(meeting) {
    const done = new Promise((resolve) => setImmediate(resolve)).then(() => takeNotes(meeting));
    working.set(meeting.id, done);
    return done.finally(() => working.delete(meeting.id));
  }

  /** Webhooks can be lost for good: what is not over is asked about. Cronofy has nothing to ask. */
  async function reconcile() {
    for (const meeting of store.unfinished().filter(({ vendor }) => vendors[vendor].look)) {
      const found = await vendors[meeting.vendor].look(meeting);
      if (found && store.advance(meeting.id, ...found) && found[0] === 'done') await begin(store.get(meeting.id));
    }
  }

  async function takeNotes(meeting) {
    for (let attempt = 1; ; attempt++) {
      try {
        return store.keepNotes(meeting.id, await vendors[meeting.vendor].fetchNotes(meeting));
      } catch (error) {
        if (attempt === ATTEMPTS) return console.error(`No notes of ${meeting.id}: ${error.message}`);
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS_MS));
      }
    }
  }

  return {
    fetch: app.fetch,
    /** Fetches what the process did not get to before it ended. */
    resume: () => Promise.all(store.withoutNotes().map(begin)),
    reconcile,
    close: () => store.close(),
  };
}

function show({ id, vendor, state, starts_at, notes }) {
  return { id, vendor, state, starts_at, notes: notes === null ? null : JSON.parse(notes) };
}
