import { cronofyContract } from '../../../contracts/cronofy/contract.js';
import type { World } from '../../engine/world.js';
import type { Provider, Reply, VendorRequest } from '../provider.js';
import { accountHandlers } from './account-handlers.js';
import { actor } from './actor.js';
import { agentHandlers } from './agent-handlers.js';
import { backstage, findAgent } from './backstage.js';
import { dialect } from './callbacks.js';
import { conferencingJobs } from './conferencing.js';
import { credentialOf, linkKey } from './credentials.js';
import { empty, unauthorized } from './errors.js';
import { eventHandlers } from './event-handlers.js';
import { eventReadHandlers } from './event-reads.js';
import { imageJobs } from './image.js';
import { agentJobs } from './life.js';
import { oauthHandlers, refuseClient } from './oauth-handlers.js';
import { refuseLink, resourceHandlers } from './resource-handlers.js';
import { tooManyCalls } from './limits.js';
import { cronofySettings } from './settings.js';
import { unrenderable } from './fit.js';
import { createSlice, eventById, eventByUid, sliceOf } from './state.js';
import { transitionJobs } from './transitions.js';

const PREFIXES = ['/v1/', '/oauth/', '/store/', '/dashboard/'];

/** The Cronofy Meeting Agents API, and what of Cronofy stands around it. */
export const cronofy: Provider = {
  name: 'cronofy',
  contract: cronofyContract,
  dialect,
  actor,
  jobs: { ...agentJobs, ...imageJobs, ...conferencingJobs, ...transitionJobs },
  createSlice,
  handlers: {
    ...agentHandlers,
    ...resourceHandlers,
    ...eventHandlers,
    ...eventReadHandlers,
    ...accountHandlers,
    ...oauthHandlers,
  },
  settings: cronofySettings,
  backstage,
  unrenderable,
  owns: (path) => PREFIXES.some((prefix) => path.startsWith(prefix)),
  aliasOf: () => undefined,
  refusesAliases: () => false,
  credentialOf,
  gaveOut,
  givenOut,
  refusals: {
    unauthenticated: (request) => refuse(request, true),
    unknownCredential: (request) => refuse(request, false),
    unknownPath: () => empty(404),
    otherMethod: (_, operations) => empty(405, { Allow: operations.map(({ method }) => method).join(', ') }),
    tooLarge: () => empty(413),
    rateLimited: tooManyCalls,
  },
  findSubject(world, reference) {
    const agent = findAgent(world, reference);
    if (agent) return { id: agent.sub, state: agent.state };
    const event =
      typeof reference === 'string' ? eventByUid(world, reference) : eventById(world, reference['event_id'] ?? '');
    return event && { id: event.event_uid, state: event.deleted ? 'deleted' : 'confirmed' };
  },
};

/** Tokens, files and pages of this world. */
function gaveOut(world: World, credential: string): boolean {
  const { accessTokens, downloads, byDashboardKey } = sliceOf(world);
  if (accessTokens.get(credential)) return true;
  const key = credential.startsWith(linkKey('')) ? credential.slice(linkKey('').length) : undefined;
  return key !== undefined && (downloads.get(key) !== undefined || Object.hasOwn(byDashboardKey, key));
}

function givenOut(world: World): string[] {
  const { accessTokens, downloads, byDashboardKey } = sliceOf(world);
  const keys = [...downloads.values()].map(({ key }) => key).concat(Object.keys(byDashboardKey));
  return [...[...accessTokens.values()].map(({ access_token }) => access_token), ...keys.map(linkKey)];
}

/** Each place refuses in its own voice: OAuth, the store, pages, and the API. */
function refuse({ path }: VendorRequest, missing: boolean): Reply {
  if (path.startsWith('/oauth/') || path === '/v1/application_calendars') return refuseClient(path, missing);
  if (path.startsWith('/store/')) return refuseLink();
  return path.startsWith('/dashboard/') ? empty(404) : unauthorized();
}
