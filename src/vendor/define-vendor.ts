import { reasonReader } from '../contracts/reasons.js';
import type { Access, ProviderProbes, Sample, ScenarioBlock, VendorProfile } from '../contracts/vendor.js';
import { Type } from '@sinclair/typebox';
import { assembleVendor } from '../server/providers/assemble.js';
import type { Provider, Vendor } from '../server/providers/provider.js';
import { assertDraft, assertTables } from './fit.js';
import { bearerToken, jsonRefusals } from './json-api.js';
import { jsonMessages } from './messages.js';
import { tellingPlaces } from './own-code.js';
import { settingsFor } from './settings.js';
import { jsonWebhooks } from './webhook-format.js';

/** The facts of a vendor, without those that most APIs have in common. */
export type ProfileDraft = Pick<VendorProfile, 'name' | 'title' | 'agent' | 'contract' | 'signing' | 'settings'> &
  Partial<Omit<VendorProfile, 'access' | 'sample' | 'scenario' | 'probes'>> & {
    /** The credentials of a workspace by name, each with the start of its value. Calls show the first as bearer token. */
    readonly credentials: Readonly<Record<string, string>>;
    readonly access?: Partial<Access>;
    /** `key` of a wish is the subject key `subjectKeys[0]`. */
    readonly sample: Pick<Sample, 'agent'> & Partial<Sample>;
    readonly scenario?: Partial<ScenarioBlock>;
    /** A well-formed id that nothing has; the ids of webhooks look like it. */
    readonly unknownId: string;
    readonly probes?: Partial<ProviderProbes>;
  };

/** The code of a vendor, without the parts that most APIs have in common. */
export type ProviderDraft = Pick<
  Provider,
  'owns' | 'createState' | 'jobs' | 'meetingEvents' | 'handlers' | 'findSubject'
> &
  Partial<Provider>;

const MEETING = 'https://meet.google.com/abc-defg-hij';

/**
 * Makes a vendor that greenroom serves beside its own: in `startGreenroom({ vendors: [mine] })` and in the list
 * `vendors` of greenroom.config. Parts that are left out are those of a JSON API with bearer tokens, whose webhooks are
 * signed with the credential `webhook_secret`. Throws INVALID_VENDOR with the field that is wrong.
 *
 * @example export const notetaker = defineVendor({ profile, provider });
 */
export function defineVendor(given: { profile: ProfileDraft; provider: ProviderDraft }): Vendor {
  assertDraft(given);
  const draft = withoutGaps(given.profile);
  const profile = completeProfile(draft);
  const { name, signing, settings } = profile;
  const provider = tellingPlaces(name, withoutGaps(given.provider));
  assertTables(provider, name);
  const [identity = ''] = Object.keys(draft.credentials);
  const secretOf = (given: unknown): string => String((given as Record<string, unknown>)['webhook_secret']);
  return assembleVendor({
    profile,
    provider: {
      credentialOf: bearerToken,
      refusals: jsonRefusals(),
      settings: settingsFor(settings, { vendor: name, generated: draft.credentials, identify: [identity] }),
      webhookFormat: jsonWebhooks(name, signing, (world) => secretOf(world.settings(name))),
      backstage: {},
      ...provider,
    },
  });
}

/** A part that is `undefined` is left out. */
const withoutGaps = <T extends object>(half: T): T =>
  Object.fromEntries(Object.entries(half).filter(([, part]) => part !== undefined)) as T;

function completeProfile({
  credentials,
  access,
  sample,
  scenario,
  unknownId,
  probes,
  ...draft
}: ProfileDraft): VendorProfile {
  const names = Object.keys(credentials);
  const variable = (name: string): string => `${draft.name}_${name}`.toUpperCase();
  const { subjectKeys = [] } = draft;
  return {
    hosts: draft.contract.servers.map((server) => ({ host: new URL(server).host, serves: ['api'] })),
    messages: jsonMessages(patternOf(unknownId)),
    reasonIn: reasonReader({ unnamed: ['error', 'errors', 'detail', 'message'] }),
    backstage: { actions: {}, event: { kind: '', reason: '' } },
    ...draft,
    subjectKeys,
    access: {
      schema: Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()]))),
      authorization: (given) => `Bearer ${given[names[0] ?? '']}`,
      keys: { key: `the ${names[0]} of the account` },
      environment: {
        [variable('url')]: 'url',
        ...Object.fromEntries(names.map((name) => [variable(name), name])),
      },
      flags: [],
      basePath: '',
      banner: names.map((name) => [name.replaceAll('_', ' '), name]),
      ...access,
    },
    sample: {
      foundBy: () => subjectKeys[0] ?? 'id',
      lobbyMeeting: MEETING,
      every: (given, webhookUrl) => [sample.agent({ meetingUrl: MEETING, name: 'Check', webhookUrl }, given)],
      everySettings: [],
      ...sample,
    },
    scenario: {
      schema: Type.Object({}, { additionalProperties: false }),
      unsupported: [],
      reports: ({ state }, to) => state === to,
      ...scenario,
    },
    // Without a life of the vendor's own, `check provider` writes nothing.
    probes: { unknownId, queries: {}, life: () => ({ steps: [], remove: () => undefined }), ...probes },
  };
}

/** Ids with the same start and the same length. */
function patternOf(id: string): RegExp {
  const [, start = '', rest = ''] = /^(.*?[_-])?([^_-]*)$/.exec(id) ?? [];
  return new RegExp(`${start}[0-9A-Za-z]{${rest.length}}`);
}
