import type { Static, TSchema } from '@sinclair/typebox';
import type { Context } from 'hono';
import { httpDate } from '../../clock/instant.js';
import type { ControlSchemas } from '../../contracts/control/schemas.js';
import type { ScenarioCoverage } from '../../contracts/coverage/coverage.js';
import { GreenroomError, tellUnexpected } from '../../errors.js';
import {
  ClientGone,
  connectionNameOf,
  connectionOf,
  headersOf,
  readRequest,
  send,
  type AppContext,
  type Bindings,
} from '../http.js';
import type { Keeper } from '../history/keeper.js';
import type { RunServer } from '../history/run-file.js';
import type { ControlInput } from '../engine/inputs.js';
import type { World } from '../engine/world.js';
import { sendPieces, type PiecesReply } from '../pieces.js';
import type { Reply, Vendor } from '../providers/provider.js';
import type { ScenarioStore } from '../scenarios/store.js';
import type { Server } from '../server.js';
import { DEFAULT_WORKSPACE, type Workspace } from '../workspaces/workspace.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { SELF } from '../shared/names.js';
import type { Lease } from '../shared/lease.js';
import type { Caller, Tenants } from '../shared/tenants.js';
import { ownsNone, unknownWorkspace } from '../workspaces/errors.js';
import { andThen } from '../../awaitable.js';
import { assertRoom, countBulk, whoAllowsMore } from '../calls/limits.js';
import { sendStream, type StreamReply } from '../streams.js';
import { authorize } from './authorize.js';
import { parseBody, readBody } from './body.js';
import { problem } from './problem.js';

export interface ControlOptions {
  readonly workspaces: Workspaces;
  readonly vendors: readonly Vendor[];
  readonly scenarios: ScenarioStore;
  readonly probeDoor: Server['probeDoor'];
  /** The coverage of each scenario of the library, found out when it is first asked for. */
  readonly rehearsals: () => Promise<ScenarioCoverage>;
  readonly version: string;
  /** What a run says of this server. */
  readonly runServer: RunServer;
  readonly publicOrigin: string | undefined;
  readonly maxBody: number;
  /** Whose the workspaces of a shared server are. */
  readonly tenants: Tenants | undefined;
  /** Without it, only callers on this machine are served. */
  readonly controlToken: string | undefined;
  /** Hears sentences for a person at the terminal. */
  readonly warn: (text: string) => void;
}

/** Everything that routes are made from. */
export interface RouteOptions extends ControlOptions {
  /** For the vendors of this server; made when a body is first read. */
  readonly schemas: () => ControlSchemas;
}

/** A call of the control plane in the hands of its route. */
export interface ControlCall {
  readonly workspace: Workspace;
  /** The only workspace that there is for the caller, on a server that strangers share; without it there are all. */
  readonly own?: Workspace | undefined;
  /** For how long its token is good. */
  readonly lease?: Lease | undefined;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
  /** The connection that it came over, as a probe of the caller names it. */
  readonly reader?: string | undefined;
  /** The parts of the path that the route leaves open. */
  readonly param: (name: string) => string;
  /** The body, valid by this schema. Throws MALFORMED_JSON and INVALID_BODY. */
  readonly body: <S extends TSchema>(schema: S) => Static<S>;
  /** The body, valid or not. Throws MALFORMED_JSON. */
  readonly json: () => unknown;
  readonly text: string;
}

export type ControlHandler = (call: ControlCall) => Answer | Promise<Answer>;
type Answer = Reply | StreamReply | PiecesReply;

export const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

export const noContent: Reply = { status: 204 };

/** Methods that change nothing. */
const READS: readonly string[] = ['GET', 'HEAD'];

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: ControlHandler;
  /** It has nothing that a stranger may not know: the token is not asked for. */
  readonly isOpen?: boolean;
  /** It is about more than one workspace: the token of one does not open it. */
  readonly isServerWide?: boolean;
  /** Its calls are inputs of the world: what they change is changed when the handler returns. */
  readonly isInput?: boolean;
  /** It is done on a full disk, too. */
  readonly makesRoom?: boolean;
}

/** The workspace that a caller means. Throws UNKNOWN_WORKSPACE, also for one that is none of the caller's. */
export function workspaceNamed({ workspaces, tenants }: ControlOptions, { own }: Caller, name: string): Workspace {
  if (!own && tenants && name === SELF) throw ownsNone();
  if (!own) return workspaces.get(name);
  if (name === own.id || name === SELF || name === DEFAULT_WORKSPACE) return own;
  throw unknownWorkspace(name);
}

/** Once no rewind is under way in it. */
async function atRest(workspaces: Workspaces, workspace: Workspace): Promise<Workspace> {
  while (workspace.pause.over) await workspace.pause.over;
  return workspaces.get(workspace.id);
}

