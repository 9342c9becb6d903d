import type { TestProject } from 'vitest/node';
import type { Elsewhere } from '../../../test/support/elsewhere.js';
import { startWorker } from './worker.js';

/** Has the journeys played on the Worker, which may reach the receivers of this machine. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startWorker({ bindings: { GREENROOM_ALLOW_HOSTS: '127.0.0.1,localhost' } });
  const elsewhere: Elsewhere = url;
  provide('elsewhere', elsewhere);
  return close;
}
