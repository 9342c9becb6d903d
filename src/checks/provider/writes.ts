import type { Contract, Operation } from '../../contracts/contract.js';
import type { WireMessage } from '../../contracts/wire.js';
import type { Answer, Call } from './client.js';
import { authorizationFor, type Keys, type Probe } from './probes.js';

/** One step of a life that the check makes and ends: a probe, and what to make of its answer. */
export interface Write {
  readonly probe: Probe;
  /** What must be removed after this, answered or not; `undefined` if nothing was made. */
  readonly made?: (answer: Answer | undefined) => Made | undefined;
  /** The place in the answer that must hold what was written, and what it must hold. */
  readonly kept?: { readonly read: (body: unknown) => unknown; readonly value: unknown };
}

export interface Made {
  /** How people find it: its id or key. */
  readonly id: string;
  readonly remove: Call;
  /** The statuses that say that it is gone. */
  readonly gone: readonly number[];
}

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The writes of a vendor: a bot or an agent for a month after the vendor's own now, changed, read and removed. The bodies
 * are those of the vendor's examples, without anybody to tell. The next step is made of what the last was answered.
 */
export function writesOf(contract: Contract, keys: Keys, messages: readonly WireMessage[], now: number): WriteStep[] {
  return contract.provider === 'attendee'
    ? attendeeWrites(contract, keys, messages, now)
    : cronofyWrites(contract, keys, messages, now);
}

/** Makes the write of what the first was answered. */
export type WriteStep = (first: unknown) => Write;

function attendeeWrites(contract: Contract, keys: Keys, messages: readonly WireMessage[], now: number): WriteStep[] {
  const by = probeBy(contract, keys);
  const join_at = instant(now + MONTH_MS);
  const body = { ...bodyOf(messages, 'createBot'), meeting_url: MEETING, join_at, deduplication_key: name(now) };
  const pathOf = (bot: unknown): string => `/api/v1/bots/${text(bot, 'id')}`;
  const later = instant(now + MONTH_MS + 3_600_000);
  return [
    () => ({
      probe: by('createBot', 'for a month from now', '/api/v1/bots', [201], body),
      made: (answer) => {
        const id = answer?.status === 201 ? text(parse(answer.body), 'id') : '';
        const { call } = by('deleteBot', 'removal', `/api/v1/bots/${id}`, [200]);
        return id === '' ? undefined : { id, remove: call, gone: [200, 404] };
      },
      kept: { read: (answer) => text(answer, 'join_at'), value: join_at },
    }),
    (bot) => ({
      probe: by('getBot', 'that was just made', pathOf(bot), [200]),
      kept: { read: (answer) => text(answer, 'join_at'), value: join_at },
    }),
    (bot) => ({
      probe: by('patchBot', 'to an hour later', pathOf(bot), [200], { join_at: later }),
      kept: { read: (answer) => text(answer, 'join_at'), value: later },
    }),
    (bot) => ({ probe: by('getTranscript', 'before the meeting', `${pathOf(bot)}/transcript`, [200]) }),
    (bot) => ({ probe: by('leaveMeeting', 'before the meeting', `${pathOf(bot)}/leave`, [400]) }),
    (bot) => ({ probe: by('deleteBot', 'that was just made', pathOf(bot), [200]) }),
    (bot) => ({ probe: by('getBot', 'that was just deleted', pathOf(bot), [404]) }),
  ];
}

function cronofyWrites(contract: Contract, keys: Keys, messages: readonly WireMessage[], now: number): WriteStep[] {
  const by = probeBy(contract, keys);
  const scheduling_key = name(now);
  const path = '/v1/meeting_agents';
  const agent = (join_time: string) => ({
    ...bodyOf(messages, 'scheduleMeetingAgent'),
    join_url: MEETING,
    scheduling_key,
    join_time,
  });
  const remove = by('cancelMeetingAgent', 'that was just made', path, [202], { scheduling_key });
  return [
    () => ({
      probe: by('scheduleMeetingAgent', 'for a month from now', path, [202], agent(instant(now + MONTH_MS))),
      // An answer that did not come says nothing of what was made.
      made: (answer) =>
        answer && answer.status >= 300 ? undefined : { id: scheduling_key, remove: remove.call, gone: [202] },
    }),
    () => ({
      probe: by('scheduleMeetingAgent', 'to an hour later', path, [202], agent(instant(now + MONTH_MS + 3_600_000))),
    }),
    () => ({ probe: remove }),
  ];
}

/** A meeting that nobody is in. */
const MEETING = 'https://meet.google.com/abc-defg-hij';

const name = (now: number): string => `greenroom-check-${now}`;
/** Whole seconds, as both vendors write them. */
const instant = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

function probeBy(contract: Contract, keys: Keys) {
  return (id: string, what: string, path: string, expected: readonly number[], body?: unknown): Probe => {
    const operation: Operation = contract.operations.find((known) => known.id === id)!;
    const { method } = operation;
    const authorization = authorizationFor(operation, keys)!;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return { what, operation, expected, call: { method, path, authorization, ...sent } };
  };
}

/** The body of the vendor's example, without those who would be told. */
function bodyOf(messages: readonly WireMessage[], operation: string): Readonly<Record<string, unknown>> {
  const example = messages.find((message) => message.operation === operation && message.response!.status < 300);
  const { webhooks: _hooks, subscriptions: _subscriptions, ...body } = (example?.request?.body ?? {}) as Fields;
  return body;
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown, field: string): string => {
  const found: unknown = typeof value === 'object' && value !== null ? (value as Fields)[field] : undefined;
  return typeof found === 'string' ? found : '';
};

export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
