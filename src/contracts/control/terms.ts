import { Type, type Static } from '@sinclair/typebox';
import { closed, Duration, Instant, Text } from './fields.js';

/** On what terms a service that strangers share has a workspace. */

const LIMITS = {
  bots: 'Agents that the world has, those that are over included',
  bytes:
    'What the calls, the timeline and the deliveries take together: the oldest go first. Its own scenarios take no more, too',
  jobs: 'Jobs that one advance runs',
  deliveries: 'Messages that leave for allow_hosts in a minute of real time; further ones are captured',
  body: 'Bytes of the body of a call; larger ones are answered 413',
  streams:
    'Answers that go on at a time: streams of the timeline, and the line of a listener. As many long answers may wait for who reads them',
} as const;

export type LimitName = keyof typeof LIMITS;

/** The least that makes sense of each. */
const LEAST: Readonly<Record<LimitName, number>> = {
  bots: 1,
  bytes: 2 ** 20,
  jobs: 1,
  deliveries: 0,
  body: 1024,
  streams: 1,
};

const limit = (name: LimitName) => Type.Integer({ minimum: LEAST[name], maximum: 2 ** 40, description: LIMITS[name] });

const limits = {
  bots: limit('bots'),
  bytes: limit('bytes'),
  jobs: limit('jobs'),
  deliveries: limit('deliveries'),
  body: limit('body'),
  streams: limit('streams'),
};

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

export const Limits = Type.Object(limits, closed);
export type Limits = Static<typeof Limits>;

const Host = Type.String({
  pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$',
  expected: 'the name of a host, such as "hooks.example.com"',
});

/** What was agreed for a workspace of a shared service. */
export const Terms = Type.Object({
  owner: Type.Optional(Text),
  expires_at: Instant,
  limits: Limits,
  allow_hosts: Type.Array(Text),
});
export type Terms = Static<typeof Terms>;

/** What only a service that is shared takes. */
export const termOptions = {
  /** Whose it is: the list of workspaces can be asked for those of one owner. */
  owner: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** Real time after which the workspace is deleted with its data; 24 hours if nothing is said, 30 days at most. */
  ttl: Type.Optional(Duration),
  limits: Type.Optional(Type.Partial(Limits, closed)),
  /** Hosts that webhooks are sent to. All others are captured, or go to a listener. */
  allow_hosts: Type.Optional(Type.Array(Host, { maxItems: 100 })),
};

/** What a shared service tells of a workspace besides. */
export const shownTerms = {
  owner: Type.Optional(Text),
  expires_at: Type.Optional(Instant),
  limits: Type.Optional(Limits),
  allow_hosts: Type.Optional(Type.Array(Text)),
  token: Type.Optional(Type.String({ description: 'Opens this workspace alone. Told once, and kept nowhere' })),
};

export const TokenAnswer = Type.Object({ id: Text, token: Text });
