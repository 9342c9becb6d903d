import { setTimeout as sleep } from 'node:timers/promises';
import { attendee } from './attendee.js';

const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;

/** The worker: fetches transcripts ten minutes after the end, and asks each hour about the bots that it watches. */
const watched = new Set();

process.on('message', async ({ watch, fetch: ended }) => {
  if (watch) watched.add(watch);
  if (!ended) return;
  watched.delete(ended);
  await sleep(TEN_MINUTES_MS);
  const utterances = await attendee(`/bots/${ended}/transcript`);
  process.send({ bot: ended, lines: utterances.length });
});

const reconciling = setInterval(async () => {
  for (const bot of watched) process.send({ bot, state: (await attendee(`/bots/${bot}`)).state, asked: Date.now() });
}, HOUR_MS);

process.once('disconnect', () => clearInterval(reconciling));
