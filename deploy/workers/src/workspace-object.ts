import { DurableObject } from 'cloudflare:workers';
import { hash } from 'node:crypto';
import { GreenroomError } from '../../../src/errors.js';
import { parseBody } from '../../../src/server/control/body.js';
import { problem } from '../../../src/server/control/problem.js';
import { loadNames } from '../../../src/server/engine/names.js';
import { Keeper } from '../../../src/server/history/keeper.js';
import { recover } from '../../../src/server/history/recover.js';
import { ConnectionLost } from '../../../src/server/http.js';
import { makeServer, runServerOf, type Server } from '../../../src/server/server.js';
import { endOf, isOver } from '../../../src/server/shared/life.js';
import { VERSION } from '../../../src/server/version.js';
import { conflict } from '../../../src/server/workspaces/errors.js';
import { DEFAULT_WORKSPACE, type Workspace, type WorkspaceOptions } from '../../../src/server/workspaces/workspace.js';
import { json, responseOf } from './answers.js';
import { directoryOf, MEMORY_MAX, MEMORY_MIN, QUIET, type Env } from './env.js';
import { loadHost } from './host.js';
import { keptIn, openObjectStore } from './lines.js';
import { Pace } from './pace.js';
import type { ObjectState } from './runtime.js';
import { serverTokenOf, sharedBy } from './sharing.js';
import { Telling } from './telling.js';

/** A workspace that is to be made. */
export interface Birth {
  readonly id: string;
  readonly number: number;
  readonly options: WorkspaceOptions;
  /** The origin that was called. */
  readonly origin: string;
}

/** The workspace while the object is in memory. */
interface Life {
  readonly server: Server;
  readonly keeper: Keeper;
  readonly telling: Telling;
  readonly pace: Pace;
  readonly isLong: () => boolean;
}

/** An answer goes out by way of the router: what it causes begins when it is there, as a rule. */
const ON_ITS_WAY_MS = 5;
const soon = (callback: () => void): void => void setTimeout(callback, ON_ITS_WAY_MS);

const CONTROL = /^\/_greenroom(\/|$)/;
const READS: readonly string[] = ['GET', 'HEAD'];
/** Calls after which other credentials may lead to the workspace. */
const CHANGES_KEYS =
  /^(PATCH \/_greenroom\/workspaces\/.*|POST \/_greenroom\/(reset|clock\/rewind)|PUT \/_greenroom\/snapshot)$/;

/** One workspace: its world in memory, its run in the storage of the object. An object that was thrown away lives its run again. */
export class WorkspaceObject extends DurableObject<Env> {
  readonly #state: ObjectState;
  readonly #env: Env;
  #life: Promise<Life> | undefined;
  /** They stand for the connections of clients, which a Worker does not see. */
  readonly #connections = { driver: { written: soon }, app: { written: soon } };

  constructor(state: ObjectState, env: Env) {
    super(state, env);
    this.#state = state;
    this.#env = env;
  }

