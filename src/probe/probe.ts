import * as threads from 'node:worker_threads';
import { TIME_VARIABLE } from '../clock/real-time.js';
import { Connection } from './connection.js';
import { LedTime } from './lockstep.js';
import { watchBeeQueue } from './queues/bee-queue.js';
import { watchBull, watchBullMq } from './queues/bull.js';
import { Jobs } from './queues/jobs.js';
import { watchModules } from './queues/modules.js';
import { FAR_VARIABLE, readPlace, VARIABLE } from './wire.js';
import { Work } from './work.js';

/** A process may be told to load it, and load it itself too. */
const LOADED = Symbol.for('greenroom.probe');

/** Tells the greenroom of the environment when this process is at rest. Without one nothing happens. */
export function probe(): void {
  const { [VARIABLE]: place = '', [TIME_VARIABLE]: file, [FAR_VARIABLE]: far, GREENROOM_URL: url } = process.env;
  if (place === '' || isOfHost() || isOfOthers() || Reflect.has(globalThis, LOADED)) return;
  Reflect.set(globalThis, LOADED, true);
  try {
    const jobs = new Jobs(file !== undefined);
    const work = new Work(url === undefined ? undefined : new URL(url), far !== undefined, jobs);
    watchModules({ ...watchBeeQueue(jobs), ...watchBull(jobs), ...watchBullMq(jobs) });
    const time = file === undefined ? undefined : new LedTime(file);
    work.resources.own(() => new Connection(work, { ...readPlace(place), time }, giveUp));
  } catch (error) {
    giveUp(error instanceof Error ? error.message : String(error));
  }
}

/** True in a thread in which the host has loaders of modules at work: no code of the app runs there, and it is hardly ever at rest. */
const isOfHost = (): boolean => !threads.isMainThread && threads.parentPort === null;

/** Deno reads Node's options, too, but shows nothing of its timers and calls: a probe would call each of its processes at rest. */
const isOfOthers = (): boolean => 'deno' in process.versions || 'bun' in process.versions;

/** The app goes on without a probe. */
function giveUp(reason: string): void {
  // What this process starts would be refused too.
  process.env[VARIABLE] = '';
  process.stderr.write(
    `greenroom: this process is not probed, so each webhook is followed by quiet time: expected a greenroom that listens, but ${reason}.\n`,
  );
}
