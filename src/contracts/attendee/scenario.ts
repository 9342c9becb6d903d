import { Type, type Static } from '@sinclair/typebox';
import { AnyFields, closed, moment, oneOf, say } from '../control/scenario-parts.js';
import type { ScenarioBlock } from '../vendor.js';
import { unsupported } from './unsupported.js';

const LogLine = closed(
  {
    ...moment,
    level: Type.Optional(oneOf(['debug', 'info', 'warning', 'error'], 'Info if not said.')),
    entry_type: Type.Optional(
      oneOf(
        ['uncategorized', 'could_not_enable_closed_captions', 'webinar_panelist_promotion'],
        'Uncategorized if not said.',
      ),
    ),
    message: Type.String({ minLength: 1 }),
  },
  'One entry.',
);

const schema = closed(
  {
    request: AnyFields('More fields of the bot that "greenroom check scenarios" creates.'),
    failure_metadata: AnyFields('The event_metadata of the failure that ends the scenario.'),
    logs: Type.Optional(Type.Array(LogLine, say("Entries of the bot's log."))),
  },
  'Facts for Attendee alone.',
);

export const scenario = {
  schema,
  unsupported,
  reports: ({ type, state }, to) => type === 'bot.state_change' && state === to,
  events: (block) =>
    ((block as Static<typeof schema>).logs ?? []).map(
      ({ level = 'info', entry_type = 'uncategorized', message, ...at }, i) => ({
        at,
        pointer: `/logs/${i}`,
        event: { level, entry_type, message },
      }),
    ),
} as const satisfies ScenarioBlock;
