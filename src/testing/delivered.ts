import type { Delivery, DeliveryMatch } from '../client/deliveries.js';
import type { Greenroom } from '../client/greenroom.js';
import { assertKnown } from '../client/options.js';
import type { SubjectLike } from '../client/subject.js';
import type { SubjectReference, WebhookType } from '../client/vendors.js';
import { show } from '../client/show.js';
import { GreenroomError } from '../errors.js';
import { lines, type Judgement } from './judgement.js';
import { describeNext } from './pending.js';

/** Which webhooks must have arrived, and how often: at least once if nothing is said. */
export interface ExpectedDelivery<T extends WebhookType = WebhookType> extends Omit<DeliveryMatch<T>, 'subject'> {
  readonly subject?: SubjectLike;
  readonly times?: number;
}

const SHOWN = 5;
const FIELDS = [
  'type',
  'subject',
  'state',
  'sub_type',
  'url',
  'provider',
  'status',
  'times',
] as const satisfies readonly (keyof ExpectedDelivery)[];

interface Judged {
  readonly delivery: Delivery;
  /** Where it is not what was expected. */
  readonly differs: readonly string[];
}

/** Whether a webhook was delivered or, for a host that is not on this machine, captured. */
export async function judgeDelivered(room: Greenroom, expected: ExpectedDelivery): Promise<Judgement> {
  assertKnown('look for a delivery', expected, FIELDS);
  const { times, subject, ...fields } = expected;
  if (times !== undefined && !(Number.isInteger(times) && times >= 0))
    throw new GreenroomError(
      'USAGE',
      `Failed to look for a delivery: expected a whole number of times, was ${show(times)}.`,
    );
  const reference = 'subject' in expected ? room.subject(subject!).reference : undefined;
  const match: DeliveryMatch = reference === undefined ? fields : { ...fields, subject: reference };
  // A word that no webhook has is refused here, and would make every denial true.
  await room.deliveries.list({ ...fields, limit: 0 });
  const { deliveries } = await room.deliveries.list();
  const ofSubject = reference === undefined ? undefined : await idsOf(room, reference);
  const judged = deliveries.map((delivery) => ({ delivery, differs: differences(delivery, match, ofSubject) }));
  const found = judged.filter(({ differs }) => differs.length === 0);
  const wanted = `${show(match)}${times === undefined ? '' : ` ${times} times`}`;
  const holds = times === undefined ? found.length > 0 : found.length === times;
  return {
    holds,
    denied: `Expected the room to have delivered ${wanted}, but ${holds ? 'it has' : await describeDelivered(room, judged, match)}`,
    affirmed: `Expected the room not to have delivered ${wanted}, but it has:${lines(found.map(({ delivery }) => tell(delivery)))}`,
    actual: found.length,
    expected: times ?? 'at least 1',
  };
}

async function describeDelivered(room: Greenroom, judged: readonly Judged[], match: DeliveryMatch): Promise<string> {
  const why = await whyNeverDue(room, judged, match);
  if (judged.length === 0) return `it has delivered nothing at all. ${why}${await describeNext(room)}`;
  const others = judged
    .filter(({ differs }) => differs.length > 0)
    .toSorted((a, b) => a.differs.length - b.differs.length || b.delivery.seq - a.delivery.seq);
  const reasons = await reasonsOf(room);
  const told = others.map(({ delivery, differs }) => {
    const isOther = differs.some((text) => text.startsWith(`it is ${delivery.status}`));
    const reason = isOther ? reasons.get(delivery.id) : undefined;
    return `${tell(delivery)}: ${differs.join(', ')}${reason === undefined ? '' : ` (${reason})`}`;
  });
  const count = judged.length - others.length;
  const hits = count === 0 ? 'it has not' : `it has ${count} times`;
  const nearest = others.length === 0 ? '' : ` Nearest of the others:${lines(told, SHOWN)}\n`;
  return `${hits}.${nearest} ${why}${await describeNext(room)}`;
}

