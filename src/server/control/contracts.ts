import { describeControl } from '../../contracts/control/operations.js';
import { toOpenApi, type DescribedApi } from '../../contracts/openapi.js';
import { GreenroomError } from '../../errors.js';
import { readWireMessages } from '../wire.js';
import { json, type ControlHandler, type ControlOptions } from './call.js';

/** The contracts as documents that other tools read. */
export function contractRoutes({ providers, version }: ControlOptions) {
  return {
    read: ({ param, origin }) => {
      const document = param('document');
      const name = /^(\w+)\.openapi\.json$/.exec(document)?.[1] ?? '';
      const provider = providers.find((one) => one.name === name);
      const api = provider?.contract ?? (name === 'control' ? controlApi(providers, version) : undefined);
      if (!api) {
        const known = [...providers.map((one) => one.name), 'control'].map((one) => `${one}.openapi.json`);
        throw new GreenroomError(
          'NOT_FOUND',
          `Failed to find the document "${document}": there are ${known.join(', ')}.`,
          { known },
        );
      }
      const here: DescribedApi = { ...api, servers: [...new Set([origin, ...api.servers])] };
      return json(toOpenApi(here, provider ? readWireMessages(provider.name) : []));
    },
  } satisfies Record<string, ControlHandler>;
}

/** The control plane with the settings and scenarios that these vendors take. */
export const controlApi = (providers: ControlOptions['providers'], version: string): DescribedApi =>
  describeControl(version, Object.fromEntries(providers.map(({ name, settings }) => [name, settings.schema])));
