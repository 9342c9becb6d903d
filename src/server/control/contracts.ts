import type { DescribedApi } from '../../contracts/openapi.js';
import { GreenroomError } from '../../errors.js';
import { readWireMessages } from '../wire.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { contractIn } from '../engine/vendor.js';

/** The contracts as documents that other tools read. */
export function contractRoutes({ vendors, version }: RouteOptions) {
  return {
    read: async ({ param, origin, workspace: { world } }) => {
      const document = param('document');
      const name = /^(\w+)\.openapi\.json$/.exec(document)?.[1] ?? '';
      const provider = vendors.find((one) => one.name === name);
      const api =
        (provider && contractIn(world, name)) ?? (name === 'control' ? await controlApi(vendors, version) : undefined);
      if (!api) {
        const known = [...vendors.map((one) => one.name), 'control'].map((one) => `${one}.openapi.json`);
        throw new GreenroomError(
          'NOT_FOUND',
          `Failed to find the document "${document}": there are ${known.join(', ')}.`,
          { known },
        );
      }
      const { toOpenApi } = await import('../../contracts/openapi.js');
      const here: DescribedApi = { ...api, servers: [...new Set([origin, ...api.servers])] };
      return json(toOpenApi(here, provider ? readWireMessages(provider.name) : []));
    },
  } satisfies Record<string, ControlHandler>;
}

/** The control plane with the settings and scenarios that these vendors take. */
export async function controlApi(vendors: RouteOptions['vendors'], version: string): Promise<DescribedApi> {
  const { describeControl } = await import('../../contracts/control/operations.js');
  return describeControl(
    version,
    vendors.map(({ profile }) => profile),
  );
}
