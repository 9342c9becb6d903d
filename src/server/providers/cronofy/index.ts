import type { World } from '../../engine/world.js';
import type { OperationId } from '../../../contracts/contract.js';
import type { cronofyContract } from '../../../contracts/cronofy/contract.js';
import { unknownKey, wantsAuthorization } from '../keys.js';
import type { Handler, Provider, Reply, VendorRequest } from '../provider.js';
import { delegatedHandlers } from './accounts/delegated.js';
import { accountHandlers } from './accounts/handlers.js';
import { meetingEvents } from './agents/meeting-events.js';
import { agentHandlers } from './agents/handlers.js';
import { noticeDisconnection } from './accounts/connection.js';
import { backstage, findAgent } from './backstage.js';
import { tables } from './tables.js';
import { webhookFormat } from './webhooks.js';
import { makeConference } from './events/conferencing.js';
import { inDataCenter } from './accounts/data-center.js';
import { credentialOf, linkKey } from './accounts/credentials.js';
import { empty, refused, unauthorized } from './errors.js';
import { eventHandlers } from './events/handlers.js';
import { availabilityHandlers } from './events/availability.js';
import { profileHandlers } from './accounts/profiles.js';
import { batchHandlers } from './events/batch.js';
import { bulkHandlers } from './events/bulk.js';
import { participationHandlers } from './events/participation.js';
import { channelHandlers } from './channels/handlers.js';
import { sendChange } from './channels/notices.js';
import { eventReadHandlers } from './events/reads.js';
import { fetchImage } from './agents/image.js';
import { activate, giveUp, join } from './agents/life.js';
import { oauthHandlers, refuseClient } from './accounts/oauth.js';
import { refuseLink } from '../object-store.js';
import { resourceHandlers } from './agents/resources.js';
import { tooManyCalls } from './limits.js';
import { settings } from './settings.js';

import { BOOKKEEPING, createState, eventById, eventByUid, sliceOf } from './state.js';
import { tellTransition } from './events/triggers.js';
import { jobs } from './jobs.js';

const PREFIXES = ['/v1/', '/oauth/', '/enterprise_connect/', '/store/', '/dashboard/'];

const served: Readonly<Record<OperationId<typeof cronofyContract>, Handler>> = {
  ...agentHandlers,
  ...resourceHandlers,
  ...eventHandlers,
  ...eventReadHandlers,
  ...availabilityHandlers,
  ...bulkHandlers,
  ...participationHandlers,
  ...batchHandlers,
  ...profileHandlers,
  ...channelHandlers,
  ...accountHandlers,
  ...oauthHandlers,
  ...delegatedHandlers,
};

const handlers = Object.fromEntries(
  Object.entries(served).map(([id, handler]) => [
    id,
    inDataCenter(handler, (request, reason) => ({ ...refuse(request, false), reason })),
  ]),
);

/** The Cronofy Meeting Agents API, and what of Cronofy stands around it. */
export const cronofy: Provider = {
  webhookFormat,
  meetingEvents,
  jobs: jobs.define({
    activate: { label: 'agent is activated', run: activate },
    join: { label: 'agent begins to join', run: join },
    giveUp: { label: ({ reason }) => `agent gives up (${reason})`, run: giveUp },
    image: { label: 'image is fetched', run: fetchImage },
    change: { label: 'channel tells of changes', run: sendChange },
    disconnected: { label: 'disconnection is noticed', run: noticeDisconnection },
    conference: { label: 'conference is made', run: makeConference },
    transition: { label: 'event trigger', run: tellTransition },
  }),
  createState,
  tables,
  bookkeeping: BOOKKEEPING,
  handlers,
  settings,
  backstage,

  owns: (path) => PREFIXES.some((prefix) => path.startsWith(prefix)),
  aliasOf: () => undefined,
  refusesAliases: () => false,
  credentialOf,
  issuedCredentials,
  agents: { count: (world) => sliceOf(world).agents.size, makers: ['scheduleMeetingAgent', 'upsertEvent'] },
  refusals: {
    unauthenticated: (request) => refuse(request, true),
    unknownCredential: (request) => refuse(request, false),
    unknownPath: () => refused(404, 'no operation has this path'),
    otherMethod: (_, operations) => empty(405, { Allow: operations.map(({ method }) => method).join(', ') }),
    tooLarge: () => empty(413),
    rateLimited: tooManyCalls,
  },
  // No read shows the state of an agent: whoever reads its files sees them once they are there.
  needsReading: () => false,
  findSubject(world, reference) {
    const agent = findAgent(world, reference);
    if (agent) return { id: agent.sub, state: agent.state };
    const event =
      typeof reference === 'string' ? eventByUid(world, reference) : eventById(world, reference['event_id'] ?? '');
    return event && { id: event.event_uid, state: event.deleted ? 'deleted' : 'confirmed' };
  },
};

/** Tokens, and keys of files and pages, of this world; each was told by `tellIssued`. */
function issuedCredentials(world: World): string[] {
  const { accessTokens, downloads, byDashboardKey } = sliceOf(world);
  const keys = [...downloads.values()].map(({ key }) => key).concat(Object.keys(byDashboardKey));
  return [...[...accessTokens.values()].map(({ access_token }) => access_token), ...keys.map(linkKey)];
}

/** Each place refuses in its own voice: OAuth, the store, pages, and the API. */
function refuse(request: VendorRequest, missing: boolean): Reply {
  const { path } = request;
  if (path.startsWith('/oauth/') || path === '/v1/application_calendars') return refuseClient(path, missing);
  if (path.startsWith('/store/')) return refuseLink();
  if (path.startsWith('/dashboard/')) return refused(404, 'no agent has this page');
  return unauthorized(missing ? wantsAuthorization('Bearer KEY', request) : unknownKey(request));
}
