import { formatInstant } from '../../clock/instant.js';
import type { Recording, Step } from '../../contracts/control/recording.js';
import { redactorFor, redactorOf, type Redactor } from '../../contracts/redact.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { readUrl } from '../../read-url.js';
import type { Input } from '../engine/inputs.js';
import type { Vendor } from '../providers/provider.js';
import type { Workspace } from '../workspace.js';

/** Headers of a call on which its answer depends. */
const TOLD_HEADERS = /^(content-type|accept|greenroom-.*|idempotency-key)$/;

/** What the world was made with, and everything that came into it since, without secrets. */
export function makingOf(workspace: Workspace, vendors: readonly Vendor[]): Recording['made'] {
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
  const teller = new Teller(workspace, vendors);
  return {
    ...made,
    steps: history.taken.flatMap(({ at, input }) => {
      const told = teller.tell(input);
      return told ? { at: formatInstant(at.now), seq: Number.isNaN(at.seq) ? null : at.seq, ...told } : [];
    }),
  };
}

const redacted = (value: object, redactor: Redactor): Record<string, unknown> =>
  JSON.parse(redactor.body(JSON.stringify(value))) as Record<string, unknown>;

type Told = Omit<Step, 'at' | 'seq'>;

class Teller {
  readonly #workspace: Workspace;
  readonly #vendors: readonly Vendor[];
  readonly #redactor = redactorFor();

  constructor(workspace: Workspace, vendors: readonly Vendor[]) {
    this.#workspace = workspace;
    this.#vendors = vendors;
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
        const { url = '' } = this.#workspace.world.outbox.get(input.to.split('/')[0]!) ?? {};
        const receiver = readUrl(url)?.origin;
        if (receiver === undefined) return undefined;
        return { kind: 'answer', receiver, outcome, ...(status === undefined ? {} : { status }) };
      }
      case 'note':
        return undefined;
    }
  }

  /** With the name of the credential instead of its value; a key of the user's own counts as the vendor's main one. */
  #authorization({ name, access }: VendorProfile, value: string): string {
    const settings = this.#workspace.settings(name) as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(access.schema.properties)) {
      const secret = settings[key];
      if (typeof secret === 'string' && secret !== '' && value.endsWith(` ${secret}`))
        return `${value.slice(0, -secret.length)}{${key}}`;
    }
    const names = Object.keys(access.schema.properties).map((key) => [key, `{${key}}`]);
    return access.authorization(Object.fromEntries(names));
  }
}
