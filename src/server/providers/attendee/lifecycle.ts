import { JOINED } from '../../../contracts/attendee/lifecycle.js';
import type { BotState } from '../../../contracts/attendee/vocabulary.js';

/** The states in which a bot is over. */
export const isTerminal = (state: BotState): boolean =>
  state === 'fatal_error' || state === 'ended' || state === 'data_deleted';

/** The states that do not count against the limit of concurrent bots. */
export const isIdle = (state: BotState): boolean =>
  state === 'ready' || state === 'scheduled' || state === 'staged' || isTerminal(state);

/** In its meeting: what a bot can be asked to do there (observed: the same four for every request). */
export const isInMeeting = (state: BotState): boolean => (JOINED as readonly BotState[]).includes(state);
