import { explore, type ExploreResult } from '../../../src/explore.js';
import { BROKEN, type Broken } from './broken.js';
import { explored } from './explored.js';

export const broken = (name: string): Broken => BROKEN.find((one) => one.name === name)!;

/** Explores a receiver of the set, with its state unless it is `blunt`. */
export function exploreBroken(name: string, executions: number, { blunt = false } = {}): Promise<ExploreResult> {
  const { App, vendor } = broken(name);
  return explore({ ...explored(App, vendor, { blunt }), scenarios: ['happy-path'], executions, seed: 1 });
}
