import { Hono } from 'hono';
import { controlSchemas } from '../../contracts/control/schemas.js';
import { GreenroomError } from '../../errors.js';
import type { Bindings } from '../http.js';
import { backstageRoutes } from './backstage.js';
import { control, type ControlHandler, type ControlOptions, type RouteOptions } from './call.js';
import { clockRoutes } from './clock.js';
import { contractRoutes } from './contracts.js';
import { coverageRoutes } from './coverage.js';
import { deliveryRoutes } from './deliveries.js';
import { faultRoutes } from './faults.js';
import { requestRoutes } from './requests.js';
import { castingRoutes, scenarioRoutes } from './scenarios.js';
import { streamRoutes } from './stream.js';
import { timelineRoutes } from './timeline.js';
import { workspaceRoutes } from './workspaces.js';

export type { ControlOptions } from './call.js';

type Route = readonly [method: string, path: string, handler: ControlHandler];

/** The control plane, to be mounted at `/_greenroom`. */
export function createControl(options: ControlOptions): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const profiles = options.vendors.map(({ profile }) => profile);
  const routes = routesOf({ ...options, schemas: () => controlSchemas(profiles) });
  for (const [method, path, handler] of routes) app.on(method, path, control(options, handler));
  for (const path of new Set(routes.map(([, path]) => path))) {
    const methods = routes.filter((route) => route[1] === path).map(([method]) => method);
    app.all(
      path,
      control(options, () => {
        throw new GreenroomError(
          'METHOD_NOT_ALLOWED',
          `Failed to serve this method on /_greenroom${path}: it takes ${methods.join(', ')}.`,
          { methods },
        );
      }),
    );
  }
  const known = [...new Set(routes.map(([, path]) => `/_greenroom${path}`))];
  app.all(
    '*',
    control(options, () => {
      throw new GreenroomError('NOT_FOUND', `Failed to find this in the control plane. It has: ${known.join(', ')}.`);
    }),
  );
  return app;
}

function routesOf(options: RouteOptions): readonly Route[] {
  const workspaces = workspaceRoutes(options);
  const clock = clockRoutes(options);
  const requests = requestRoutes(options);
  const deliveries = deliveryRoutes(options);
  const faults = faultRoutes(options);
  const scenarios = scenarioRoutes(options);
  const casting = castingRoutes(options);
  return [
    ['GET', '/health', workspaces.health],
    ['GET', '/workspaces', workspaces.list],
    ['POST', '/workspaces', workspaces.create],
    ['GET', '/workspaces/:id', workspaces.get],
    ['PATCH', '/workspaces/:id', workspaces.patch],
    ['DELETE', '/workspaces/:id', workspaces.remove],
    ['POST', '/reset', workspaces.reset],
    ['GET', '/snapshot', workspaces.snapshot],
    ['PUT', '/snapshot', workspaces.restore],
    ['GET', '/clock', clock.read],
    ['PATCH', '/clock', clock.patch],
    ['POST', '/clock/advance', clock.advance],
    ['POST', '/clock/hold', clock.hold],
    ['DELETE', '/clock/hold/:id', clock.release],
    ['GET', '/timeline', timelineRoutes(options).list],
    ['GET', '/stream', streamRoutes(options).follow],
    ['GET', '/requests', requests.list],
    ['POST', '/requests/verify', requests.verify],
    ['GET', '/deliveries', deliveries.list],
    ['POST', '/deliveries/:id/redeliver', deliveries.redeliver],
    ['POST', '/deliveries/wait', deliveries.wait],
    ['GET', '/faults', faults.list],
    ['POST', '/faults', faults.add],
    ['DELETE', '/faults', faults.clear],
    ['DELETE', '/faults/:id', faults.remove],
    ['GET', '/coverage', coverageRoutes(options).read],
    ['GET', '/scenarios', scenarios.list],
    ['GET', '/scenarios/:name', scenarios.get],
    ['PUT', '/scenarios/:name', scenarios.put],
    ['DELETE', '/scenarios/:name', scenarios.remove],
    ['GET', '/casting', casting.list],
    ['POST', '/casting', casting.add],
    ['DELETE', '/casting', casting.clear],
    ['GET', '/casting/:id', casting.get],
    ['DELETE', '/casting/:id', casting.remove],
    ['POST', '/backstage', backstageRoutes(options).act],
    ['GET', '/contracts/:document', contractRoutes(options).read],
  ];
}
