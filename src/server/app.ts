import { Hono } from 'hono';
import { andThen, orElse, type Awaitable } from '../awaitable.js';
import { whoseCall } from '../contracts/calls/whose.js';
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
import { placesOf, strayOf } from './places.js';
import type { Vendor } from './providers/provider.js';
import { handleVendorCall, takeCall, type VendorCallOptions, type Way } from './calls/call.js';
import type { Doors } from './history/replay.js';

export interface App {
  readonly fetch: (request: Request, env?: Bindings) => Awaitable<Response>;
}

/**
 * Everything that greenroom serves on its port: each vendor's paths, the control plane, and a 404 in the right voice. Hono's
 * routers find the way of each call; of the vendors' calls no more is Hono's, whose context takes longer to make than their way to find.
 */
export function createApp(
  vendors: readonly Vendor[],
  options: VendorCallOptions & ControlOptions & CallerOptions,
): App {
  const getPath = pathReader(vendors);
  const app = new Hono<{ Bindings: Bindings }>({ router: new PathRouter(), getPath });
  const places = placesOf(vendors);
  const ofPages = { ...options, warn: tellSome(options.warn) };
  const serve = (c: AppContext, way: Way) => admitBrowser(c, ofPages, way.place) ?? handleVendorCall(c, way, options);
  const tell = (c: AppContext) => {
    const origin = options.publicOrigin ?? originOf(c.req.url);
    const date = httpDate(options.workspaces.default.world.now());
    return admitBrowser(c, ofPages) ?? send(c, about(origin, options.version, vendors), date, () => undefined);
  };
  app.get('/_greenroom', (c) => (wantsPage(headersOf(c)) ? c.redirect('/_greenroom/') : tell(c)));
  const call: Doors['call'] = (workspace, input) =>
    takeCall(workspace, places.byRoute.get(input.route)!, input, options);
  const control = createControl(options);
  for (const [path, serve] of control.whole) app.all(`/_greenroom${path}`, serve);
  app.all('/_greenroom/*', (c) => control.app.fetch(c.req.raw, c.env));
  // A client of a vendor hears the vendor.
  app.get('/', (c, next) => (headersOf(c)['authorization'] === undefined ? tell(c) : next()));
  const warnOfClient = tellSome(options.warn);
  const failed = (error: unknown): Response => {
    // A fault rule ended the connection of a client in this process: it sees what a socket would show it.
    if (error instanceof ConnectionLost || !(error instanceof Error)) throw error;
    if (error instanceof ClientGone) {
      warnOfClient(error.message);
      return ALREADY_SENT;
    }
    options.warn(error.stack ?? error.message);
    // By its name: beside a bundle, `greenroom/vendor` has a class of its own.
    const whose = error.name === 'VendorCodeError' ? '' : 'greenroom itself failed: ';
    return new Response(whose + error.message, {
      status: 500,
      headers: { 'Content-Type': 'text/plain; charset=UTF-8' },
    });
  };
  app.onError(failed);
  control.app.onError(failed);
  app.notFound((c) => {
    const vendor = ownerOf(vendors, c.req.path, headersOf(c)['authorization']);
    return serve(c, { place: strayOf(vendor), params: {} });
  });
  options.workspaces.doors = { call, control: control.take };
  return {
    fetch: (request, env = {}) => {
      const path = getPath(request, { env });
      const found = isControl(path) ? undefined : places.byPath.find(request.method, path);
      if (found === undefined) return app.fetch(request, env);
      const { handler: place, params } = found;
      const answer = orElse(() => serve(contextOf(request, env, path), { place, params }), failed);
      return request.method === 'HEAD' ? andThen(answer, headOf) : answer;
    },
  };
}

/** Whatever paths a vendor of the user's own has. */
const isControl = (path: string): boolean => path === '/_greenroom' || path.startsWith('/_greenroom/');

const contextOf = (raw: Request, env: Bindings, path: string): AppContext => ({
  env,
  req: { raw, url: raw.url, method: raw.method, path },
});

/** The answer to a HEAD, unless it is sent already. */
const headOf = (answer: Response): Response => (answer === ALREADY_SENT ? answer : new Response(null, answer));

/** The vendor that answers what no operation takes. */
function ownerOf(vendors: readonly Vendor[], path: string, authorization: string | undefined): Vendor {
  const called = vendors.map((vendor) => ({ vendor, contract: vendor.profile.contract, path }));
  return vendors.find(({ owns }) => owns(path)) ?? whoseCall(called, authorization)!.vendor;
}
