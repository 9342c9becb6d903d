import { Kind, Type, TypeRegistry, type TSchema } from '@sinclair/typebox';
import { closed, wordOf } from '../contracts/control/fields.js';
import type { Contract, Operation, Webhook } from '../contracts/contract.js';
import { Versions } from '../contracts/versions/versions.js';
import type { MeetingEvents } from '../server/engine/meeting.js';
import type { Provider } from '../server/providers/provider.js';
import type { ProfileDraft } from './define-vendor.js';

/** What the two halves of a vendor of one's own are, as schemas: TypeScript sees less, and plain JavaScript sees nothing. */

/** What no schema of JSON describes, by a test of its own. */
function tested(kind: string, test: (value: unknown) => boolean, expected: string): TSchema {
  TypeRegistry.Set(kind, (_, value) => test(value));
  return Type.Unsafe({ [Kind]: kind, expected });
}

const isObject = (value: unknown): value is Readonly<Record<string | symbol, unknown>> =>
  typeof value === 'object' && value !== null;

/** TypeBox can hold values against it, whatever is inside of it. */
function isSchema(value: unknown): boolean {
  if (!isObject(value) || !(Kind in value) || !isKnown(String(value[Kind]))) return false;
  const { properties = {}, patternProperties = {}, items = [], anyOf = [], allOf = [], not = [] } = value;
  const inner = [properties, patternProperties].flatMap((named) => (isObject(named) ? Object.values(named) : [named]));
  return [...inner, items, anyOf, allOf, not].flat().every(isSchema);
}

/** `Type.Unsafe` of no other schema has a kind that says nothing. */
const isKnown = (kind: string): boolean =>
  (kind in Type && kind !== 'Unsafe') || ['This', 'Import'].includes(kind) || TypeRegistry.Has(kind);

const code = (form: string) => Type.Function([], Type.Unknown(), { expected: `a function ${form}` });
const Code = code('');
const Schema = tested('greenroom/schema', isSchema, 'a schema of TypeBox, such as Type.Object({ … })');
const ObjectSchema = tested(
  'greenroom/object-schema',
  (value) => isSchema(value) && isObject(value) && value[Kind] === 'Object',
  'an object of TypeBox, Type.Object({ … })',
);
const Pattern = tested('greenroom/pattern', (value) => value instanceof RegExp, 'a regular expression');
const VersionsOf = tested(
  'greenroom/versions',
  (value) => value instanceof Versions,
  'versions made with new Versions({ … })',
);
const Any = Type.Unknown();
const Text = Type.String();
const Texts = Type.Array(Text);
const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);
const byName = <S extends TSchema>(schema: S, expected?: string) =>
  Type.Record(Text, schema, expected === undefined ? {} : { expected });

/** An object that has these fields and no others: a misspelt one must not do nothing. */
const fields = (properties: Readonly<Record<string, TSchema>>, expected?: string) =>
  Type.Object({ ...properties }, { ...closed, ...(expected === undefined ? {} : { expected }) });

const Basis = wordOf(['documented', 'observed', 'assumed']);
const Evidence = fields(
  { basis: Basis, source: Text, date: optional(Text), note: optional(Text), setting: optional(Text) },
  'evidence: { basis: "documented", source: … }',
);

const Path = Type.String({ pattern: '^/', expected: 'a path that begins with "/"' });
const Method = wordOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

const Response = fields({
  description: Text,
  body: optional(Schema),
  bodyIsOptional: optional(Type.Boolean()),
  contentType: optional(Text),
  evidence: Evidence,
  bodyBasis: optional(Basis),
});

const OPERATION = {
  id: Text,
  method: Method,
  path: Path,
  summary: Text,
  auth: wordOf(['api_key', 'access_token', 'any_bearer', 'token', 'none']),
  body: optional(Schema),
  query: optional(ObjectSchema),
  undocumented: optional(Type.Literal(true)),
  elsewhere: optional(Type.Literal(true)),
  responses: Type.Record(Type.String({ pattern: '^[2-5]\\d\\d$' }), Response, {
    ...closed,
    minProperties: 1,
    expected: 'an answer for each status: { 200: { description, body, evidence } }',
  }),
  evidence: Type.Array(Evidence),
} satisfies Record<keyof Operation, TSchema>;

const WEBHOOK = {
  type: Text,
  summary: Text,
  body: Schema,
  states: optional(Texts),
  apart: optional(Type.Literal(true)),
  evidence: Type.Array(Evidence),
} satisfies Record<keyof Webhook, TSchema>;

const CONTRACT = {
  provider: Text,
  title: Text,
  version: Text,
  servers: Type.Array(Type.String({ pattern: '^https?://', expected: 'an origin such as https://api.example.com' })),
  operations: Type.Array(fields(OPERATION)),
  known: optional(Type.Array(fields({ method: Method, path: Path, evidence: Evidence }))),
  webhooks: Type.Array(fields(WEBHOOK)),
  lifecycle: fields({
    states: Texts,
    events: byName(fields({ from: Texts, to: Text, only: optional(byName(Texts)) })),
    subTypes: byName(Texts),
  }),
  signature: fields({ header: Text, summary: Text, evidence: Evidence }),
  rules: optional(byName(Any)),
  shapes: byName(Any),
} satisfies Record<keyof Contract, TSchema>;

