import { Hono } from 'hono';
import type { Operation } from '../contracts/contract.js';
import { createControl, type ControlOptions } from './control/index.js';
import { ConnectionLost, type Bindings } from './http.js';
import type { Vendor } from './providers/provider.js';
import type { Place } from './calls/answer.js';
import { handleVendorCall, type VendorCallOptions } from './calls/call.js';

export type App = Hono<{ Bindings: Bindings }>;

/** Everything that greenroom serves on its port: each vendor's paths, the control plane, and a 404 in the right voice. */
export function createApp(vendors: readonly Vendor[], options: VendorCallOptions & ControlOptions): App {
  const app: App = new Hono();
  app.route('/_greenroom', createControl(options));
  for (const vendor of vendors) {
    for (const [path, operations] of byPath(vendor.profile.contract.operations)) {
      const place: Place = { vendor, operations };
      app.all(routeOf(path), (c) => handleVendorCall(c, place, options));
      const alias = vendor.aliasOf?.(path);
      if (alias === undefined) continue;
      const aliasPlace: Place = { ...place, aliasWarning: `${path} instead of ${alias}` };
      app.all(routeOf(alias), (c) => handleVendorCall(c, aliasPlace, options));
    }
  }
  app.onError((error, c) => {
    // A fault rule ended the connection of a client in this process: it sees what a socket would show it.
    if (error instanceof ConnectionLost) throw error;
    options.warn(error.stack ?? error.message);
    return c.text(`greenroom itself failed: ${error.message}`, 500);
  });
  app.notFound((c) => {
    const vendor = vendors.find(({ owns }) => owns(c.req.path)) ?? vendors[0]!;
    return handleVendorCall(c, { vendor, operations: [] }, options);
  });
  return app;
}

/** `/api/v1/bots/{id}` as Hono writes it. */
const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

function byPath(operations: readonly Operation[]): Map<string, Operation[]> {
  const places = new Map<string, Operation[]>();
  for (const operation of operations) places.set(operation.path, [...(places.get(operation.path) ?? []), operation]);
  return places;
}
