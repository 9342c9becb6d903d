import type { World } from '../../../engine/world.js';
import { fetchAndNote } from '../../fetched.js';
import { jobs, type JobTable } from '../jobs.js';
import { sliceOf, type Bot } from '../state.js';

/** The page of a voice agent: its sound and picture go into the meeting, and the meeting's sound into it. */
export interface AgentPage {
  readonly field: 'url' | 'screenshare_url';
  readonly url: string;
}

/** The vendor loads the page once the bot has joined and records (documented); greenroom fetches it once, and runs nothing. */
export function planPage(world: World, { id: subject, agentPage }: Bot): void {
  if (agentPage) jobs.plan(world, 'page', { due: world.now(), subject });
}

export const pageJobs: Pick<JobTable, 'page'> = {
  page: {
    label: "bot loads the voice agent's page",
    run: (world, subject) => {
      const page = sliceOf(world).bots.get(subject)?.agentPage;
      if (!page) return undefined;
      const expected = 'a page of HTML, with status 200, that can be loaded when the bot begins to record';
      const pointer = `/voice_agent_settings/${page.field}`;
      const what = { kind: 'voice-agent page', accept: 'text/html', strictly: true, pointer, expected };
      return fetchAndNote(world, { provider: 'attendee', subject, url: page.url, ...what });
    },
  },
};