const Signing = Type.Object(
  {
    header: Text,
    material: Code,
    canonical: optional(Any),
    key: Code,
    secret: fields({ pattern: Pattern, expected: Text }),
    prefix: optional(Text),
    separator: optional(Text),
    rotates: optional(Type.Boolean()),
    stamp: optional(Code),
    headers: Code,
    timeout: Text,
    retryDelays: Texts,
    mistakes: Type.Object({ material: Type.Array(Any), key: Type.Array(Any), remedy: optional(Text) }),
  },
  { expected: 'how webhooks are signed, such as standardWebhooks({ … })' },
);

const PROFILE = {
  name: Text,
  title: Text,
  agent: Text,
  contract: fields(CONTRACT, 'a contract, made with defineContract({ … })'),
  versions: optional(VersionsOf),
  hosts: optional(Type.Array(fields({ host: Text, serves: Type.Array(wordOf(['api', 'oauth', 'files'])) }))),
  decodesPaths: optional(Type.Boolean()),
  signing: Signing,
  messages: optional(byName(Code)),
  reasonIn: optional(Code),
  access: optional(byName(Any)),
  settings: ObjectSchema,
  secretFields: optional(Texts),
  subjectKeys: optional(Texts),
  sample: Type.Object(
    { agent: Code },
    { expected: 'the call that asks for one agent: { agent(wish, credentials) { … } }' },
  ),
  probes: optional(byName(Any)),
  scenario: optional(
    fields({
      schema: optional(ObjectSchema),
      unsupported: optional(
        Type.Array(fields({ word: Text, is: optional(Text), never: optional(Type.Literal(true)), why: Text })),
      ),
      reports: optional(Code),
      events: optional(Code),
    }),
  ),
  backstage: optional(fields({ actions: byName(ObjectSchema), event: fields({ kind: Text, reason: Text }) })),
  credentials: Type.Record(Text, Text, {
    minProperties: 1,
    expected: 'one credential at least, with the start of its value: { api_key: "key_" }',
  }),
  unknownId: Type.String({ minLength: 1, expected: 'a well-formed id that nothing has' }),
} satisfies Record<keyof ProfileDraft, TSchema>;

const MEETING_EVENTS = {
  nameOf: Code,
  reachedLobby: Code,
  waitsForHost: Code,
  couldNotJoin: Code,
  admitted: Code,
  denied: Code,
  readsCaptions: Code,
  captionsUnavailable: Code,
  recordingAllowed: Code,
  recordingDenied: Code,
  participantJoined: Code,
  participantLeft: Code,
  beganSpeaking: Code,
  stoppedSpeaking: Code,
  spoke: Code,
  wrote: Code,
  breakout: Code,
  vendorEvent: Code,
  left: Code,
  removed: Code,
  crashed: Code,
  meetingEnded: Code,
  transcribed: Code,
  artefactsReady: Code,
  userActs: Code,
  calendarEventOf: Code,
  userBooks: Code,
  calendarEntry: Code,
  calendarPlan: Code,
  transcriptPatience: Type.Number(),
} satisfies Record<keyof MeetingEvents, TSchema>;

const Job = fields(
  { args: optional(Schema), label: Type.Union([Text, Code], { expected: 'a text or a function' }), run: Code },
  'a job, made with defineJobs',
);

const PROVIDER = {
  owns: code('that is true for the paths of the vendor'),
  aliasOf: optional(Code),
  refusesAliases: optional(Code),
  isOpen: optional(Code),
  credentialOf: optional(Code),
  issuedHere: optional(Code),
  issuedCredentials: optional(Code),
  handlers: byName(code('(call) => reply'), 'the code of each operation, by its id'),
  refusals: optional(byName(Code)),
  finish: optional(Code),
  settings: optional(Type.Object({ resolve: Code, generate: Code, credentials: Code })),
  agents: optional(fields({ count: Code, makers: Texts })),
  backstage: optional(byName(Code)),
  webhookFormat: optional(Type.Object({ render: Code, secrets: Code, timeout: Code, retryDelays: Code })),
  meetingEvents: fields(
    Object.fromEntries(Object.entries(MEETING_EVENTS).map(([name, schema]) => [name, optional(schema)])),
    'the code for events of a meeting: { admitted(world, agent) { … } }',
  ),
  jobs: byName(Job, 'jobs made with defineJobs; {} for none'),
  createState: code('that makes the empty tables of a world'),
  tables: optional(Code),
  bookkeeping: optional(Texts),
  findSubject: code('that finds an agent'),
  needsReading: optional(Code),
} satisfies Record<keyof Provider, TSchema>;

/** What `defineVendor` is given. */
export const VendorDraft = fields(
  { profile: fields(PROFILE, 'the facts of the vendor'), provider: fields(PROVIDER, 'the code of the vendor') },
  'the two halves of a vendor, { profile, provider }',
);
