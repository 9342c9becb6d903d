// From spawn to the first answer, in pairs of neighbours: greenroom, and a bare Hono program.
import { median } from './median.mjs';
import { start } from './server.mjs';
import { BARE_HONO, GREENROOM } from './servers.mjs';

const PAIRS = 25;
/** Ready at most so many times later than the bare program. */
const AIM = Number(process.versions.node.split('.')[0]) < 22 ? 1.25 : 1.15;

async function milliseconds(command) {
  const server = await start(...command);
  await server.stop();
  return server.milliseconds;
}

export async function run() {
  const pairs = [];
  // The first pair finds cold files.
  for (let i = 0; i <= PAIRS; i++) {
    const ours = await milliseconds(GREENROOM);
    pairs.push({ ours, bare: await milliseconds(BARE_HONO) });
  }
  const warm = pairs.slice(1);
  const [ours, bare] = [median(warm.map((pair) => pair.ours)), median(warm.map((pair) => pair.bare))];
  const ratio = median(warm.map((pair) => pair.ours / pair.bare));
  return {
    head: ['figure', 'greenroom', 'bare Hono', 'ratio', 'aim'],
    rows: [['spawn to first answer', `${ours.toFixed(0)} ms`, `${bare.toFixed(0)} ms`, ratio.toFixed(2), `≤ ${AIM}`]],
  };
}
