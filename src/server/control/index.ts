import { Hono, type Context } from 'hono';
import { controlSchemas } from '../../contracts/control/schemas.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { Doors } from '../history/replay.js';
import type { Bindings } from '../http.js';
import { isWhole, PathRouter } from '../path-router.js';
import { backstageRoutes } from './backstage.js';
import { calendarRoutes } from './calendar.js';
import {
  control,
  takeControl,
  type ControlHandler,
  type ControlOptions,
  type Route,
  type RouteOptions,
} from './call.js';
import { clockRoutes } from './clock.js';
import { contractRoutes } from './contracts.js';
import { coverageRoutes } from './coverage.js';
import { deliveryRoutes, deliveryRoutesOfOne } from './deliveries.js';
import { faultRoutes } from './faults.js';
import { historyRoutes } from './history.js';
import { inspectorRoutes } from './inspector.js';
import { relayRoutes } from './relay.js';
import { requestRoutes } from './requests.js';
import { castingRoutes, scenarioRoutes } from './scenarios.js';
import { streamRoutes } from './stream.js';
import { timelineRoutes } from './timeline.js';
import { workspaceRoutes } from './workspaces.js';

export type { ControlOptions } from './call.js';

type Served = (c: Context<{ Bindings: Bindings }>) => Promise<Response>;

/** The control plane, at `/_greenroom`. */
export function createControl(options: ControlOptions): {
  readonly app: Hono<{ Bindings: Bindings }>;
  /** Takes a call again that was an input of a world. */
  readonly take: Doors['control'];
  /** What serves each path without parameters, by the path: another app finds it sooner than this one. */
  readonly whole: ReadonlyMap<string, Served>;
} {
  const app = new Hono<{ Bindings: Bindings }>({ router: new PathRouter() }).basePath('/_greenroom');
  const take: Doors['control'] = (workspace, input) => takeControl(inputs, workspace, input);
  const profiles = options.vendors.map(({ profile }) => profile);
  const routes = routesOf({ ...options, schemas: () => controlSchemas(profiles) });
  const inputs = routes.filter(({ isInput }) => isInput);
  const paths = [...new Set(routes.map(({ path }) => path))];
  // One handler a path: of several Hono makes a chain at each call.
  const served = new Map(paths.map((path) => [path, byMethod(options, path, routes)]));
  for (const [path, serve] of served) app.all(path, serve);
  const known = paths.map((path) => `/_greenroom${path}`);
  const whole = new Map([...served].filter(([path]) => isWhole(path)));
  app.notFound((c) => control(options, { handler: () => refusePath(c.req.path, known) })(c));
  return { app, take, whole };
}

/** Serves the routes of one path; every other method of it is refused. */
function byMethod(options: ControlOptions, path: string, routes: readonly Route[]): Served {
  const own = routes.filter((route) => route.path === path);
  const served = new Map(own.map((route) => [route.method, control(options, route)]));
  const refused = control(options, { handler: () => refuseMethod(path, [...served.keys()]) });
  return (c) => (served.get(c.req.method === 'HEAD' ? 'GET' : c.req.method) ?? refused)(c);
}

function refusePath(path: string, known: readonly string[]): never {
  // `/_greenroom/advance` is found by its end.
  const last = path.slice(path.lastIndexOf('/'));
  const meant = known.find((one) => last !== '/' && one.endsWith(last)) ?? nearest(path, known);
  throw new GreenroomError(
    'NOT_FOUND',
    `Failed to find this in the control plane.${didYouMean(meant)} It has: ${known.join(', ')}.`,
  );
}

function refuseMethod(path: string, methods: readonly string[]): never {
  throw new GreenroomError(
    'METHOD_NOT_ALLOWED',
    `Failed to serve this method on /_greenroom${path}: it takes ${methods.join(', ')}.`,
    { methods },
  );
}

const route = (call: string, handler: ControlHandler): Route => {
  const [method, path] = call.split(' ') as [string, string];
  return { method, path, handler };
};