/** Lets a call in, and finds the workspace that it means. */
async function enter(
  c: AppContext,
  options: ControlOptions,
  { isOpen, isServerWide }: Readonly<Record<'isOpen' | 'isServerWide', boolean>>,
) {
  const caller = authorize({ method: c.req.method, headers: headersOf(c) }, options, isOpen);
  const { own, lease } = caller;
  const limits = own?.terms?.limits;
  const maxBody = limits?.body ?? options.maxBody;
  const { request, tooLarge } = await readRequest(c, options.publicOrigin, maxBody);
  const query = new URLSearchParams(request.query);
  if (tooLarge)
    throw new GreenroomError(
      'PAYLOAD_TOO_LARGE',
      `Failed to read the body: it has more than ${maxBody} bytes; ${whoAllowsMore(limits)}.`,
    );
  if (own && isServerWide) throw serverWide(request.method, request.path);
  const given = request.headers['greenroom-workspace'] ?? query.get('workspace') ?? DEFAULT_WORKSPACE;
  // Who shows no token must not learn which workspaces there are.
  const name = options.tenants && isOpen ? DEFAULT_WORKSPACE : given;
  const workspace = await atRest(options.workspaces, workspaceNamed(options, caller, name));
  return { request, query, own, lease, workspace };
}

/** Serves one route: checks the caller, finds the workspace, turns whatever is thrown into a problem document. */
export function control(
  options: ControlOptions,
  { handler, isInput = false, isOpen = false, isServerWide = false, makesRoom = false }: Omit<Route, 'method' | 'path'>,
) {
  return async (c: Context<{ Bindings: Bindings }>): Promise<Response> => {
    let reply: Answer;
    let world: World | undefined;
    let keeper: Keeper | undefined;
    try {
      const { request, query, own, lease, workspace } = await enter(c, options, { isOpen, isServerWide });
      workspace.world.clock.activity.lateness.driven(connectionOf(c));
      const call: ControlCall = {
        workspace,
        own,
        lease,
        query,
        headers: request.headers,
        origin: request.origin,
        reader: connectionNameOf(c),
        param: (name) => c.req.param(name) ?? '',
        ...bodyOf(request.body),
      };
      const { method, path, body } = request;
      keeper = workspace.keeper;
      if (!makesRoom) assertKept(workspace, method);
      if (isInput) assertRoom(workspace.world, method);
      const take = () => (isInput ? takeInput({ kind: 'control', method, path, body }, call, handler) : handler(call));
      reply = await (lease ? lease.during(take) : take());
      world = workspace.world;
      const { openAnswers } = workspace;
      if ('pieces' in reply) return sendPieces(c, reply, httpDate(world.now()), () => openAnswers.long());
      if ('open' in reply) reply = openAnswers.stream(lease?.stream(reply) ?? reply);
    } catch (error) {
      if (error instanceof ClientGone) throw error;
      tellUnexpected(error, options.warn);
      reply = problem(error);
    }
    const date = httpDate((world ?? options.workspaces.default.world).now());
    if ('open' in reply) return sendStream(c, reply, date);
    const sent = { ...reply, refusal: makesRoom ? unlessDone(reply, keeper) : problem };
    if (world === undefined || READS.includes(c.req.method)) return send(c, sent, date, () => undefined);
    // Whatever a route made due runs after its answer, as for a vendor's call.
    return world.clock.activity.request({ inProcess: connectionOf(c) === undefined }, (handOver) =>
      send(c, sent, date, handOver()),
    );
  };
}

/** Throws STORE_FAILED for a change while nothing can be written. */
function assertKept({ keeper, id }: Workspace, method: string): void {
  const failure = READS.includes(method) ? undefined : keeper?.unwritable(id);
  if (failure) throw failure;
}

/** Where something else cannot be kept, what was removed is removed all the same. */
const unlessDone =
  (reply: Reply, keeper: Keeper | undefined) =>
  (failure: Error): Reply =>
    keeper?.hasToRemove === false ? reply : problem(failure);

const serverWide = (method: string, path: string): GreenroomError =>
  new GreenroomError(
    'FORBIDDEN',
    `Failed to call ${method} ${path}: it takes the token of the server, and this is the token of one workspace. Ask whoever runs the service.`,
  );

/** Has the handler of an input's route take it again. */
export function takeControl(routes: readonly Route[], workspace: Workspace, input: ControlInput): unknown {
  for (const { method, path, handler } of routes) {
    const found = method === input.method ? routePattern(path).exec(input.path) : null;
    if (!found) continue;
    const { groups = {} } = found;
    const call: ControlCall = {
      workspace,
      query: new URLSearchParams(),
      headers: {},
      origin: '',
      param: (name) => decodeURIComponent(groups[name] ?? ''),
      ...bodyOf(input.body),
    };
    return takeInput(input, call, handler);
  }
  return undefined;
}

function takeInput(input: ControlInput, call: ControlCall, handler: ControlHandler): Answer | Promise<Answer> {
  const { world } = call.workspace;
  return world.take(input, () =>
    andThen(handler(call), (answer) => {
      countBulk(world, input);
      return answer;
    }),
  );
}

const routePattern = (path: string): RegExp => new RegExp(`^/_greenroom${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);

const bodyOf = (text: string): Pick<ControlCall, 'body' | 'json' | 'text'> => ({
  body: (schema) => readBody(text, schema),
  json: () => parseBody(text),
  text,
});

/** Real milliseconds for which a read waits until the world is at rest. */
export const SETTLE_LIMIT_MS = 5000;
