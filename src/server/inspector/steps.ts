import { formatInstant } from '../../clock/instant.js';
import type { Recording, Step } from '../../contracts/control/recording.js';
import { redactorFor, redactorOf, type Redactor } from '../../contracts/redact.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { Lasting } from '../../json-pieces.js';
import { readUrl } from '../../read-url.js';
import type { AnswerInput, Input } from '../engine/inputs.js';
import type { Taken } from '../history/taken.js';
import type { Vendor } from '../providers/provider.js';
import type { Workspace } from '../workspaces/workspace.js';

/** Headers of a call on which its answer depends. */
const TOLD_HEADERS = /^(content-type|accept|greenroom-.*|idempotency-key)$/;

/** What a recording says of how its world was made; the steps are read when they are written. */
export type Making = Omit<Recording['made'], 'steps'> & { readonly steps: Iterable<Step> };

/** What the world was made with, and everything that came into it since, without secrets. */
export function makingOf(workspace: Workspace, vendors: readonly Vendor[]): Making {
  const { history, origin } = workspace;
  const options = {
    seed: workspace.world.seed,
    ...origin.options,
    settings: undefined,
    secret: undefined,
    terms: undefined,
    ...origin.options.settings,
  };
  const made = { options: redacted(options, redactorFor()), steps: [] };
  if (history.lostAt !== undefined) {
    const at = formatInstant(history.lostAt);
    return { ...made, lost: `The history of this world was let go at ${at}, when it became too large for its memory.` };
  }
  if (history.first.snapshot !== undefined)
    return { ...made, lost: 'This world was put back from a snapshot, and nothing tells how that was made.' };
  const { taken } = history;
  return { ...made, steps: stepsOf(taken, new Teller(workspace, vendors)) };
}

/** An input stays as it was taken. */
function stepsOf(taken: readonly Taken[], teller: Teller): Lasting<Step> {
  const count = taken.length;
  return new Lasting(function* () {
    for (let i = 0; i < count; i++) {
      const { at, input } = taken[i]!;
      const told = teller.tell(input);
      if (told) yield { at: formatInstant(at.now), seq: Number.isNaN(at.seq) ? null : at.seq, ...told };
    }
  });
}

const redacted = (value: object, redactor: Redactor): Record<string, unknown> =>
  JSON.parse(redactor.body(JSON.stringify(value))) as Record<string, unknown>;

type Told = Omit<Step, 'at' | 'seq'>;

const deliveryOf = ({ to }: AnswerInput): string => to.split('/')[0]!;

class Teller {
  readonly #vendors: readonly Vendor[];
  readonly #settings: ReadonlyMap<string, unknown>;
  /** Where the webhooks went that were answered, by their ids. */
  readonly #receivers = new Map<string, string | undefined>();
  readonly #redactor = redactorFor();

  constructor(workspace: Workspace, vendors: readonly Vendor[]) {
    const { history, world } = workspace;
    this.#vendors = vendors;
    this.#settings = new Map(vendors.map(({ name }) => [name, workspace.settings(name)]));
    for (const { input } of history.taken) {
      if (input.kind !== 'answer') continue;
      const id = deliveryOf(input);
      if (!this.#receivers.has(id)) this.#receivers.set(id, readUrl(world.outbox.get(id)?.url ?? '')?.origin);
    }
  }

  /** Nothing of what follows from other inputs. */
  tell(input: Input): Told | undefined {
    switch (input.kind) {
      case 'call': {
        // Refused at the door: it has changed nothing.
        if (!input.attributed) return undefined;
        const { method, path, query, headers, body } = input.request;
        const profile = this.#vendors.find(({ name }) => input.route.split(' ')[0] === name)!.profile;
        const redactor = redactorOf(profile);
        const told = Object.entries(headers).filter(([name]) => TOLD_HEADERS.test(name));
        const authorization = headers['authorization'];
        return {
          kind: 'call',
          provider: profile.name,
          method,
          path: query === '' ? path : `${path}?${redactor.query(query)}`,
          headers: {
            ...redactor.headers(Object.fromEntries(told)),
            ...(authorization === undefined ? {} : { authorization: this.#authorization(profile, authorization) }),
          },
          body: redactor.body(body),
        };
      }
      case 'control':
        return { kind: 'control', method: input.method, path: input.path, body: this.#redactor.body(input.body) };
      case 'settings':
        return { kind: 'settings', changes: redacted(input.changes, this.#redactor) };
      case 'pace': {
        const { kind, ...changes } = input;
        return { kind, changes };
      }
      case 'answer': {
        const { outcome, status } = input.answer;
        const receiver = this.#receivers.get(deliveryOf(input));
        if (receiver === undefined) return undefined;
        return { kind: 'answer', receiver, outcome, ...(status === undefined ? {} : { status }) };
      }
      case 'note':
        return undefined;
    }
  }

  /** With the name of the credential instead of its value; a key of the user's own counts as the vendor's main one. */
  #authorization({ name, access }: VendorProfile, value: string): string {
    const settings = this.#settings.get(name) as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(access.schema.properties)) {
      const secret = settings[key];
      if (typeof secret === 'string' && secret !== '' && value.endsWith(` ${secret}`))
        return `${value.slice(0, -secret.length)}{${key}}`;
    }
    const names = Object.keys(access.schema.properties).map((key) => [key, `{${key}}`]);
    return access.authorization(Object.fromEntries(names));
  }
}
