import type { SignatureExplanation } from '../../contracts/control/recording.js';
import type { Attempt, Delivery } from '../engine/deliveries/outbox.js';
import type { World } from '../engine/world.js';
import type { Doctor } from '../host.js';

type Evidence = ReturnType<Doctor['learnFrom']>;
type Received = Parameters<Doctor['suspectsOf']>[1];

/** So many messages that a receiver accepted are looked at: each takes about a millisecond. */
const MOST = 100;
/** By which receivers say that they do not believe a message. */
const DISBELIEF: ReadonlySet<number | undefined> = new Set([400, 401, 403]);

/** What the receivers of a world have accepted, and what that tells of what they refuse. */
export class Receivers {
  readonly #known = new Map<string, Evidence>();

  constructor(
    readonly world: World,
    readonly doctor: Doctor,
  ) {}

  /** Why a receiver may have refused a message whose signature is right; `undefined` if it did not. */
  refusalOf(delivery: Delivery, attempt: Attempt, secrets: readonly string[]): SignatureExplanation['refused'] {
    if (attempt.outcome !== 'answered' || !DISBELIEF.has(attempt.status)) return undefined;
    const evidence = this.#of(delivery, secrets);
    const vendor = this.world.vendor(delivery.provider).profile;
    return {
      accepted: evidence.accepted,
      suspects: this.doctor.suspectsOf(vendor, receivedOf(attempt), evidence),
    };
  }

  #of({ provider, url }: Delivery, secrets: readonly string[]): Evidence {
    const key = JSON.stringify([provider, url, secrets]);
    let evidence = this.#known.get(key);
    if (!evidence) {
      const { profile } = this.world.vendor(provider);
      evidence = this.doctor.learnFrom(profile, this.#accepted(provider, url), secrets);
      this.#known.set(key, evidence);
    }
    return evidence;
  }

  *#accepted(provider: string, url: string): Generator<Received> {
    let left = MOST;
    for (const delivery of this.world.outbox.values()) {
      if (left === 0) return;
      if (delivery.provider !== provider || delivery.url !== url) continue;
      const attempt = delivery.attempts.find(wasAccepted);
      if (!attempt) continue;
      left--;
      yield receivedOf(attempt);
    }
  }
}

const wasAccepted = ({ outcome, status = 0, request }: Attempt): boolean =>
  outcome === 'answered' && status >= 200 && status < 300 && !request.cut;

const receivedOf = ({ request }: Attempt): Received => ({
  headers: lowered(request.headers),
  body: Buffer.from(request.body),
});

/** Headers by lower-case name. */
export const lowered = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