  /** Serves a call; `undefined` if no workspace is here, or none any more. */
  async serve(request: Request, isDefault: boolean): Promise<Response | undefined> {
    const id = isDefault ? DEFAULT_WORKSPACE : keptIn(this.#state.storage);
    if (id === undefined) return undefined;
    const life = await this.#live(id);
    const workspace = presentIn(life, id);
    if (!workspace) return this.#end(id);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    // Where strangers share the Worker, all credentials say themselves where they lead.
    const isClaimed = !life.server.tenants && CHANGES_KEYS.test(call);
    const refusal = isClaimed ? await claimFor(request.clone(), workspace, life, this.#env) : undefined;
    const response = refusal ?? (await this.#call(request, life));
    if (!presentIn(life, id)) await this.#end(id);
    else {
      await life.telling.settle(workspace);
      if (life.isLong()) life.keeper.renew(id);
      await plan(life, workspace);
    }
    return response;
  }

  /** Makes the workspace, and answers as the control plane does. */
  async make({ id, number, options, origin }: Birth): Promise<Response> {
    // What is here is of a birth that nobody has heard of.
    await this.#wipe();
    try {
      const life = await this.#live(id);
      const { server, keeper, telling } = life;
      server.workspaces.remember({ count: number, retired: [], tokens: {} });
      const { workspace, ...token } = madeIn(server, { ...options, id });
      const failure = keeper.flush();
      if (failure) throw failure;
      const reason = await directoryOf(this.#env).make(id, this.#state.id.toString(), telling.keysOf(workspace));
      if (reason !== undefined) throw conflict(reason);
      telling.paid();
      await plan(life, workspace);
      return json({ ...workspace.describe(origin), ...token }, 201);
    } catch (error) {
      await this.#end(id);
      return responseOf(problem(error));
    }
  }

  /** Something is due in a world whose time moves by itself, or the workspace is over. */
  async alarm(): Promise<void> {
    const id = keptIn(this.#state.storage);
    if (id === undefined) return;
    const life = await this.#live(id);
    const workspace = presentIn(life, id);
    if (!workspace) return this.#end(id);
    await life.pace.wake(workspace.world.clock);
    life.keeper.flush();
    await plan(life, workspace);
  }

  /** What is changed is written before the answer tells of it: the runtime keeps answers back until it is on disk. */
  async #call(request: Request, { server, keeper }: Life): Promise<Response> {
    const { driver, app } = this.#connections;
    const connection = CONTROL.test(new URL(request.url).pathname) ? driver : app;
    let response: Response;
    try {
      response = await server.app.fetch(request, { connection });
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      response = responseOf(problem(cannotCut()));
    }
    const failure = keeper.flush();
    return failure && !READS.includes(request.method) ? responseOf(problem(failure)) : response;
  }

  /** Lives the run again, if this was not done yet. Whatever fails is tried anew by the next call. */
  #live(id: string): Promise<Life> {
    this.#life ??= this.#begin(id).catch((error: unknown) => {
      this.#life = undefined;
      throw error;
    });
    return this.#life;
  }

  async #begin(id: string): Promise<Life> {
    const { storage } = this.#state;
    await Promise.all([loadHost(), loadNames()]);
    const { store, isLong } = openObjectStore(storage, id);
    const options = optionsOf(this.#env, id);
    const server = makeServer(options);
    const runServer = runServerOf(options, server.vendors);
    const keeper = new Keeper(store, { version: VERSION, server: runServer, warn });
    const telling = new Telling(this.#env, storage.sql, server.vendors);
    const pace = new Pace(storage);
    await recover(server.workspaces, { store, keeper, server: runServer, warn });
    keeper.flush();
    const workspace = server.workspaces.list().find((workspace) => workspace.id === id);
    if (workspace) {
      await telling.settle(workspace);
      await pace.catchUp(workspace.world.clock);
    }
    return { server, keeper, telling, pace, isLong };
  }

  /** The workspace is no more. */
  async #end(id: string): Promise<undefined> {
    await directoryOf(this.#env).remove(id, this.#state.id.toString());
    await this.#wipe();
  }

  async #wipe(): Promise<void> {
    const life = await this.#life?.catch(() => undefined);
    this.#life = undefined;
    life?.server.close();
    await this.#state.storage.deleteAlarm();
    await this.#state.storage.deleteAll();
  }
}

/** Nothing once its time is over, or somebody has deleted it. */
function presentIn({ server: { workspaces } }: Life, id: string): Workspace | undefined {
  const workspace = workspaces.byId(id);
  return isOver(workspace?.terms) ? undefined : workspace;
}

const plan = ({ pace }: Life, { terms, world: { clock } }: Workspace): Promise<void> =>
  pace.plan(clock, terms && endOf(terms) / 1000);

/** A new workspace, with its token if strangers share the server. Throws INVALID_BODY. */
const madeIn = ({ tenants, workspaces }: Server, options: WorkspaceOptions) =>
  tenants ? tenants.create(options) : { workspace: workspaces.create(options) };

/** The server of an object. Its workspace `default` is nobody's, but in the object of `default`: it lets nobody in. */
function optionsOf(env: Env, id: string) {
  const { GREENROOM_TOKEN, GREENROOM_ALLOW_HOSTS = '' } = env;
  const token = serverTokenOf(env);
  const secret = token ? { secret: hash('sha256', `greenroom/default/${GREENROOM_TOKEN}`) } : {};
  const alone = {
    loopback: false,
    allowHosts: GREENROOM_ALLOW_HOSTS.split(',').flatMap((host) => host.trim() || []),
  };
  return {
    ...(token ? { shared: sharedBy(token) } : alone),
    // The scenarios are rehearsed once for each object: none may wait for what is under way in another.
    vendors: [],
    workspace:
      id === DEFAULT_WORKSPACE ? { memory: MEMORY_MAX, quiet: QUIET, ...secret } : { strict: true, memory: MEMORY_MIN },
    warn,
  };
}

/** Has the directory lead here what a change would make credentials of this workspace. Returns a refusal if another has one. */
async function claimFor(
  request: Request,
  workspace: Workspace,
  { telling }: Life,
  env: Env,
): Promise<Response | undefined> {
  telling.owe();
  const keys = keysAfter(telling, workspace, request.method === 'PATCH' ? await request.text() : '');
  const reason = await directoryOf(env).claim(workspace.id, keys);
  return reason === undefined ? undefined : responseOf(problem(conflict(reason)));
}

/** None of a change that will be refused. */
function keysAfter(telling: Telling, workspace: Workspace, text: string): string[] {
  try {
    return telling.keysOf(workspace, parseBody(text) as Readonly<Record<string, unknown>>);
  } catch {
    return [];
  }
}

// oxlint-disable-next-line no-console -- the log of a Worker
const warn = (text: string): void => console.warn(text);

const cannotCut = (): GreenroomError =>
  new GreenroomError(
    'REFUSED',
    'Failed to end this connection without an answer, as a fault rule wants it: a Worker cannot. Play this fault on a greenroom of your own.',
  );
