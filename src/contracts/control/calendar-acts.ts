import { Type, type Static } from '@sinclair/typebox';
import { Duration, oneOf, say } from './scenario-parts.js';
import { closed } from './fields.js';

/** What people do to a meeting in their own calendar, in words of no vendor. */

export const USER_ACTS = [
  'moves',
  'renames',
  'declines',
  'accepts',
  'deletes',
  'restores',
  'changes_conferencing',
  'removes_conferencing',
  'adds_guest',
  'removes_guest',
  'repeats',
  'disconnects',
  'reconnects',
] as const;
export type UserAct = (typeof USER_ACTS)[number];

const act = {
  user: oneOf(
    USER_ACTS,
    'What the user does in the own calendar: to the event or the instance that the agent is for, or to the calendar.',
  ),
  to: Type.Optional(
    Type.String(
      say(
        'Where it is moved to, from where it is, such as "+1h", "-30m" or, at the same time of day, "+1d"; the new title, URL, or "daily" or "weekly".',
      ),
    ),
  ),
  guest: Type.Optional(Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', expected: 'an e-mail address', ...say('Who.') })),
};

/** One act of a user, as a vendor is told it. */
export interface CalendarAct {
  readonly user: UserAct;
  readonly to?: string | undefined;
  readonly guest?: string | undefined;
}

/** An act in a scenario, with its moment. */
export const CalendarStep = Type.Object(
  {
    at: Type.Optional(
      Type.String({
        pattern: '^[+-]?\\d',
        expected: 'an offset from the start of the event, such as "-20m"',
        ...say('From the start that the event has when its first agent is booked.'),
      }),
    ),
    after: Type.Optional(
      Duration('So long after the act before it, or after the booking; a minute if nothing is said.'),
    ),
    ...act,
  },
  { ...closed, description: 'One act.' },
);
export type CalendarStep = Static<typeof CalendarStep>;

/** `POST /_greenroom/backstage` with the kind `calendar`: a user does it now, by hand. */
export const CalendarBody = Type.Object(
  {
    kind: Type.Literal('calendar'),
    subject: Type.Union([Type.String(), Type.Record(Type.String(), Type.String())], {
      expected: 'an agent, an event, or another name that the vendor knows it by',
    }),
    ...act,
  },
  closed,
);

/** Acts that say nothing without this. */
const NEEDS: Readonly<Partial<Record<UserAct, 'to' | 'guest'>>> = {
  moves: 'to',
  renames: 'to',
  adds_guest: 'guest',
  removes_guest: 'guest',
};
const OFFSET = /^[+-](\d+d|(\d+(\.\d+)?(h|m|s))+)$/;

/** What is wrong with an act that its schema cannot say: the field, and what was expected. */
export function faultOfAct({
  user,
  to,
  guest,
}: CalendarAct): { readonly field: string; readonly expected: string } | undefined {
  const needed = NEEDS[user];
  if (needed !== undefined && (needed === 'to' ? to : guest) === undefined)
    return { field: needed, expected: needed === 'to' ? `where or what "${user}" leads to` : 'an e-mail address' };
  if (user === 'moves' && !OFFSET.test(to ?? ''))
    return { field: 'to', expected: 'an offset such as "+1h", "-30m" or "+1d"' };
  if (user === 'repeats' && to !== undefined && to !== 'daily' && to !== 'weekly')
    return { field: 'to', expected: '"daily" or "weekly"' };
  if (user === 'changes_conferencing' && to !== undefined && !/^https?:\/\/./.test(to))
    return { field: 'to', expected: 'a URL' };
  return undefined;
}

/** What a user does, as a line tells it: `moves +1h`. */
export const wordsOfAct = ({ user, to, guest }: CalendarAct): string =>
  [user.replaceAll('_', ' '), to, guest].filter((word) => word !== undefined).join(' ');
