import type { World } from '../../../engine/world.js';
import type { Call, Handler, Reply } from '../../provider.js';
import { empty, unauthorized } from '../errors.js';
import { countCall } from '../limits.js';
import { includesOneOf, EVERYTHING, type Scope } from './scopes.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';

/** Who calls: with which kind of credential, for whom, and what they may do. */
export interface Caller {
  /** `unknown` for a credential of the user's own that was let in: it may be either. */
  readonly kind: 'api_key' | 'access_token' | 'unknown';
  /** The account that a token stands for; `null` for the workspace's own. */
  readonly account: string | null;
  readonly scope: string;
  /** The client secret of the user's own that is behind the call. */
  readonly foreignSecret: string | null;
}

/** What an operation wants of its caller. */
export interface Requirements {
  readonly wants: 'api_key' | 'access_token';
  /** One of these. */
  readonly scopes?: readonly Scope[];
  /** The call is about agents, which the plan and the application's features must have. */
  readonly agents?: boolean;
}

/** Serves a call if its caller may make it: 401, 429, 403 and 402, in this order (assumed). */
export function admitted(
  { wants, scopes, agents = false }: Requirements,
  handler: (call: Call, caller: Caller) => Reply | Promise<Reply>,
): Handler {
  return (call) => {
    const { world } = call;
    const caller = callerOf(call);
    if (!caller || !isRightKind(world, caller, wants)) return unauthorized();
    const full = countCall(world);
    if (full) return full;
    if (scopes && !includesOneOf(caller.scope, scopes)) return refuseScope(world, scopes);
    if (agents && !hasAgents(world)) return empty(402);
    return handler(call, caller);
  };
}

/** Serves a call that needs no bearer token, within the rate limits. */
export const limited =
  (handler: Handler): Handler =>
  (call) =>
    countCall(call.world) ?? handler(call);

export function hasAgents(world: World): boolean {
  const { plan_includes_agents, agent_features_enabled } = settingsOf(world);
  return plan_includes_agents && agent_features_enabled;
}

function refuseScope(world: World, scopes: readonly Scope[]): Reply {
  world.note('scope', null, `403: the access token has none of the scopes ${scopes.join(', ')}`);
  return empty(403);
}

function isRightKind(world: World, { kind }: Caller, wanted: Requirements['wants']): boolean {
  return settingsOf(world).token_kinds === 'either' || kind === 'unknown' || kind === wanted;
}

function callerOf({ world, credential: { value, issued } }: Call): Caller | undefined {
  const settings = settingsOf(world);
  const { accessTokens, grants, facts } = sliceOf(world);
  const ours = { account: null, foreignSecret: null };
  if (value === settings.access_token) {
    return facts.accessTokenRevoked
      ? undefined
      : { kind: 'access_token', scope: settings.access_token_scope, ...ours, foreignSecret: facts.foreignSecret };
  }
  if (isClientSecret(world, value)) return { kind: 'api_key', scope: EVERYTHING, ...ours };
  const token = accessTokens.get(value);
  if (token) {
    const grant = grants.get(token.refresh_token);
    if (!grant || grant.revoked || token.expires <= world.now()) return undefined;
    const { account, scope, foreignSecret } = grant;
    return { kind: 'access_token', account, scope, foreignSecret };
  }
  return issued ? undefined : { kind: 'unknown', scope: EVERYTHING, ...ours, foreignSecret: facts.foreignSecret };
}

/** True for the client secret of the workspace, and for those that are still active while it is rotated. */
export function isClientSecret(world: World, value: string): boolean {
  const { client_secret, previous_client_secrets } = settingsOf(world);
  return value === client_secret || previous_client_secrets.includes(value);
}
