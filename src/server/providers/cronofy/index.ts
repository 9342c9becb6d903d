import { cronofyContract } from '../../../contracts/cronofy/contract.js';
import type { Provider } from '../provider.js';
import { backstage, findAgent } from './backstage.js';
import { dialect } from './callbacks.js';
import { empty, unauthorized } from './errors.js';
import { handlers } from './handlers.js';
import { actor, jobs } from './life.js';
import { cronofySettings } from './settings.js';
import { createSlice } from './state.js';

/** The Cronofy Meeting Agents API. */
export const cronofy: Provider = {
  name: 'cronofy',
  contract: cronofyContract,
  dialect,
  actor,
  jobs,
  createSlice,
  handlers,
  settings: cronofySettings,
  backstage,
  owns: (path) => path.startsWith('/v1/'),
  aliasOf: () => undefined,
  refusesAliases: () => false,
  credentialOf: ({ headers }) => /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1],
  refusals: {
    unauthenticated: unauthorized,
    unknownCredential: unauthorized,
    unknownPath: () => empty(404),
    otherMethod: (_, operations) => empty(405, { Allow: operations.map(({ method }) => method).join(', ') }),
    tooLarge: () => empty(413),
  },
  findSubject(world, reference) {
    const agent = findAgent(world, reference);
    return agent && { id: agent.sub, state: agent.state };
  },
};
