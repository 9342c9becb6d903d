// Calls a second over sockets, of servers that are started once, warmed, and then called in short bursts by turns.
import { rich, small } from './bodies.mjs';
import { requestText, startLoad } from './load.mjs';
import { median } from './median.mjs';
import { ownServers } from './servers.mjs';

const BOTS = 1000;
const WARM = 1500;
const BURST = 250;

const many = (one) => Array.from({ length: BOTS }, (_, i) => one(i));

/** The requests of a kind of call; `bots` are those that the server has. */
const KINDS = {
  'POST, small body': (server) => many((i) => server.create(small(i))),
  'POST, rich body': (server) => many((i) => server.create(rich(i))),
  'GET, one bot': (server, [bot]) => many(() => server.read(bot)),
  'GET, 1,000 bots in turn': (server, bots) => bots.map((bot) => server.read(bot)),
};

/** The aims are ratios to bare node:http. */
const ROWS = [
  { kind: 'POST, small body', connections: 32, aim: 0.5 },
  { kind: 'GET, one bot', connections: 32, aim: 0.6 },
  { kind: 'GET, 1,000 bots in turn', connections: 32, aim: 0.5 },
  { kind: 'POST, rich body', connections: 32, aim: 0.35 },
  { kind: 'POST, small body', connections: 1, aim: 0.38 },
  { kind: 'GET, one bot', connections: 1, aim: 0.45 },
  { kind: 'GET, 1,000 bots in turn', connections: 1 },
  { kind: 'POST, rich body', connections: 1 },
];

/** The ids of a thousand bots, which a server that keeps nothing need not have made. */
async function botsOf(server) {
  if (!server.keeps) return many((i) => `bot_${String(i).padStart(16, '0')}`);
  const ids = [];
  for (let i = 0; i < BOTS; i++) {
    const { method, path, headers, body } = server.create(small(i));
    const response = await fetch(server.url + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${server.name} answered ${response.status}: ${await response.text()}`);
    ids.push(server.idOf(await response.json()));
  }
  return ids;
}

async function prepare(load, server) {
  const bots = await botsOf(server);
  const { port } = new URL(server.url);
  for (const [kind, requests] of Object.entries(KINDS)) {
    load.prepare(`${server.name}: ${kind}`, Number(port), requests(server, bots).map(requestText));
    await load.burst(`${server.name}: ${kind}`, 32, WARM);
  }
}

/** Each round calls every server once; the order turns, so that every one comes next to every other. */
async function measure(load, servers, { kind, connections }, rounds) {
  const rates = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < servers.length; i++) {
      const at = (i + round) % servers.length;
      rates[at].push(await load.burst(`${servers[at].name}: ${kind}`, connections, BURST));
    }
  }
  return rates;
}

/** Those that take every kind of call; of the others `tell` hears why they do not. */
async function prepared(load, servers, tell) {
  const fine = [];
  for (const server of servers) {
    try {
      await prepare(load, server);
      fine.push(server);
    } catch (error) {
      if (!tell) throw error;
      tell(server.name, error);
    }
  }
  return fine;
}

/** The rates of the first server, and the ratios of the others to it, within each round, for each row. */
export async function rates(servers, { rounds, rows, tell }) {
  const load = startLoad();
  try {
    const fine = await prepared(load, servers, tell);
    const measured = [];
    for (const row of rows) {
      const [base, ...others] = await measure(load, fine, row, rounds);
      measured.push({ base, ratios: others.map((all) => all.map((rate, round) => rate / base[round])) });
    }
    return { names: fine.map(({ name }) => name), measured };
  } finally {
    load.stop();
  }
}

/** A table of medians. */
export function tableOf({ names: [base, ...others], measured }, rows) {
  const cells = measured.map(({ base: all, ratios }, i) => {
    const { kind, connections, aim } = rows[i];
    const aimed = aim === undefined ? '–' : `≥ ${aim.toFixed(2)}`;
    return [
      kind,
      String(connections),
      `${median(all).toFixed(0)} /s`,
      aimed,
      ...ratios.map((one) => median(one).toFixed(2)),
    ];
  });
  return { head: ['call', 'connections', base, 'aim', ...others], rows: cells };
}

/** A table of the rates of servers, as ratios to the rate of the first: the median of the ratios within a round. */
export async function compare(servers, { rounds, rows = ROWS, tell }) {
  return tableOf(await rates(servers, { rounds, rows, tell }), rows);
}

export async function run() {
  const servers = await ownServers();
  try {
    return await compare(servers, { rounds: 11 });
  } finally {
    for (const server of servers) await server.stop();
  }
}
