import type { VendorProfile } from '../../contracts/vendor.js';
import type { ScenarioFile } from '../../contracts/control/scenario.js';

/** A word of one scenario that a vendor cannot render. */
export interface Unsupported {
  readonly pointer: string;
  readonly why: string;
  readonly never?: true;
}

/** The words of a scenario that each vendor cannot render. */
export function unsupportedWords(
  file: ScenarioFile,
  vendors: readonly Pick<VendorProfile, 'name' | 'scenario'>[],
): Record<string, Unsupported[]> {
  const roots = ['', ...(file.agents ?? []).map((_, i) => `/agents/${i}`)];
  return Object.fromEntries(
    vendors.map(({ name, scenario }) => [
      name,
      scenario.unsupported.flatMap(({ word, is, why, never }) =>
        roots
          .map((root) => root + word)
          .filter((pointer) => {
            const value = valueAt(file, pointer);
            return value !== undefined && (is === undefined || value === is);
          })
          .map((pointer) => ({ pointer, why, ...(never ? { never } : {}) })),
      ),
    ]),
  );
}

function valueAt(file: unknown, pointer: string): unknown {
  let value = file;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
