import { wallClock } from '../../clock/real-time.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { allVendors } from '../../server/server.js';
import type { Config } from '../settings/config.js';
import type { FlagValues } from '../settings/flags.js';
import { START_FLAGS } from '../settings/options.js';
import { mergeSources, only } from '../settings/sources.js';

/** Flags that mean the same as for `greenroom start`. */
export const SHARED = ['port', 'config', 'scenarios', 'allow-host', 'api-key', 'client-secret', 'webhook-secret'];

/** What the settings file and variables say of the same flags, and of vendors. The port there is that of another greenroom. */
export function fileValues(values: FlagValues, { values: file, vendors }: Config): FlagValues {
  const shared = START_FLAGS.filter(({ name }) => SHARED.includes(name) && name !== 'port');
  const names = [...shared, ...allVendors(vendors)].map(({ name }) => name);
  return only(mergeSources(shared, values, process.env, file), names);
}

/** What greenroom is started with. */
export function startValues(
  values: FlagValues,
  profile: VendorProfile | undefined,
  { isLed, seed, hasCommand }: { readonly isLed: boolean; readonly seed: number; readonly hasCommand: boolean },
): FlagValues {
  const secret = profile?.access.flags.find(({ name }) => name.includes('secret'));
  return {
    clock: 'frozen',
    // The app's own clock is that of this machine, unless it is led.
    start: isLed ? undefined : 'now',
    port: values['port'] ?? (hasCommand ? '0' : '4747'),
    seed: String(seed),
    ...(values['secret'] !== undefined && secret ? { [secret.name]: values['secret'] } : {}),
  };
}

/**
 * A number that no run before has had: tenths of a second of real time. An app may keep what it has made of an earlier run, and in
 * production no id comes again, and no meeting.
 */
export const numberOfRun = (): number => Math.floor(wallClock() / 100_000);

/** More of each kind than are given out in a tenth of a second. */
const IDS_OF_TENTH = 50;

/** More than all runs of centuries. */
const IDS_OF_WORKER = 2 ** 42;

/**
 * What the world of a worker of a run is made with: apps may share what they keep. One that runs already has the credentials of a
 * world that has given out no ids.
 */
export const worldOf = (run: number, worker: number, hasCommand: boolean): { readonly ids_given?: number } =>
  hasCommand ? { ids_given: worker * IDS_OF_WORKER + run * IDS_OF_TENTH } : {};
