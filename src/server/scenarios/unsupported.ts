import type { VendorName } from '../../contracts/contract.js';
import type { ScenarioFile } from '../../contracts/control/scenario.js';

/** As a vendor's table has it: a JSON pointer, the only value that is meant, why, and whether nothing is left to play. */
interface Word {
  readonly word: string;
  readonly is?: string;
  readonly never?: true;
  readonly why: string;
}

/** A word of one story that a vendor cannot render. */
export interface Unsupported {
  readonly pointer: string;
  readonly why: string;
  readonly never?: true;
}

/** What of a story each vendor cannot render. */
export function unsupportedWords(
  file: ScenarioFile,
  vendors: readonly { readonly name: VendorName; readonly unsupported: readonly Word[] }[],
): Record<string, Unsupported[]> {
  const roots = ['', ...(file.agents ?? []).map((_, i) => `/agents/${i}`)];
  return Object.fromEntries(
    vendors.map(({ name, unsupported }) => [
      name,
      unsupported.flatMap(({ word, is, why, never }) =>
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
