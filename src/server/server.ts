import { assertRealTimers } from '../clock/real-time.js';
import type { ScenarioCoverage } from '../contracts/coverage/coverage.js';
import { isLoopback } from '../loopback.js';
import { createApp, type App } from './app.js';
import { readOrigins, readPublicOrigin } from './callers.js';
import type { RunView } from './history/live-run.js';
import type { RunServer } from './history/run-file.js';
import type { RunStore } from './history/store.js';
import type { RunFolderOptions } from './host/run-folder.js';
import { readReceivers, type DestinationOptions } from './engine/deliveries/destination.js';
import { createTransport, transportOf } from './engine/deliveries/transport.js';
import { assertApart } from './providers/assemble.js';
import type { Vendor } from './providers/provider.js';
import { PROVIDERS } from './providers/registry.js';
import { rehearse } from './rehearsal.js';
import type { ProbeDoor } from './host.js';
import { host } from './host/node.js';
import { ScenarioLibrary } from './scenarios/library.js';
import { ScenarioPlayer } from './scenarios/player.js';
import type { SharedServer } from './shared/shared.js';
import type { Tenants } from './shared/tenants.js';
import { ScenarioStore } from './scenarios/store.js';
import { VERSION } from './version.js';
import type { WorkspaceOptions } from './workspaces/workspace.js';
import { Workspaces } from './workspaces/workspaces.js';

export const MAX_BODY = 16 * 1024 * 1024;

export interface ServerOptions extends DestinationOptions {
  /** The workspace `default`. */
  readonly workspace?: Omit<WorkspaceOptions, 'id'>;
  /** Vendors of one's own, served beside those that come with greenroom. */
  readonly vendors?: readonly Vendor[] | undefined;
  /** A folder with the user's own scenarios. */
  readonly scenarios?: string | undefined;
  /** What callbacks, cursors and links carry instead of the origin that was called. */
  readonly publicUrl?: string | undefined;
  /** Bytes; larger request bodies are answered 413. */
  readonly maxBody?: number;
  /** A folder in which the workspaces outlive the process. */
  readonly data?: RunFolderOptions | RunStore | undefined;
  /** A run that was made elsewhere: the workspace `default` is as it was then. */
  readonly run?: RunSource | undefined;
  /** What callers of the control plane must show; without it only this machine is served. */
  readonly controlToken?: string | undefined;
  /** Origins whose web pages may call the vendors' paths, such as `http://localhost:5173`. */
  readonly cors?: readonly string[] | undefined;
  /** Strangers share the server, and their apps are on other machines; `shareServer` makes it. */
  readonly shared?: SharedServer | undefined;
  /** Hears sentences for a person at the terminal. */
  readonly warn?: (text: string) => void;
}

/** The file of a run, or a folder with one. */
export interface RunSource extends RunView {
  readonly path: string;
}

/** The composition root: everything that makes a greenroom, without a socket. */
export interface Server {
  readonly app: App;
  readonly vendors: readonly Vendor[];
  readonly workspaces: Workspaces;
  readonly library: ScenarioLibrary;
  /** Those who share it, if it is shared. */
  readonly tenants: Tenants | undefined;
  /** Where processes of apps say whether they are at rest; opened when it is first asked for. */
  readonly probeDoor: () => Promise<ProbeDoor>;
  readonly close: () => void;
}

/** The vendors that come with greenroom, and `own`. Throws INVALID_VENDOR if two of them cannot be told apart. */
export function allVendors(own: readonly Vendor[] = []): readonly Vendor[] {
  const all = [...PROVIDERS, ...own];
  if (own.length > 0) assertApart(all);
  return all;
}

/** Makes a server without a socket; `maker` is the one whose run it is to go on with. */
export function makeServer(options: ServerOptions & { readonly host?: string } = {}, maker?: RunServer): Server {
  assertRealTimers();
  const vendors = allVendors(options.vendors);
  const library = new ScenarioLibrary(
    vendors.map(({ profile }) => profile),
    options.scenarios,
  );
  if (options.scenarios !== undefined) library.validate();
  const scenarios = new ScenarioStore(library);
  const { workspace = {}, warn = () => undefined, shared } = options;
  for (const said of [library.passedOver(), library.replacing(), library.nothingIn()])
    if (said !== undefined) warn(`${said}.`);
  const transport = transportFor(options, maker);
  const player = new ScenarioPlayer(scenarios);
  const context = { vendors, player, transport, warn, ...sharingOf(shared, maker) };
  const workspaces = new Workspaces(context, workspace);
  const tenants = shared?.open(workspaces);
  let door: Promise<ProbeDoor> | undefined;
  const probeDoor = (): Promise<ProbeDoor> =>
    (door ??= host.openProbeDoor((id) => workspaces.list().find((app) => app.id === id), warn));
  let rehearsed: Promise<ScenarioCoverage> | undefined;
  const app = createApp(vendors, {
    workspaces,
    vendors,
    rehearsals: () => (rehearsed ??= rehearsalsOf(options)),
    scenarios,
    probeDoor,
    version: VERSION,
    runServer: runServerOf(options, vendors, maker),
    publicOrigin: readPublicOrigin(options.publicUrl),
    maxBody: options.maxBody ?? maker?.maxBody ?? MAX_BODY,
    controlToken: options.controlToken,
    tenants,
    cors: readOrigins(options.cors ?? []),
    vendorHosts: vendors.flatMap(({ profile }) => profile.hosts.map(({ host }) => host)),
    // Whoever has no token gets nowhere, by whatever name.
    loopbackOnly: !shared && (options.host === undefined || isLoopback(options.host)),
    warn,
  });
  return {
    app,
    vendors,
    workspaces,
    library,
    tenants,
    probeDoor,
    close() {
      tenants?.close();
      door?.then(({ close }) => close()).catch(() => undefined);
      workspaces.close();
      transport.close();
    },
  };
}

/** A workspace of a server that strangers share may be lived again on one that is not. */
const sharingOf = (shared: SharedServer | undefined, maker: RunServer | undefined) => ({
  isShared: shared !== undefined || maker?.shared === true,
  apart: shared?.apart,
});

/** Nothing of a server that strangers share leads to its own machine. */
function transportFor(options: ServerOptions, maker: RunServer | undefined): ReturnType<typeof createTransport> {
  if (maker) return transportOf(maker, options);
  const { shared } = options;
  return shared ? createTransport({}, shared.connect()) : createTransport(options);
}

/** The coverage of the scenarios that come with greenroom is the same in every server of a process. */
let shipped: Promise<ScenarioCoverage> | undefined;

function rehearsalsOf({ scenarios, vendors }: ServerOptions): Promise<ScenarioCoverage> {
  if (scenarios !== undefined || vendors !== undefined) return rehearse(makeServer({ scenarios, vendors }));
  return (shipped ??= rehearse(makeServer()));
}

/** What a run is played with elsewhere. */
export const runServerOf = (
  { maxBody, allowHosts = [], loopback, forwardTo, receivers = {}, shared }: ServerOptions,
  vendors: readonly Vendor[],
  maker?: RunServer,
): RunServer => ({
  ...(forwardTo === undefined ? {} : { forwardTo }),
  ...(shared ? { shared: true as const } : {}),
  ...(loopback === false ? { loopback } : {}),
  allowHosts,
  ...maker,
  vendors: vendors.map(({ name }) => name),
  maxBody: maxBody ?? maker?.maxBody ?? MAX_BODY,
  receivers: [...new Set([...(maker?.receivers ?? []), ...readReceivers(receivers).keys()])],
});