/** Why no such webhook was ever due, as far as it shows: no call came, none was accepted, or nobody asked for such. */
async function whyNeverDue(room: Greenroom, judged: readonly Judged[], match: DeliveryMatch): Promise<string> {
  const { subject, state, type } = match;
  const { entries: steps } = await room.timeline({
    kind: 'transition',
    ...(subject === undefined ? {} : { subject }),
  });
  const isMissing = (field: 'state' | 'type', wanted: string | undefined): boolean =>
    wanted !== undefined && judged.every(({ delivery }) => delivery[field] !== wanted);
  if (judged.length === 0 && steps.length === 0) return whyNoSteps(room);
  if (judged.length === 0)
    return `Agents have gone ${steps.length} steps, though: did the app name a webhook URL, and what it wants to hear of? `;
  if (isMissing('type', type)) return 'No webhook of this type was due: did the app ask for them? ';
  if (isMissing('state', state) && steps.some(({ to }) => to === state))
    return `An agent has come to "${state}", though: did the app ask for the webhooks that tell of it? `;
  return '';
}

async function whyNoSteps(room: Greenroom): Promise<string> {
  const { entries: calls } = await room.timeline({ kind: 'request' });
  const newest = calls.at(-1);
  if (newest === undefined) return 'No call has come either: did the app call this room? ';
  const isRefused = calls.every(({ status }) => status !== null && status >= 400);
  return isRefused ? `No call was accepted, the last was ${newest.summary}. ` : '';
}

/** What faults, the vendor itself and greenroom did to deliveries, in words, by their ids. */
async function reasonsOf(room: Greenroom): Promise<ReadonlyMap<string, string>> {
  const [faults, notes] = await Promise.all([room.timeline({ kind: 'fault' }), room.timeline({ kind: 'note' })]);
  const reasons = new Map<string, string>();
  for (const { text } of notes.entries.filter(({ topic }) => topic === 'given-up' || topic === 'captured')) {
    const [id = '', ...words] = text.split(' ');
    reasons.set(id, `it ${words.join(' ')}`);
  }
  for (const { target, fault, effect } of faults.entries) reasons.set(target, `the fault ${fault}: ${effect}`);
  return reasons;
}

/** The deliveries about a reference, which may be another name than the vendor's id. */
async function idsOf(room: Greenroom, subject: SubjectReference): Promise<ReadonlySet<string>> {
  const { deliveries } = await room.deliveries.list({ subject });
  return new Set(deliveries.map(({ id }) => id));
}

function differences(
  delivery: Delivery,
  { subject, status, ...fields }: DeliveryMatch,
  ofSubject: ReadonlySet<string> | undefined,
): string[] {
  const differs = Object.entries(fields)
    .filter(([name, value]) => value !== undefined && delivery[name as keyof typeof fields] !== value)
    .map(([name, value]) => tellDifference(name, delivery[name as keyof typeof fields], value));
  if (ofSubject !== undefined && !ofSubject.has(delivery.id))
    differs.push(`it is about ${delivery.subject}, not ${show(subject)}`);
  const arrived = delivery.status === 'delivered' || delivery.status === 'captured';
  if (status === undefined ? !arrived : delivery.status !== status)
    differs.push(`it is ${delivery.status}${outcomeOf(delivery)}${status === undefined ? '' : `, not ${status}`}`);
  return differs;
}

const tellDifference = (name: string, was: unknown, wanted: unknown): string =>
  was === undefined ? `it has no ${name}` : `${name} is ${show(was)}, not ${show(wanted)}`;

/** How its newest attempt ended: ` (answered 500)`. */
function outcomeOf({ attempts, ...delivery }: Delivery): string {
  const { outcome, status, error } = attempts.at(-1) ?? {};
  if (outcome == null || outcome === delivery.status) return '';
  return ` (${outcome}${status === undefined ? '' : ` ${status}`}${error === undefined ? '' : `: ${error}`})`;
}

const tell = ({ id, type, state, subject, url }: Delivery): string =>
  `${id}  ${type}${state === undefined ? '' : ` ${state}`} of ${subject} → ${url}`;
