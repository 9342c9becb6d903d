import type { TestProject } from 'vitest/node';
import { SERVER_TOKEN, type Elsewhere } from '../../../test/support/elsewhere.js';
import { startWorker } from './worker.js';

/** Has the tests of a service try the Worker, which has the token that they show. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startWorker({ bindings: { GREENROOM_TOKEN: SERVER_TOKEN } });
  const service: Elsewhere = url;
  provide('service', service);
  return close;
}
