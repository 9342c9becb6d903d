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
import { VERSION } from '../../../src/server/version.js';
import { DEFAULT_WORKSPACE, type Workspace, type WorkspaceOptions } from '../../../src/server/workspace.js';
import { json, responseOf } from './answers.js';
import { directoryOf, MEMORY_MAX, QUIET, type Env } from './env.js';
import { loadHost } from './host.js';
import { keptIn, openObjectStore } from './lines.js';
import { Pace } from './pace.js';
import type { ObjectState } from './runtime.js';
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

  /** Serves a call; `undefined` if no workspace is here. */
  async serve(request: Request, isDefault: boolean): Promise<Response | undefined> {
    const id = isDefault ? DEFAULT_WORKSPACE : keptIn(this.#state.storage);
    if (id === undefined) return undefined;
    const life = await this.#live(id);
    const workspace = life.server.workspaces.get(id);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const refusal = CHANGES_KEYS.test(call) ? await claimFor(request.clone(), workspace, life, this.#env) : undefined;
    const response = refusal ?? (await this.#call(request, life));
    if (call === `DELETE /_greenroom/workspaces/${id}` && response.status === 204) {
      await directoryOf(this.#env).remove(id);
      await this.#wipe();
      return response;
    }
    await life.telling.settle(workspace);
    if (life.isLong()) life.keeper.renew(id);
    await life.pace.plan(workspace.world.clock);
    return response;
  }

  /** Makes the workspace, and answers as the control plane does. */
  async make({ id, number, options, origin }: Birth): Promise<Response> {
    // What is here is of a birth that nobody has heard of.
    await this.#wipe();
    try {
      const { server, keeper, telling, pace } = await this.#live(id);
      server.workspaces.remember({ count: number, retired: [], tokens: {} });
      const workspace = server.workspaces.create({ ...options, id });
      const failure = keeper.flush();
      if (failure) throw failure;
      const taken = await directoryOf(this.#env).make(id, telling.keysOf(workspace));
      if (taken !== undefined) throw belongsToAnother(taken);
      telling.paid();
      await pace.plan(workspace.world.clock);
      return json(workspace.describe(origin), 201);
    } catch (error) {
      await directoryOf(this.#env).remove(id);
      await this.#wipe();
      return responseOf(problem(error));
    }
  }

  /** Something is due in a world whose time moves by itself. */
  async alarm(): Promise<void> {
    const id = keptIn(this.#state.storage);
    if (id === undefined) return;
    const { server, keeper, pace } = await this.#live(id);
    const { clock } = server.workspaces.get(id).world;
    await pace.wake(clock);
    keeper.flush();
    await pace.plan(clock);
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

  async #wipe(): Promise<void> {
    const life = await this.#life?.catch(() => undefined);
    this.#life = undefined;
    life?.server.close();
    await this.#state.storage.deleteAlarm();
    await this.#state.storage.deleteAll();
  }
}

/** The server of an object. Its workspace `default` is nobody's, but in the object of `default`: it lets nobody in. */
function optionsOf({ GREENROOM_TOKEN, GREENROOM_ALLOW_HOSTS = '' }: Env, id: string) {
  const secret = GREENROOM_TOKEN ? hash('sha256', `greenroom/default/${GREENROOM_TOKEN}`) : undefined;
  const ofDefault = { memory: MEMORY_MAX, quiet: QUIET, ...(secret === undefined ? {} : { secret }) };
  return {
    // Without a token, only this machine is served.
    ...(GREENROOM_TOKEN ? { host: '0.0.0.0', controlToken: GREENROOM_TOKEN } : {}),
    loopback: false,
    allowHosts: GREENROOM_ALLOW_HOSTS.split(',').flatMap((host) => host.trim() || []),
    // The scenarios are rehearsed once for each object: none may wait for what is under way in another.
    vendors: [],
    workspace: id === DEFAULT_WORKSPACE ? ofDefault : { strict: true },
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
  const taken = await directoryOf(env).claim(workspace.id, keys);
  return taken === undefined ? undefined : responseOf(problem(belongsToAnother(taken)));
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

const belongsToAnother = (key: string): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    `Failed to keep workspaces apart: a credential of ${key.split(' ', 1)[0]} belongs to another workspace already.`,
  );

const cannotCut = (): GreenroomError =>
  new GreenroomError(
    'REFUSED',
    'Failed to end this connection without an answer, as a fault rule wants it: a Worker cannot. Play this fault on a greenroom of your own.',
  );
