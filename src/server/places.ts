import { METHOD_NAME_ALL } from 'hono/router';
import type { Operation } from '../contracts/contract.js';
import { operationsOf } from '../contracts/versions/versions.js';
import type { Place } from './calls/answer.js';
import { PathRouter } from './path-router.js';
import type { Vendor } from './providers/provider.js';

/** Where the calls of vendors lead: by their path, and by the name of the place in the history of a world. */
export interface Places {
  readonly byPath: PathRouter<Place>;
  readonly byRoute: ReadonlyMap<string, Place>;
}

export function placesOf(vendors: readonly Vendor[]): Places {
  const byPath = new PathRouter<Place>();
  const byRoute = new Map<string, Place>();
  const open = (path: string, place: Place): void => {
    byRoute.set(place.route, place);
    byPath.add(METHOD_NAME_ALL, routeOf(path), place);
  };
  for (const vendor of vendors) {
    const stray = strayOf(vendor);
    byRoute.set(stray.route, stray);
    for (const [path, operations] of groupedByPath(operationsOf(vendor.profile))) {
      const place: Place = { vendor, operations, route: `${vendor.name} ${path}` };
      open(path, place);
      const alias = vendor.aliasOf?.(path);
      if (alias === undefined) continue;
      open(alias, { ...place, route: `${vendor.name} ${alias}`, alias: without(alias, path) });
    }
  }
  return { byPath, byRoute };
}

/** Where calls lead that only look like the vendor's. */
export const strayOf = (vendor: Vendor): Place => ({ vendor, operations: [], route: vendor.name });

/** What a path lacks that clients call by its end alone. */
const without = (alias: string, path: string): NonNullable<Place['alias']> => ({
  lacks: path.slice(0, -alias.length),
  warning: `Production serves ${alias} as ${path} alone: paths begin with the version, base URLs do not`,
});

/** `/api/v1/bots/{id}` as Hono writes it. */
const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

function groupedByPath(operations: readonly Operation[]): Map<string, Operation[]> {
  const places = new Map<string, Operation[]>();
  for (const operation of operations) places.set(operation.path, [...(places.get(operation.path) ?? []), operation]);
  return places;
}
