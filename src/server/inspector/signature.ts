import type { SignatureExplanation } from '../../contracts/control/recording.js';
import type { Attempt, Delivery } from '../engine/deliveries/outbox.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import type { Doctor } from '../host.js';
import { lowered, Receivers } from './receivers.js';

/** A webhook, and what is asked of its signature. */
export interface Examination {
  readonly world: World;
  readonly vendors: readonly Vendor[];
  readonly delivery: Delivery;
  readonly attempt: Attempt;
  /** What the app verifies with; without it, what the webhooks are signed with. */
  readonly secret?: string | undefined;
  /** What the app has computed instead of what was sent. */
  readonly signature?: string | undefined;
}

/** What the doctor says of the signature of an attempt. */
export function explainSignature(
  examination: Examination,
  doctor: Doctor,
  receivers = new Receivers(examination.world, doctor),
): SignatureExplanation {
  const { world, vendors, delivery, attempt, secret, signature } = examination;
  const { signing } = world.vendor(delivery.provider).profile;
  const header = signing.header;
  const headers = lowered(attempt.request.headers);
  const was = signature ?? headers[header.toLowerCase()] ?? '';
  const { cut, body } = attempt.request;
  if (cut) return { header, was, ok: false, deviations: [CUT], notes: [] };
  const profiles = vendors.map(({ profile }) => profile);
  const secrets =
    secret === undefined ? world.vendor(delivery.provider).webhookFormat.secrets(world, delivery.subject) : [secret];
  const vendor = world.vendor(delivery.provider).profile;
  const { ok, deviations, notes } = doctor.diagnose(
    { vendor, headers, header: was, body: Buffer.from(body), secrets },
    profiles,
  );
  const material = signing.material(Buffer.from(body), headers)?.toString();
  const signed = material === undefined || material === body ? {} : { signed: material };
  const refused = ok && signature === undefined ? receivers.refusalOf(delivery, attempt, secrets) : undefined;
  return {
    header,
    was,
    ...signed,
    ok,
    deviations: [...deviations],
    notes: [...notes],
    ...(refused && { refused }),
  };
}

const CUT = {
  name: 'body-not-kept',
  title: 'The body has more than 64 kB, and only its start was kept',
  advice: 'Examine it with `greenroom doctor signature` and the body that your app received.',
};

/** So many webhooks are examined, and so many whose signature is wrong: to find the mistake takes some 10 ms. */
const MOST = { examined: 500, wrong: 20 };

interface Examined {
  readonly vendors: readonly Vendor[];
  readonly deliveries: Iterable<Delivery>;
  readonly doctor: Doctor;
}

/** Of the first webhooks that were accepted, and the first that were not, what the doctor says of their last signature. */
export function explainFirst(
  world: World,
  { vendors, deliveries, doctor }: Examined,
): Record<string, SignatureExplanation> {
  const explained: Record<string, SignatureExplanation> = {};
  const receivers = new Receivers(world, doctor);
  const left = { accepted: { ...MOST }, refused: { ...MOST } };
  for (const delivery of deliveries) {
    const answered = delivery.attempts.filter(({ outcome }) => outcome === 'answered');
    const attempt = delivery.attempts.at(-1);
    const of = left[answered.some(({ status = 0 }) => status >= 300) ? 'refused' : 'accepted'];
    if (!attempt || answered.length === 0 || of.examined <= 0 || of.wrong <= 0) continue;
    of.examined--;
    const explanation = explainSignature({ world, vendors, delivery, attempt }, doctor, receivers);
    if (!explanation.ok) of.wrong--;
    explained[delivery.id] = explanation;
  }
  return explained;
}
