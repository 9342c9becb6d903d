// What a server that is used for long keeps in memory: resident megabytes of a real `start`, idle and after each kind of use.
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { once } from 'node:events';
import { start } from './server.mjs';

const CONNECTIONS = 32;
const BOTS = 1000;
/** Bots that live at once: a webhook has many neighbours in the queue, and an advance comes to its end. */
const LIVES_AT_ONCE = 500;
/** The last so many of each are looked at on their own. */
const LAST = 50_000;
const SECONDS = 420;

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const rssOf = (pid) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1024;

/** One request, with its answer as text. */
function ask(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    const request = http.request(url, { method, agent, headers: sent }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (piece) => (text += piece))
        .on('end', () => {
          if (response.statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${url} answered ${response.statusCode} ${text}`));
        });
    });
    request.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** So many tasks, a few at a time. */
async function inTurn(count, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** A server of its own, with a workspace that waits for nobody and lets any number of bots live. */
async function open(mode) {
  const server = await start('dist/bin/greenroom.js', '--port', '0', '--json');
  const body = { quiet: 0, clock: { mode, now: '2026-01-01T09:00:00Z' }, attendee: { concurrent_bots_limit: 'off' } };
  const workspace = JSON.parse(await ask(`${server.url}/_greenroom/workspaces`, { method: 'POST', body }));
  const vendor = { authorization: `Token ${workspace.attendee.api_key}` };
  const control = { 'greenroom-workspace': workspace.id };
  let hour = 0;
  return {
    ...server,
    createBot: async (number, more = {}) => {
      const join_at = new Date(Date.UTC(2026, 0, 1, 10 + 4 * hour, 0, (number * 7919) % 3600)).toISOString();
      const meeting_url = `https://meet.google.com/abc-${number.toString(36)}`;
      const body = { meeting_url, bot_name: 'Soak', join_at, ...more };
      return JSON.parse(await ask(`${server.url}/api/v1/bots`, { method: 'POST', headers: vendor, body }));
    },
    readBot: (id) => ask(`${server.url}/api/v1/bots/${id}`, { headers: vendor }),
    /** Over the whole lives of all bots that wait. */
    advance: () => {
      hour++;
      const body = { to: new Date(Date.UTC(2026, 0, 1, 10 + 4 * hour)).toISOString() };
      return ask(`${server.url}/_greenroom/clock/advance`, { method: 'POST', headers: control, body });
    },
  };
}

/**
 * Uses a server step by step until it was used so many times, or the time is up. A step tells how often it has used it.
 */
async function use({ count, last = LAST, mode = 'frozen', steps }) {
  const server = await open(mode);
  try {
    const idle = rssOf(server.pid);
    const { next, close } = await steps(server);
    const from = performance.now();
    const isInTime = () => performance.now() - from < SECONDS * 1000;
    let [done, before, peak] = [0, Number.NaN, idle];
    while (done < count && isInTime()) {
      done += await next();
      const rss = rssOf(server.pid);
      peak = Math.max(peak, rss);
      if (Number.isNaN(before) && done >= count - last && done < count) before = rss;
    }
    const after = rssOf(server.pid);
    close?.();
    return { done, idle, after, peak, added: after - before, last, seconds: (performance.now() - from) / 1000 };
  } finally {
    await server.stop();
  }
}

/** Reads of a thousand bots in turn. */
const reads = async (server) => {
  const ids = [];
  await inTurn(BOTS, async (i) => ids.push((await server.createBot(i)).id));
  const STEP = 10_000;
  return { next: () => inTurn(STEP, (i) => server.readBot(ids[i % BOTS])).then(() => STEP) };
};

/** Webhooks for a receiver on this machine, of some hundred lives at a time. */
const webhooks = async (server) => {
  let received = 0;
  const receiver = http.createServer((request, response) => {
    received++;
    request.resume().on('end', () => response.end());
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const hook = {
    url: `http://127.0.0.1:${receiver.address().port}/hooks`,
    triggers: ['bot.state_change', 'transcript.update'],
  };
  return {
    next: async () => {
      const before = received;
      await inTurn(LIVES_AT_ONCE, (i) => server.createBot(i, { webhooks: [hook] }));
      await server.advance();
      return received - before;
    },
    close: () => receiver.close().closeAllConnections(),
  };
};

/** All lives in one advance. */
const lives = (count) => async (server) => ({
  next: async () => {
    await inTurn(count, (i) => server.createBot(i));
    await server.advance();
    return count;
  },
});

const workspaces = async ({ url }) => ({
  next: async () => {
    const { id } = JSON.parse(await ask(`${url}/_greenroom/workspaces`, { method: 'POST', body: {} }));
    await ask(`${url}/_greenroom/workspaces/${id}`, { method: 'DELETE' });
    return 1;
  },
});

/** What `npm run bench -- soak` does, and after `long` or a name what takes minutes. */
const KINDS = {
  reads: { count: 200_000, mode: 'live', steps: reads },
  webhooks: { count: 150_000, steps: webhooks },
  workspaces: { count: 2000, last: 500, steps: workspaces },
};
const LONG = {
  lives: { what: 'lives in one advance', count: 50_000, steps: lives(50_000) },
  million: { what: 'reads', count: 1_000_000, last: 500_000, mode: 'live', steps: reads },
};

/** A row for each kind, or for those whose names are given. */
export async function run(names) {
  const wanted = names.flatMap((name) => (name === 'long' ? Object.keys(LONG) : name));
  const rows = [];
  for (const name of wanted.length === 0 ? Object.keys(KINDS) : wanted) {
    const kind = { ...KINDS, ...LONG }[name];
    if (!kind) throw new Error(`there is no soak "${name}"`);
    const { done, idle, after, peak, added, last, seconds } = await use(kind);
    const megabytes = [idle, after, peak].map((figure) => `${figure.toFixed(0)} MB`);
    const growth = Number.isNaN(added) ? '–' : `${last}: ${added.toFixed(1)} MB`;
    rows.push([`${done} ${kind.what ?? name}`, ...megabytes, growth, seconds.toFixed(0)]);
  }
  agent.destroy();
  return { head: ['use', 'idle', 'after', 'peak', 'added by the last', 'seconds'], rows };
}
