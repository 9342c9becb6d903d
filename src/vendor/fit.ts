import type { Operation } from '../contracts/contract.js';
import { mismatches, unknownFields } from '../contracts/schemas/schema.js';
import { failFor, type Fail } from '../server/providers/assemble.js';
import type { Provider } from '../server/providers/provider.js';
import type { ProfileDraft, ProviderDraft } from './define-vendor.js';
import { VendorDraft } from './draft.js';
import { strangerIn } from './plain.js';

/** The two halves of a vendor, as a user has written them. */
export interface Halves {
  readonly profile: ProfileDraft;
  readonly provider: ProviderDraft;
}

/** Throws INVALID_VENDOR for the first thing in which the halves are not what a vendor is made of. */
export function assertDraft(given: Halves): void {
  const [fault] = mismatches(VendorDraft, given, 1);
  if (fault) {
    const meant = unknownFields(VendorDraft, given).find(({ pointer }) => pointer === fault.pointer)?.nearest;
    const name: unknown = (given as Partial<Halves> | undefined)?.profile?.name;
    failFor(typeof name === 'string' ? name : undefined)(fault.pointer, fault.expected, fault.was, meant);
  }
  const fail = failFor(given.profile.name);
  assertOperations(given.profile, fail);
  assertCredentials(given.profile, fail);
  assertWebhooks(given, fail);
}

/** Throws INVALID_VENDOR if the tables are not plain data. */
export function assertTables({ createState }: Pick<Provider, 'createState'>, vendor: string): void {
  const state: unknown = createState();
  const was = typeof state === 'object' && state !== null ? undefined : state === undefined ? 'nothing' : typeof state;
  const stranger = was === undefined ? strangerIn(state) : { pointer: '', was };
  if (!stranger) return;
  const place = stranger.pointer === '' ? '' : ` at ${stranger.pointer}`;
  failFor(vendor)('/provider/createState', 'tables of Collections and plain data', `${stranger.was}${place}`);
}

/** A path with its parameters by no name: two that differ in those alone are one to a router. */
const shapeOf = ({ path }: Operation): string => path.replace(/\{\w+\}/g, '{}');

function assertOperations({ contract: { operations } }: ProfileDraft, fail: Fail): void {
  operations.forEach((operation, i) => {
    const at = `/profile/contract/operations/${i}`;
    const { id, method, path } = operation;
    for (const before of operations.slice(0, i)) {
      if (before.id === id) fail(`${at}/id`, 'an id that no other operation has', `"${id}" twice`);
      if (shapeOf(before) !== shapeOf(operation)) continue;
      if (before.path !== path) fail(`${at}/path`, `${before.path}, as "${before.id}" has it`, path);
      if (before.method === method)
        fail(at, 'a call that no other operation has', `${method} ${path}, which is "${before.id}" already`);
    }
  });
}

function assertCredentials({ credentials, settings }: ProfileDraft, fail: Fail): void {
  const stranger = Object.keys(credentials).find((name) => !(name in settings.properties));
  if (stranger !== undefined)
    fail(
      '/profile/settings',
      `a setting for the credential "${stranger}"`,
      Object.keys(settings.properties).join(', '),
    );
}

/** What the usual webhooks of a vendor need. */
const DELIVERY = {
  webhook_secret: 'the secret that signs webhooks: credential(Type.String(), …)',
  webhook_timeout: 'a setting; commonSettings(signing) makes it',
  retry_delays: 'a setting; commonSettings(signing) makes it',
};

function assertWebhooks({ profile, provider }: Halves, fail: Fail): void {
  const { webhooks, lifecycle } = profile.contract;
  const { states } = lifecycle;
  webhooks.forEach((webhook, i) => {
    const at = webhook.states?.findIndex((state) => !states.includes(state)) ?? -1;
    if (at < 0) return;
    const place = `/profile/contract/webhooks/${i}/states/${at}`;
    fail(place, `a state among ${states.join(', ')}`, `"${webhook.states![at]}"`);
  });
  if (webhooks.length === 0 || provider.webhookFormat) return;
  for (const [name, expected] of Object.entries(DELIVERY))
    if (!(name in profile.settings.properties))
      fail(`/profile/settings/${name}`, `${expected}, or a webhookFormat of the provider`, 'missing');
}
