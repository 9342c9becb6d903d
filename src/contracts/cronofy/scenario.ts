import { AnyFields, closed } from '../control/scenario-parts.js';
import type { ScenarioBlock } from '../vendor.js';
import { unsupported } from './unsupported.js';

export const scenario = {
  schema: closed(
    {
      request: AnyFields('More fields of the agent that "greenroom check scenarios" sends.'),
      event: AnyFields('The check provisions the agent on an event with these fields instead.'),
    },
    'What only Cronofy knows.',
  ),
  unsupported,
  reports: ({ type }, state) => type === `meeting_agent_${state}`,
} as const satisfies ScenarioBlock;