/** A route whose calls change the world. */
const input = (call: string, handler: ControlHandler): Route => ({ ...route(call, handler), isInput: true });

function listeningRoutes(): readonly Route[] {
  const { listen, report } = relayRoutes();
  return [route('GET /listen', listen), route('POST /listen', report)];
}

function lookingRoutes(options: RouteOptions): readonly Route[] {
  const inspector = inspectorRoutes(options);
  const delivery = deliveryRoutesOfOne(options);
  return [
    { ...route('GET /', inspector.page), isOpen: true },
    route('GET /timeline.html', inspector.file),
    route('GET /recording', inspector.recording),
    route('GET /making', inspector.making),
    route('GET /vendors', inspector.vendors),
    route('GET /agents', inspector.agents),
    route('GET /deliveries/:id', delivery.get),
    route('POST /deliveries/:id/signature', delivery.explain),
  ];
}

/** About workspaces as a whole. */
function wholeRoutes(options: RouteOptions): readonly Route[] {
  const workspaces = workspaceRoutes(options);
  return [
    route('GET /health', workspaces.health),
    route('GET /workspaces', workspaces.list),
    { ...route('POST /workspaces', workspaces.create), isServerWide: true },
    route('GET /workspaces/:id', workspaces.get),
    route('PATCH /workspaces/:id', workspaces.patch),
    { ...route('DELETE /workspaces/:id', workspaces.remove), makesRoom: true },
    { ...route('POST /workspaces/:id/token', workspaces.renewToken), isServerWide: true },
    route('POST /reset', workspaces.reset),
    route('GET /snapshot', workspaces.snapshot),
    route('PUT /snapshot', workspaces.restore),
  ];
}

function routesOf(options: RouteOptions): readonly Route[] {
  const clock = clockRoutes(options);
  const requests = requestRoutes(options);
  const deliveries = deliveryRoutes(options);
  const faults = faultRoutes(options);
  const scenarios = scenarioRoutes(options);
  const casting = castingRoutes(options);
  const history = historyRoutes(options);
  return [
    ...wholeRoutes(options),
    route('GET /clock', clock.read),
    route('PATCH /clock', clock.patch),
    route('POST /clock/advance', clock.advance),
    route('POST /clock/rewind', history.rewind),
    route('POST /clock/probes', clock.admit),
    route('POST /clock/hold', clock.hold),
    route('DELETE /clock/hold/:id', clock.release),
    route('GET /run', history.run),
    route('GET /checkpoints', history.list),
    route('POST /checkpoints', history.add),
    route('DELETE /checkpoints/:name', history.remove),
    route('GET /changes', history.changes),
    route('GET /timeline', timelineRoutes(options).list),
    route('GET /stream', streamRoutes(options).follow),
    route('GET /requests', requests.list),
    route('POST /requests/verify', requests.verify),
    route('GET /requests/:id', requests.get),
    route('GET /deliveries', deliveries.list),
    input('POST /deliveries/:id/redeliver', deliveries.redeliver),
    route('POST /deliveries/wait', deliveries.wait),
    route('GET /faults', faults.list),
    input('POST /faults', faults.add),
    input('DELETE /faults', faults.clear),
    input('DELETE /faults/:id', faults.remove),
    route('GET /coverage', coverageRoutes(options).read),
    route('GET /scenarios', scenarios.list),
    route('GET /scenarios/:name', scenarios.get),
    input('PUT /scenarios/:name', scenarios.put),
    input('DELETE /scenarios/:name', scenarios.remove),
    route('GET /casting', casting.list),
    input('POST /casting', casting.add),
    input('DELETE /casting', casting.clear),
    route('GET /casting/:id', casting.get),
    input('DELETE /casting/:id', casting.remove),
    input('POST /backstage', backstageRoutes(options).act),
    route('GET /calendar', calendarRoutes(options).read),
    route('GET /contracts/:document', contractRoutes(options).read),
    ...listeningRoutes(),
    ...lookingRoutes(options),
  ];
}
