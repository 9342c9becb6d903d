import { Hono } from 'hono';
import { whoseCall } from '../contracts/calls/whose.js';
import type { Operation } from '../contracts/contract.js';
import { operationsOf } from '../contracts/versions/versions.js';
import type { CallerOptions } from './callers.js';
import { about } from './about.js';
import { createControl, type ControlOptions } from './control/index.js';
import { wantsPage } from './control/inspector.js';
import { pathReader } from './called-path.js';
import { admitBrowser, tellSome } from './calls/browser.js';
import { httpDate } from '../clock/instant.js';
import {
  ALREADY_SENT,
  ClientGone,
  ConnectionLost,
  headersOf,
  originOf,
  send,
  type AppContext,
  type Bindings,
} from './http.js';
import { PathRouter } from './path-router.js';
import type { Vendor } from './providers/provider.js';
import type { Place } from './calls/answer.js';
import { handleVendorCall, takeCall, type VendorCallOptions } from './calls/call.js';
import type { Doors } from './history/replay.js';

export type App = Hono<{ Bindings: Bindings }>;

/** Everything that greenroom serves on its port: each vendor's paths, the control plane, and a 404 in the right voice. */
export function createApp(
  vendors: readonly Vendor[],
  options: VendorCallOptions & ControlOptions & CallerOptions,
): App {
  const app: App = new Hono({ router: new PathRouter(), getPath: pathReader(vendors) });
  const places = new Map<string, Place>();
  const ofPages = { ...options, warn: tellSome(options.warn) };
  const serve = (c: AppContext, place: Place) => admitBrowser(c, ofPages, place) ?? handleVendorCall(c, place, options);
  const tell = (c: AppContext) => {
    const origin = options.publicOrigin ?? originOf(c.req.url);
    const date = httpDate(options.workspaces.default.world.now());
    return admitBrowser(c, ofPages) ?? send(c, about(origin, options.version, vendors), date, () => undefined);
  };
  app.get('/_greenroom', (c) => (wantsPage(headersOf(c)) ? c.redirect('/_greenroom/') : tell(c)));
  const call: Doors['call'] = (workspace, input) => takeCall(workspace, places.get(input.route)!, input, options);
  const control = createControl(options);
  for (const [path, serve] of control.whole) app.all(`/_greenroom${path}`, serve);
  app.all('/_greenroom/*', (c) => control.app.fetch(c.req.raw, c.env));
  const open = (path: string, place: Place): void => {
    places.set(place.route, place);
    if (path !== '') app.all(routeOf(path), (c) => serve(c, place));
  };
  for (const vendor of vendors) {
    open('', strayOf(vendor));
    for (const [path, operations] of byPath(operationsOf(vendor.profile))) {
      const place: Place = { vendor, operations, route: `${vendor.name} ${path}` };
      open(path, place);
      const alias = vendor.aliasOf?.(path);
      if (alias === undefined) continue;
      open(alias, { ...place, route: `${vendor.name} ${alias}`, alias: without(alias, path) });
    }
  }
  // A client of a vendor hears the vendor.
  app.get('/', (c, next) => (headersOf(c)['authorization'] === undefined ? tell(c) : next()));
  const warnOfClient = tellSome(options.warn);
  const failed = (error: Error, c: AppContext): Response => {
    // A fault rule ended the connection of a client in this process: it sees what a socket would show it.
    if (error instanceof ConnectionLost) throw error;
    if (error instanceof ClientGone) {
      warnOfClient(error.message);
      return ALREADY_SENT;
    }
    options.warn(error.stack ?? error.message);
    // By its name: beside a bundle, `greenroom/vendor` has a class of its own.
    const whose = error.name === 'VendorCodeError' ? '' : 'greenroom itself failed: ';
    return c.text(whose + error.message, 500);
  };
  app.onError(failed);
  control.app.onError(failed);
  app.notFound((c) => {
    const vendor = ownerOf(vendors, c.req.path, headersOf(c)['authorization']);
    return serve(c, places.get(strayOf(vendor).route)!);
  });
  options.workspaces.doors = { call, control: control.take };
  return app;
}

/** What a path lacks that clients call by its end alone. */
const without = (alias: string, path: string): NonNullable<Place['alias']> => ({
  lacks: path.slice(0, -alias.length),
  warning: `Production serves ${alias} as ${path} alone: paths begin with the version, base URLs do not`,
});

/** The vendor that answers what no operation takes. */
function ownerOf(vendors: readonly Vendor[], path: string, authorization: string | undefined): Vendor {
  const called = vendors.map((vendor) => ({ vendor, contract: vendor.profile.contract, path }));
  return vendors.find(({ owns }) => owns(path)) ?? whoseCall(called, authorization)!.vendor;
}

/** Where calls lead that only look like the vendor's. */
const strayOf = (vendor: Vendor): Place => ({ vendor, operations: [], route: vendor.name });

/** `/api/v1/bots/{id}` as Hono writes it. */
const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

function byPath(operations: readonly Operation[]): Map<string, Operation[]> {
  const places = new Map<string, Operation[]>();
  for (const operation of operations) places.set(operation.path, [...(places.get(operation.path) ?? []), operation]);
  return places;
}
