import { createHmac } from 'node:crypto';
import type { AgentInteraction, MeetingAgent, Resource } from '../../../contracts/cronofy/schemas.js';
import type { Delivery } from '../../engine/outbox.js';
import type { Dialect } from '../../engine/part.js';
import type { World } from '../../engine/world.js';
import { settingsOf } from './settings.js';
import { sliceOf, type Agent } from './state.js';

/** Base64 of the HMAC-SHA256 of the body's bytes. The key is the secret as text, its `CRN_` prefix included. */
export const hmac = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body, 'utf8').digest('base64');

/** Sends a callback to every subscription that wants this interaction. */
export function notify(world: World, agent: Agent, interaction: AgentInteraction): void {
  for (const { uri, interactions } of agent.subscriptions) {
    if (!interactions.some(({ type }) => type === interaction)) continue;
    const body = JSON.stringify({
      notification: { type: 'event_subscription', interactions: [{ type: interaction }] },
      meeting_agent: renderAgent(agent),
    });
    const { state } = renderAgent(agent);
    world.enqueue({ provider: 'cronofy', type: interaction, subject: agent.sub, state, url: uri, payload: body });
  }
}

/** The agent as the vendor shows it. */
export function renderAgent(agent: Agent): MeetingAgent {
  const state = agent.state === 'complete' || agent.state === 'failed' ? agent.state : 'created';
  return { sub: agent.sub, state, resources: resourcesOf(agent) };
}

function resourcesOf({ sub, state, origin }: Agent): Resource[] {
  const at = `${origin}/meeting_agents/${sub}`;
  const dashboard: Resource = { category: 'cronofy', type: 'dashboard', url: at };
  if (state !== 'complete') return [dashboard];
  return [
    dashboard,
    { category: 'transcript', type: 'cronofy', url: `${at}/transcript` },
    { category: 'audio', type: 'voice', url: `${at}/audio` },
    { category: 'video', type: 'conference', url: `${at}/video` },
  ];
}

/** Cronofy's side of delivery. Headers as captured from production; several active secrets sign side by side. */
export const dialect: Dialect = {
  render(world, { payload, subject }: Delivery) {
    return {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Cronofy-HMAC-SHA256': secretsFor(world, subject)
          .map((secret) => hmac(secret, payload))
          .join(','),
        'User-Agent': 'Cronofy (https://www.cronofy.com/support/)',
      },
      body: payload,
    };
  },
  timeout: (world) => settingsOf(world).webhookTimeout,
  retryDelays: (world) => settingsOf(world).retryDelays,
};

/** A key of the user's own comes first, so that receivers that look at the first value alone verify with it. */
function secretsFor(world: World, sub: string): string[] {
  const { client_secret, previous_client_secrets } = settingsOf(world);
  const foreign = sliceOf(world).agents.get(sub)?.foreignSecret;
  return [...(foreign == null ? [] : [foreign]), client_secret, ...previous_client_secrets];
}
