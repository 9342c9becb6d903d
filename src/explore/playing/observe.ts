import type { Delivery } from '../../client/deliveries.js';
import type { Greenroom } from '../../client/greenroom.js';
import type { RecordedRequest } from '../../client/requests.js';
import { OWN_AGENT } from './meetings.js';
import type { Mask } from './state.js';
import type { Reading, SeenAttempt, SeenCall, SeenDelivery } from './outcome.js';

/** The agents of each meeting, in the order in which they were made. */
export type Agents = readonly (readonly string[])[];

type Attempt = Delivery['attempts'][number] & {
  readonly fault?: string;
  readonly lost_answer?: { readonly outcome: string; readonly status?: number; readonly error?: string };
};

const meetingOf = (agents: Agents, subject: string | null): number =>
  agents.findIndex((ids) => subject !== null && ids.includes(subject)) + 1;

/** True for what tells of an agent of this meeting, and for what tells of no agent. */
export const isOf = (agents: Agents, meeting: number, subject: string): boolean =>
  [meeting, 0].includes(meetingOf(agents, subject));

/** Every webhook to the app, as its receiver saw it. `forging` are the rules that make messages which are not the vendor's. */
export function seenDeliveries(
  deliveries: readonly Delivery[],
  agents: Agents,
  forging: ReadonlySet<string>,
): SeenDelivery[] {
  const counts = new Map<string, number>();
  const numbers = new Map<string, number>();
  return deliveries.map((delivery) => {
    const {
      id,
      type,
      state,
      sub_type,
      subject,
      created_at,
      duplicate_of: original,
    } = delivery as Delivery & {
      readonly duplicate_of?: string;
    };
    const own = meetingOf(agents, subject);
    const meeting = own || 1;
    const name = `${meeting} ${type} ${state}`;
    const number = original === undefined ? (counts.get(name) ?? 0) + 1 : (numbers.get(original) ?? 1);
    if (original === undefined) counts.set(name, number);
    numbers.set(id, number);
    return {
      id,
      type,
      ...(state === undefined ? {} : { state }),
      ...(sub_type === undefined ? {} : { sub_type }),
      meeting,
      ...(own === 0 ? { isNews: true as const } : {}),
      number,
      isCopy: original !== undefined,
      at: created_at,
      attempts: (delivery.attempts as readonly Attempt[]).map((attempt) => seenAttempt(attempt, forging)),
    };
  });
}

function seenAttempt(attempt: Attempt, forging: ReadonlySet<string>): SeenAttempt {
  const { at, seq, fault, lost_answer, duration_ms } = attempt;
  const faults = fault?.split(' ') ?? [];
  const own = lost_answer ?? attempt;
  // What a rule answered for the receiver was never sent: nobody measured how long it took.
  const wasSent = lost_answer !== undefined || duration_ms !== undefined;
  const answer = own.outcome === 'answered' ? own.status : own.outcome === 'timeout' ? 'timeout' : 'none';
  return {
    at,
    seq,
    ...(wasSent && answer !== undefined ? { answer } : {}),
    ...(own.error === undefined ? {} : { error: own.error }),
    genuine: !faults.some((id) => forging.has(id)),
  };
}

/** What the vendor answered, whatever came of that on the way. */
export const answerOf = (request: RecordedRequest): RecordedRequest['response'] =>
  (request as RecordedRequest & { readonly lost_answer?: RecordedRequest['response'] }).lost_answer ?? request.response;

/** True if a call or its answer names this. */
export const isNamedIn = (call: RecordedRequest, name: string): boolean =>
  [call.path, call.request.body, answerOf(call)?.body ?? ''].some((text) => text.includes(name));

/** True if a call is about one of these agents, or its body names one or a link. */
export function isAbout({ subject, request: { body } }: RecordedRequest, names: ReadonlySet<string>): boolean {
  if (subject !== null && names.has(subject)) return true;
  return body !== '' && [...names].some((name) => body.includes(name));
}

/** What JSON may write as an escape and need not: PHP does so with slashes, Go and Java with `&`, Python with letters beyond ASCII. */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g;
const NEEDS_NONE = /^[^\p{Cc}\p{Cs}"\\]$/u;

/** A call with its body as a client would write it that escapes nothing without need: names of meetings and agents are looked for in it. */
export function withPlainBody(request: RecordedRequest): RecordedRequest {
  const { body } = request.request;
  if (!body.includes('\\')) return request;
  const plain = body.replace(ESCAPE, (whole, hex: string | undefined, one: string | undefined) => {
    const letter = hex === undefined ? one! : String.fromCharCode(Number.parseInt(hex, 16));
    return one === '/' || (hex !== undefined && NEEDS_NONE.test(letter)) ? letter : whole;
  });
  return { ...request, request: { ...request.request, body: plain } };
}

/** The calls of the app, those of greenroom's own apart. */
export function seenCalls(requests: readonly RecordedRequest[], agents: Agents, mask: Mask): SeenCall[] {
  return requests
    .filter(({ request }) => request.headers['user-agent'] !== OWN_AGENT)
    .map((request) => {
      const { seq, at, operation, method, path, query, subject } = request;
      const { fault } = request as RecordedRequest & { readonly fault?: string };
      const answered = answerOf(request);
      const isMade = method === 'POST' && subject !== null && (answered?.status ?? 500) < 300;
      const isAgent = isMade && agents.flat().includes(subject) && (answered?.body.includes(subject) ?? false);
      const meeting = meetingOf(agents, subject);
      return {
        seq,
        at,
        operation,
        method,
        path: withQuery(path, query),
        target: mask.text(withQuery(path, query)),
        body: mask.text(request.request.body),
        status: answered?.status,
        answer: answered?.body ?? '',
        hint: answered?.headers['Greenroom-Hint'],
        meeting: meeting === 0 ? undefined : meeting,
        ...(isAgent ? { made: subject } : {}),
        struck: fault !== undefined,
      };
    });
}

const withQuery = (path: string, query: string): string =>
  query === '' || query.startsWith('?') ? path + query : `${path}?${query}`;

/** Whether what the app read last is how things are now. The vendor is asked once more for it. */
export async function readingsOf(
  room: Greenroom,
  calls: readonly SeenCall[],
  { authorization, mask }: { readonly authorization: string; readonly mask: Mask },
): Promise<Reading[]> {
  const last = new Map<string, SeenCall>();
  for (const call of calls)
    if (call.method === 'GET' && call.operation !== null && (call.status ?? 500) < 400 && !call.struck)
      last.set(`${call.meeting} ${call.target}`, call);
  const readings: Reading[] = [];
  for (const { operation, target, path, answer, status, meeting } of last.values()) {
    const now = await room.fetch(path, { headers: { authorization, 'user-agent': OWN_AGENT }, redirect: 'manual' });
    const text = await now.text();
    const isCurrent = now.status === status && mask.text(text) === mask.text(answer);
    readings.push({ operation: operation!, target, meeting, isCurrent });
  }
  return readings;
}
