import { Type, type Static } from '@sinclair/typebox';
import { DURATION_FORMS } from '../../clock/duration.js';
import { DEFAULT_QUIET_LIMIT_MS } from '../../clock/options.js';
import type { castingSchemas } from './casting.js';
import { ClockOptions, pace } from './clock.js';
import { duration } from '../settings.js';
import { closed, Count, Duration, Text } from './fields.js';
import { shownTerms, termOptions } from './terms.js';
import { withVendorFields, type VendorFields } from './vendor-fields.js';

export const Health = Type.Object({
  status: Type.Literal('ok'),
  version: Text,
  /** The versions of the vendors in the workspace of the call, by their names. */
  vendors: Type.Record(Type.String(), Text),
  workspaces: Count,
});

/** Everything of a workspace that can change while it lives, besides the settings of the vendors. */
const changes = {
  /** The scenario of meetings that nothing else is cast for: `happy-path` if nothing is said. */
  scenario: Type.Optional(Type.String()),
  /** Enforces what production refuses and a mock could let pass. */
  strict: Type.Optional(Type.Boolean()),
};

export const MEMORY_BYTES = 64 * 2 ** 20;

/** What an id of a workspace is made of. Of dots alone, a URL would take it for a way up. */
const WORKSPACE_ID = {
  pattern: '^[\\w-][\\w.-]{0,99}$',
  expected: 'an id of 1 to 100 letters, digits, ".", "_" and "-" that does not begin with a dot',
};

/** A header of every call. */
export const WORKSPACE_HEADER = Type.String({
  pattern: WORKSPACE_ID.pattern,
  default: 'default',
  description: 'Which workspace is meant',
});

const options = {
  id: Type.Optional(Type.String(WORKSPACE_ID)),
  /** Decides every id and name; 1 if nothing is said. */
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  /** How many ids of each kind count as given out already: worlds of one seed get other ids, and the same names. */
  ids_given: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 50 })),
  /** Real time, a minute at most, without a call that must follow a delivery over the network; 5 ms if nothing is said. */
  quiet: Type.Optional(Duration),
  quiet_limit: duration(
    'How long the quiet time may become by itself, a minute at most, for an app that calls later after a delivery; 0 keeps it as it is',
    { default: `${DEFAULT_QUIET_LIMIT_MS}ms` },
  ),
  /** Real time after which a receiver that does not answer is given up. */
  delivery_guard: Type.Optional(
    Type.Union([Type.Literal('off'), Duration], { expected: `"off" or ${DURATION_FORMS}` }),
  ),
  /** How many timeline entries are kept. */
  journal: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  /** How many bytes the calls, the timeline and the deliveries may take together; the oldest go first. */
  memory: Type.Optional(Type.Integer({ minimum: 2 ** 20, default: MEMORY_BYTES })),
  ...termOptions,
};

/** Fields of workspaces, which no vendor can have for its name. */
export const WORKSPACE_FIELDS: readonly string[] = [...Object.keys({ ...options, ...changes }), 'casting', 'clock'];

export function workspaceSchemas({
  vendors,
  CastingBody,
}: VendorFields & Pick<ReturnType<typeof castingSchemas>, 'CastingBody'>) {
  const Workspace = withVendorFields(
    Type.Object({
      id: Text,
      seed: Count,
      scenario: Text,
      strict: Type.Boolean(),
      clock: Type.Object(pace),
      /** Its apps are on other machines, where listeners take what is sent to them. */
      shared: Type.Optional(Type.Literal(true)),
      ...shownTerms,
    }),
    vendors,
    ({ access, versions }) =>
      Type.Object({ base_url: Text, ...access.schema.properties, ...(versions ? { version: Text } : {}) }),
  );
  const PatchWorkspaceBody = withVendorFields(Type.Object(changes, closed), vendors, ({ settings }) =>
    Type.Optional(settings),
  );
  const CreateWorkspaceBody = Type.Object(
    {
      ...options,
      /** Rules that the workspace has from its beginning; a reset keeps these. */
      casting: Type.Optional(Type.Array(CastingBody)),
      /** Frozen at 2026-01-01T09:00:00Z if nothing is said. */
      clock: Type.Optional(ClockOptions),
      ...PatchWorkspaceBody.properties,
    },
    closed,
  );
  return {
    Workspace,
    WorkspaceList: Type.Object({ workspaces: Type.Array(Workspace) }),
    PatchWorkspaceBody,
    CreateWorkspaceBody,
  };
}

type Schemas = ReturnType<typeof workspaceSchemas>;
/** A workspace without the credentials of its vendors, which stand under their names. */
export type Workspace = Static<Schemas['Workspace']>;
/** The changes of a workspace without the settings of its vendors, which stand under their names. */
export type PatchWorkspaceBody = Static<Schemas['PatchWorkspaceBody']>;
export type CreateWorkspaceBody = Static<Schemas['CreateWorkspaceBody']>;
