import { deliverJob } from './deliveries/attempt.js';
import type { JobDefinition } from './jobs.js';
import type { Player } from './player.js';
import type { WorldOptions } from './world-options.js';

const jobTables = new WeakMap<Player, ReadonlyMap<string, JobDefinition>>();

/** The code of every kind of job: one table for all worlds of a server. */
export function jobsOf({
  player,
  vendors,
}: Pick<WorldOptions, 'player' | 'vendors'>): ReadonlyMap<string, JobDefinition> {
  let jobs = jobTables.get(player);
  if (!jobs) {
    const tables = [{ deliver: deliverJob }, player.jobs, ...vendors.map((vendor) => vendor.jobs)];
    jobs = new Map(tables.flatMap((table) => Object.entries(table)));
    jobTables.set(player, jobs);
  }
  return jobs;
}
