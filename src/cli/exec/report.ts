import { renderCoverage } from '../../checks/coverage/text.js';
import type { CoverageCounts } from '../../contracts/coverage/coverage.js';
import { coverage } from '../../contracts/coverage/report.js';
import { SETTLE_LIMIT_MS } from '../../server/control/call.js';
import { printEntry, summarize } from '../../server/engine/past/sentences.js';
import type { World } from '../../server/engine/world.js';
import type { Entry } from '../../server/engine/past/journal.js';
import type { Vendor } from '../../server/providers/provider.js';
import { rehearse } from '../../server/rehearsal.js';
import type { ListeningServer } from '../../server/host/listen.js';
import { makeServer, type ServerOptions } from '../../server/server.js';
import type { Workspace } from '../../server/workspaces/workspace.js';
import { endOf } from './end.js';
import { Refused, unheededOf } from './calls.js';
import { renderFailures } from './failures.js';
import { Untaken } from './webhooks.js';

export type Violation = Extract<Entry, { readonly kind: 'violation' }>;

/** No list of more is read. */
const GONE_KEPT = 10_000;

/** What a run has come to, whatever was in it. */
export interface Ends {
  /** Everything that broke a contract. */
  readonly violations: readonly Violation[];
  /** The lines for calls that were refused, and for webhooks that were not taken. */
  readonly unheeded: string;
}

/** From now on processes of the command end as they should. */
export function mayAllGo({ workspaces }: Pick<ListeningServer, 'workspaces'>): void {
  for (const { probes } of workspaces.list()) probes.mayGo();
}

/** Begins to look at the workspaces of a server: gives what reads, when the command has ended, how all ended, in those that were deleted or reset too. */
export function watchEnds({ workspaces }: ListeningServer): () => Promise<Ends> {
  const gone: Violation[] = [];
  const [refused, untaken] = [new Refused(), new Untaken()];
  const look = ({ world }: Workspace): void => {
    refused.add(linesOf(world, 'request'), summarize);
    untaken.add(world.outbox.values());
  };
  workspaces.onEnd = (workspace) => {
    gone.push(...violationsOf(workspace).slice(0, GONE_KEPT - gone.length));
    look(workspace);
  };
  return async () => {
    mayAllGo({ workspaces });
    // Once all is at rest.
    await Promise.all(workspaces.list().map(({ world }) => world.clock.settled(SETTLE_LIMIT_MS)));
    const there = workspaces.list();
    there.forEach(look);
    const violations = [...gone, ...there.flatMap(violationsOf)];
    return { violations, unheeded: unheededOf(violations, refused, untaken) };
  };
}

const violationsOf = ({ world }: Workspace): Violation[] => linesOf(world, 'violation');

const linesOf = <K extends Entry['kind']>({ journal }: World, kind: K): Extract<Entry, { readonly kind: K }>[] =>
  [...journal.entries()].filter((entry) => entry.kind === kind) as Extract<Entry, { readonly kind: K }>[];

/** The webhooks that were not taken, and the last lines of each timeline: what a command may have failed of. */
export const renderCause = ({ workspaces }: ListeningServer, environment: Readonly<Record<string, string>>): string =>
  workspaces
    .list()
    .map((workspace) => renderWorkspace(workspace, environment) + renderEnd(workspace))
    .join('');

function renderWorkspace({ world }: Workspace, environment: Readonly<Record<string, string>>): string {
  return renderFailures(world.outbox.values(), ({ provider, subject }) => {
    const { profile, webhookFormat } = world.vendor(provider);
    const secrets = webhookFormat.secrets(world, subject);
    const variable = Object.keys(environment).find((name) => secrets.includes(environment[name]!));
    return { title: profile.title, variable };
  });
}

function renderEnd({ id, world }: Workspace): string {
  const lines = endOf(linesFromEnd(world));
  return lines.length === 0 ? '' : `\nThe end of the timeline of ${id}:\n${lines.join('\n')}\n`;
}

function* linesFromEnd(world: World): Iterable<string> {
  for (const entry of [...world.journal.entries()].toReversed()) yield printEntry(world, entry).trimEnd();
}

/** What of the contracts of the vendors that were called was exercised: a line for each, or all of it; nothing if none was. */
export async function renderShares(
  { vendors, workspaces }: ListeningServer,
  options: ServerOptions,
  whole: boolean,
): Promise<string> {
  const { counts, called } = exercised({ vendors, workspaces });
  if (called.length === 0) return '';
  if (whole) return `${renderCoverage(coverage(profilesOf(called), counts, await rehearsalsOf(options)))}\n`;
  return coverage(profilesOf(called), counts)
    .providers.map(({ provider, covered, total, percent }) => `${provider}: ${covered} of ${total} (${percent} %)\n`)
    .join('');
}

/** How much of the contracts of these vendors was exercised, in percent; nothing if none was called. */
export function percentExercised(server: ListeningServer): number {
  const { counts, called } = exercised(server);
  return called.length === 0 ? 0 : coverage(profilesOf(called), counts).percent;
}

function exercised({ vendors, workspaces }: Pick<ListeningServer, 'vendors' | 'workspaces'>) {
  const counts = workspaces.coverage().toJSON();
  return { counts, called: vendors.filter(({ name }) => isCalled(name, counts)) };
}

const profilesOf = (vendors: readonly Vendor[]) => vendors.map(({ profile }) => profile);

const isCalled = (name: string, counts: CoverageCounts): boolean =>
  Object.keys(counts).some((key) => key.startsWith(`${name} `));

const rehearsalsOf = ({ scenarios, vendors }: ServerOptions) => rehearse(makeServer({ scenarios, vendors }));
