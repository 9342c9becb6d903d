import { Type, type TObject } from '@sinclair/typebox';
import { keptRule } from '../../contracts/control/snapshot.js';
import { byVendor } from '../../contracts/control/vendor-fields.js';
import { tablesLike } from '../engine/tables.js';
import type { World } from '../engine/world.js';
import type { WorkspaceSnapshot } from '../workspaces/workspace.js';
import { assertBody } from './body.js';
import type { RouteOptions } from './call.js';
import { contractBy } from '../engine/vendor.js';
import { assertFault } from './fault-rules.js';
import type { VersionedVendor } from './words.js';

/** Reads snapshots: every field is held to what this server's code relies on. Throws INVALID_BODY. */
export function snapshotReader({ vendors, schemas }: RouteOptions) {
  const make = (world: World) => ({
    whole: wholeSchema(schemas().SnapshotBody, world, vendors),
    rules: { request: keptRule(schemas().RequestFaultBody), delivery: keptRule(schemas().DeliveryFaultBody) },
  });
  let made: ReturnType<typeof make> | undefined;
  return (world: World, value: unknown): WorkspaceSnapshot => {
    const { whole, rules } = (made ??= make(world));
    assertBody(whole, value);
    const snapshot = value as unknown as WorkspaceSnapshot;
    if (snapshot.faults.rules.length === 0) return snapshot;
    const versioned = versionedBy(vendors, snapshot);
    snapshot.faults.rules.forEach((rule, i) => {
      assertBody(rules[rule.on], rule, `/faults/rules/${i}`);
      assertFault(versioned, rule, `/faults/rules/${i}`);
    });
    return snapshot;
  };
}

/** The vendors in the versions that the world will have of them. Throws INVALID_BODY. */
const versionedBy = (vendors: RouteOptions['vendors'], { settings, strict }: WorkspaceSnapshot): VersionedVendor[] =>
  vendors.map(({ name, profile, aliasOf, settings: resolver }) => ({
    profile,
    ...(aliasOf ? { aliasOf } : {}),
    contract: contractBy(profile, resolver.resolve(settings[name] ?? {}, strict)),
  }));

/** The schema of the control plane, with the jobs and the tables of these vendors. */
function wholeSchema({ properties, ...options }: TObject, world: World, vendors: RouteOptions['vendors']): TObject {
  const { clock } = properties as unknown as { clock: TObject };
  const { jobs } = clock.properties as unknown as { jobs: { items: TObject } };
  const kinds = [...world.jobs].map(([kind, { args = Type.Object({}) }]) =>
    Type.Object({ ...jobs.items.properties, kind: Type.Literal(kind), args }),
  );
  const tables = new Map(
    vendors.map(({ name, tables, createState }) => [name, tables?.() ?? tablesLike(createState())]),
  );
  return Type.Object(
    {
      ...properties,
      clock: Type.Object({
        ...clock.properties,
        jobs: Type.Array(Type.Union(kinds, { expected: 'a job of a known kind, with its arguments' })),
      }),
      slices: Type.Object(
        byVendor(
          vendors.map(({ profile }) => profile),
          ({ name }) => tables.get(name)!,
        ),
      ),
    },
    options,
  );
}
