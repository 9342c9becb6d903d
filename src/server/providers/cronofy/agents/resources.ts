import { formatInstant } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { mediaOf } from '../../../media.js';
import { refuseExpired, refuseLink, refuseMissing, refuseToken, serveFile } from '../../object-store.js';
import { setSubject, type Handler } from '../../provider.js';
import { admitted } from '../accounts/authorize.js';
import { renderAgent, resourceKey, subscriptionsOf } from '../webhooks.js';
import { issueText, linkKey, tellIssued } from '../accounts/credentials.js';
import { escape, json, JSON_TYPE, page, refused } from '../errors.js';
import { renderTranscript } from './transcript.js';
import { settingsOf } from '../settings.js';
import { RESOURCE_CATEGORIES, sliceOf, type Agent, type ResourceCategory as Category } from '../state.js';

const LINK_LENGTH = 40;
/** The name of a category's file in its URL. Containers are assumed: the vendor's pages name none. */
const FILES: Readonly<Record<string, string>> = {
  transcript: 'transcript.json',
  audio: 'audio.mp3',
  video: 'video.mp4',
};
const fileName = (category: string): string => FILES[category] ?? category;

/** Opens the way to what an agent has brought back. Without subscriptions nobody is told of it (documented). */
export function openResources(world: World, agent: Agent): void {
  if (subscriptionsOf(world, agent).length === 0) return;
  for (const category of RESOURCE_CATEGORIES)
    sliceOf(world).byResourceKey[resourceKey(agent, category)] = { sub: agent.sub, category };
}

/** The way to a file: a redirect, with the same URL in the body for clients that do not follow (documented). */
const downloadResource = admitted({ wants: 'api_key' }, (call) => {
  const { world, request, params } = call;
  const { agents, byResourceKey } = sliceOf(world);
  const key = params['key'] ?? '';
  const { sub, category } = Object.hasOwn(byResourceKey, key) ? byResourceKey[key]! : {};
  const agent = agents.get(sub ?? '');
  if (!agent || !category) return refused(404, 'no callback of this world has told of this resource');
  setSubject(call, agent.sub);
  if (!has(world, agent, category)) return refused(404, `the agent has no ${category}, or no longer`);
  const origin = settingsOf(world).storeOrigin ?? otherOrigin(request.origin);
  const url = signUrl(world, origin, { agent: agent.sub, category, apart: origin !== request.origin });
  return json(302, { resource: { download_url: url } }, { Location: url });
});

/** The agent has brought it back, and it is still kept. */
function has(world: World, { artefacts }: Agent, category: Category): boolean {
  const { what = 'ready', expires = null } = artefacts?.[category] ?? {};
  return what !== 'missing' && (expires === null || world.now() < expires);
}

/** The signed URL of a file. `apart`: it is on another origin than the API. */
function signUrl(
  world: World,
  origin: string,
  file: { readonly agent: string; readonly category: Category; readonly apart: boolean },
): string {
  const { client_secret, downloadLifetime } = settingsOf(world);
  const { key, expires } = sliceOf(world).downloads.add({
    key: issueText(world, 'download', LINK_LENGTH, client_secret),
    ...file,
    expires: world.now() + downloadLifetime,
  });
  tellIssued(world, linkKey(key));
  return `${origin}/store/${key}/${fileName(file.category)}?expires=${encodeURIComponent(formatInstant(expires))}`;
}

/**
 * Another origin on the same port, so that clients drop their credentials on the way, as they do between an API and an
 * object store. A public host has no other name: there, the setting `store_url` can say one.
 */
export function otherOrigin(origin: string): string {
  const url = new URL(origin);
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  else if (/^127(\.\d+){3}$/.test(url.hostname) || url.hostname === '[::1]') url.hostname = 'localhost';
  else if (url.hostname.endsWith('.localhost')) url.hostname = `store.${url.hostname}`;
  return url.origin;
}

/** The file itself. Object stores refuse a second credential beside a signed URL. */
const readDownload: Handler = (call) => {
  const { world, request, params } = call;
  const download = sliceOf(world).downloads.get(params['key'] ?? '');
  if (!download || params['file'] !== fileName(download.category)) return refuseLink();
  setSubject(call, download.agent);
  if (request.headers['authorization'] !== undefined && download.apart) return refuseToken();
  if (download.expires <= world.now()) return refuseExpired();
  const agent = sliceOf(world).agents.get(download.agent)!;
  const category = download.category as Category;
  if (!has(world, agent, category)) return refuseMissing();
  if (category === 'transcript')
    return serveFile(request, { bytes: JSON.stringify(renderTranscript(world, agent.sub)), type: JSON_TYPE });
  const { bytes, type } = mediaOf(category);
  return serveFile(request, { bytes: agent.artefacts?.[category]?.what === 'empty' ? '' : bytes, type });
};

const showDashboard: Handler = (call) => {
  const { world, params } = call;
  const { byDashboardKey, agents } = sliceOf(world);
  const agent = agents.get(byDashboardKey[params['key'] ?? ''] ?? '');
  if (!agent) return refused(404, 'no agent has this page');
  setSubject(call, agent.sub);
  const facts: readonly [name: string, value: string][] = [
    ['State', agent.state],
    ['Meeting', agent.join_url],
    ['Joins', formatInstant(agent.join_time)],
    ['Display name', agent.display_name ?? 'as the application is branded'],
  ];
  const told = subscriptionsOf(world, agent).length > 0 ? renderAgent(agent).resources : [];
  const files = told.filter(({ category }) => category !== 'cronofy');
  return page(200, `Meeting agent ${agent.sub}`, [
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join('')}</dl>`,
    `<ul>${files.map(({ category, url }) => `<li>${category}: <code>${escape(url)}</code></li>`).join('')}</ul>`,
  ]);
};

export const resourceHandlers = { downloadResource, readDownload, showDashboard };
