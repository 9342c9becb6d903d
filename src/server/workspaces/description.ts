import { formatInstant } from '../../clock/instant.js';
import type { Vendor } from '../providers/provider.js';
import type { Workspace } from './workspace.js';

/** A workspace as the control plane shows it, with the credentials that an app is given: handing them out is what this is for. */
export function describeWorkspace(
  workspace: Workspace,
  vendors: readonly Vendor[],
  origin: string,
): Record<string, unknown> {
  const { clock, seed, scenario } = workspace.world;
  return {
    id: workspace.id,
    seed,
    scenario,
    strict: workspace.strict,
    ...(workspace.relay ? { shared: true } : {}),
    clock: { now: formatInstant(clock.now()), mode: clock.mode, speed: clock.speed },
    ...workspace.terms,
    ...Object.fromEntries(
      vendors.map(({ name, profile: { access, versions } }) => {
        const settings = workspace.settings(name) as Readonly<Record<string, unknown>>;
        const credentials = Object.keys(access.schema.properties).map((key) => [key, settings[key]]);
        const version = versions ? { version: settings['version'] } : {};
        return [name, { base_url: origin, ...Object.fromEntries(credentials), ...version }];
      }),
    ),
  };
}
