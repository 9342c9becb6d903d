// `npm run bench [-- PART… --write]`: every figure is a ratio of two things measured in this one run. What follows `soak` are
// kinds of it.
import { machine, render, write } from './table.mjs';

/** Each part is a module whose `run` gives a table. Those that take long or fetch packages are run only when they are named. */
const PARTS = {
  'start-up': () => import('./start-up.mjs'),
  calls: () => import('./calls.mjs'),
  life: () => import('./life.mjs'),
  workspaces: () => import('./workspaces.mjs'),
  lives: () => import('./lives.mjs'),
  traffic: () => import('./traffic.mjs'),
  listen: () => import('./listen.mjs'),
  history: () => import('./history.mjs'),
  calendar: () => import('./calendar.mjs'),
  explore: () => import('./explore.mjs'),
  inspector: () => import('./inspector.mjs'),
  shared: () => import('./shared.mjs'),
  soak: () => import('./soak.mjs'),
  peers: () => import('./peers.mjs'),
};
const NAMED_ONLY = ['shared', 'soak', 'peers'];

const words = process.argv.slice(2).filter((word) => word !== '--write');
const [named, kinds] = words[0] === 'soak' ? [['soak'], words.slice(1)] : [words, []];
const wrong = named.find((part) => !Object.hasOwn(PARTS, part));
if (wrong !== undefined) throw new Error(`There is no part "${wrong}". There are: ${Object.keys(PARTS).join(', ')}.`);

for (const part of named.length > 0 ? named : Object.keys(PARTS).filter((name) => !NAMED_ONLY.includes(name))) {
  const { run } = await PARTS[part]();
  const text = render(await run(kinds), machine());
  console.log(`${part}\n\n${text}`);
  if (process.argv.includes('--write')) write(part, text);
}
