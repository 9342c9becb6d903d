import type { World } from '../../../engine/world.js';
import { meetingService } from '../meeting-link.js';
import { settingsOf } from '../settings.js';
import { eventOf, sliceOf, type Agent } from '../state.js';

/**
 * Zoom wants every agent to act for an attendee who has authorized it. For meetings that Cronofy made there is nothing
 * to do; otherwise Cronofy asks the attendee once, by e-mail, ahead of the meeting (documented). What follows from a
 * missing authorization is assumed: the agent fails.
 */
export function lacksAuthorization(world: World, agent: Agent): boolean {
  return (
    settingsOf(world).zoom_authorization === 'required' &&
    isZoom(agent.join_url) &&
    !isMadeByCronofy(world, agent) &&
    !Object.hasOwn(sliceOf(world).authorized, agent.on_behalf_of)
  );
}

/** Asks the attendee, once. The e-mail is a line in the journal. */
export function askForAuthorization(world: World, agent: Agent): void {
  const { asked } = sliceOf(world);
  if (!lacksAuthorization(world, agent) || Object.hasOwn(asked, agent.on_behalf_of)) return;
  asked[agent.on_behalf_of] = true;
  world.note(
    'zoom',
    agent.sub,
    `${agent.on_behalf_of} is asked by e-mail to authorize Zoom meetings; POST /_greenroom/backstage {"kind":"authorize","email":"${agent.on_behalf_of}"} does so`,
  );
}

const isZoom = (joinUrl: string): boolean => meetingService(joinUrl) === 'zoom';

function isMadeByCronofy(world: World, agent: Agent): boolean {
  const conference = eventOf(world, agent)?.conference;
  return conference != null && conference.profile_id !== 'explicit';
}
