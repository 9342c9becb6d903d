import { Hono } from 'hono';
import { GreenroomError } from '../../errors.js';
import type { Bindings } from '../http.js';
import { backstageRoutes } from './backstage.js';
import { control, type ControlHandler, type ControlOptions } from './call.js';
import { clockRoutes } from './clock.js';
import { coverageRoutes } from './coverage.js';
import { faultRoutes } from './faults.js';
import { contractRoutes } from './contracts.js';
import { recordRoutes } from './happened.js';
import { scenarioRoutes } from './scenarios.js';
import { streamRoutes } from './stream.js';
import { workspaceRoutes } from './workspaces.js';

export type { ControlOptions } from './call.js';

/** The control plane, to be mounted at `/_greenroom`. */
export function createControl(options: ControlOptions): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const workspace = workspaceRoutes(options);
  const clock = clockRoutes(options);
  const contracts = contractRoutes(options);
  const happened = recordRoutes(options);
  const coverage = coverageRoutes(options);
  const scenarios = scenarioRoutes(options);
  const stream = streamRoutes(options);
  const backstage = backstageRoutes(options);
  const fault = faultRoutes(options);

  const routes: readonly [method: string, path: string, handler: ControlHandler][] = [
    ['GET', '/health', workspace.health],
    ['GET', '/workspaces', workspace.list],
    ['POST', '/workspaces', workspace.create],
    ['GET', '/workspaces/:id', workspace.get],
    ['PATCH', '/workspaces/:id', workspace.patch],
    ['DELETE', '/workspaces/:id', workspace.remove],
    ['POST', '/reset', workspace.reset],
    ['GET', '/snapshot', workspace.snapshot],
    ['PUT', '/snapshot', workspace.restore],
    ['GET', '/clock', clock.read],
    ['PATCH', '/clock', clock.patch],
    ['POST', '/clock/advance', clock.advance],
    ['POST', '/clock/hold', clock.hold],
    ['DELETE', '/clock/hold/:id', clock.release],
    ['GET', '/timeline', happened.timeline],
    ['GET', '/stream', stream.follow],
    ['GET', '/requests', happened.requests],
    ['POST', '/requests/verify', happened.verify],
    ['GET', '/deliveries', happened.deliveries],
    ['POST', '/deliveries/:id/redeliver', happened.redeliver],
    ['POST', '/deliveries/wait', happened.wait],
    ['GET', '/faults', fault.list],
    ['POST', '/faults', fault.add],
    ['DELETE', '/faults', fault.clear],
    ['DELETE', '/faults/:id', fault.remove],
    ['GET', '/coverage', coverage.read],
    ['GET', '/scenarios', scenarios.list],
    ['GET', '/scenarios/:name', scenarios.get],
    ['PUT', '/scenarios/:name', scenarios.put],
    ['DELETE', '/scenarios/:name', scenarios.remove],
    ['GET', '/casting', scenarios.rules],
    ['POST', '/casting', scenarios.addRule],
    ['DELETE', '/casting', scenarios.removeRules],
    ['GET', '/casting/:id', scenarios.rule],
    ['DELETE', '/casting/:id', scenarios.removeRule],
    ['POST', '/backstage', backstage.act],
    ['GET', '/contracts/:document', contracts.read],
  ];
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
