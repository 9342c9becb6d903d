import type { Delivery, DeliveryMatch } from '../client/deliveries.js';
import type { Greenroom } from '../client/greenroom.js';
import { assertKnown } from '../client/options.js';
import type { SubjectLike } from '../client/subject.js';
import type { SubjectReference, WebhookType } from '../client/vendors.js';
import { show } from '../client/show.js';
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
  const reference = subject === undefined ? undefined : room.subject(subject).reference;
  const match: DeliveryMatch = reference === undefined ? fields : { ...fields, subject: reference };
  // A word that no webhook has is refused here, and would make every denial true.
  await room.deliveries.list({ ...fields, limit: 0 });
  const { deliveries } = await room.deliveries.list();
  const ofSubject = reference === undefined ? undefined : await idsOf(room, reference);
  const judged = deliveries.map((delivery) => ({ delivery, differs: differences(delivery, match, ofSubject) }));
  const found = judged.filter(({ differs }) => differs.length === 0);
  const wanted = `${show(match)}${times === undefined ? '' : ` ${times} times`}`;
  return {
    holds: times === undefined ? found.length > 0 : found.length === times,
    denied: `Expected the room to have delivered ${wanted}, but ${await describeDelivered(room, judged)}`,
    affirmed: `Expected the room not to have delivered ${wanted}, but it has:${lines(found.map(({ delivery }) => tell(delivery)))}`,
    actual: found.length,
    expected: times ?? 'at least 1',
  };
}

async function describeDelivered(room: Greenroom, judged: readonly Judged[]): Promise<string> {
  if (judged.length === 0) return `it has delivered nothing at all. ${await describeNext(room)}`;
  const others = judged
    .filter(({ differs }) => differs.length > 0)
    .toSorted((a, b) => a.differs.length - b.differs.length || b.delivery.seq - a.delivery.seq)
    .map(({ delivery, differs }) => `${tell(delivery)}: ${differs.join(', ')}`);
  const count = judged.length - others.length;
  const hits = count === 0 ? 'it has not' : `it has ${count} times`;
  const nearest = others.length === 0 ? '' : ` Nearest of the others:${lines(others, SHOWN)}\n`;
  return `${hits}.${nearest} ${await describeNext(room)}`;
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
    .map(([name, value]) => `${name} is ${show(delivery[name as keyof typeof fields])}, not ${show(value)}`);
  if (ofSubject !== undefined && !ofSubject.has(delivery.id))
    differs.push(`it is about ${delivery.subject}, not ${show(subject)}`);
  const arrived = delivery.status === 'delivered' || delivery.status === 'captured';
  if (status === undefined ? !arrived : delivery.status !== status)
    differs.push(`it is ${delivery.status}${outcomeOf(delivery)}${status === undefined ? '' : `, not ${status}`}`);
  return differs;
}

/** How its newest attempt ended: ` (answered 500)`. */
function outcomeOf({ attempts }: Delivery): string {
  const last = attempts.at(-1);
  return last?.outcome == null ? '' : ` (${last.outcome}${last.status === undefined ? '' : ` ${last.status}`})`;
}

const tell = ({ id, type, state, subject, url }: Delivery): string =>
  `${id}  ${type}${state === undefined ? '' : ` ${state}`} of ${subject} → ${url}`;
