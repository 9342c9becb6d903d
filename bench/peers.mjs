// The same calls against other mock servers, fetched for this run alone into a temporary folder.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './calls.mjs';
import { start } from './server.mjs';
import { callable, ownServers } from './servers.mjs';

/** emulate knows no bots: an email with what a bot has. It lets each token call 5,000 times an hour, so there are many. */
const asEmail = (server) => {
  let calls = 0;
  const withToken = (request) => ({ ...request, headers: { authorization: `Bearer re_${calls++}` } });
  return {
    ...server,
    create: (body) => {
      const email = { from: 'a@example.com', to: 'b@example.com', subject: body.bot_name, text: JSON.stringify(body) };
      return withToken({ ...server.create(email), path: '/emails' });
    },
    read: (id) => withToken({ ...server.read(id), path: `/emails/${id}` }),
  };
};

/** A program of `peers/` each, and the packages that it needs. `keeps` those that keep what they were sent. */
const PEERS = {
  scalar: { packages: ['@scalar/mock-server@0.14', '@hono/node-server@2'] },
  prism: { packages: ['@stoplight/prism-cli@5'] },
  msw: { packages: ['msw@2.14', '@mswjs/http-middleware@0.10'], keeps: true },
  'json-server': { packages: ['json-server@0.17'], keeps: true },
  emulate: { packages: ['emulate@0.11'], keeps: true, adapt: asEmail },
};

const ROUNDS = 9;

function install(folder, packages) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const flags = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
  execFileSync('npm', [...flags, ...packages], { cwd: folder, stdio: 'pipe', shell: process.platform === 'win32' });
}

const firstLines = (error) => error.message.trim().split('\n').slice(0, 2).join(' ').slice(0, 200);

async function startPeer(name, folder, document) {
  const { packages, keeps, adapt = (server) => server } = PEERS[name];
  install(folder, packages);
  const program = join(folder, `${name}.mjs`);
  copyFileSync(`bench/peers/${name}.mjs`, program);
  return adapt(callable(name, await start(program, document), { keeps }));
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-peers-'));
  const document = join(folder, 'attendee.openapi.json');
  const started = [];
  const notes = [];
  const tell = (name, error) => notes.push(`**${name}** is not in the table: ${firstLines(error)}.`);
  try {
    execFileSync(process.execPath, ['dist/bin/greenroom.js', 'export', 'openapi', 'attendee', '--out', folder]);
    started.push(...(await ownServers()));
    for (const name of Object.keys(PEERS)) {
      try {
        started.push(await startPeer(name, mkdtempSync(join(folder, name)), document));
      } catch (error) {
        tell(name, error);
      }
    }
    return { ...(await compare(started, { rounds: ROUNDS, tell })), notes };
  } finally {
    for (const server of started) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
