import { formatInstant } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import type { Call, Handler, Reply } from '../../provider.js';
import { refused, unauthorized } from '../errors.js';
import { beginWeek } from './busy-week.js';
import { countCall } from '../limits.js';
import { includesOneOf, EVERYTHING, type Scope } from './scopes.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';

/** Who calls: with which kind of credential, for whom, and what they may do. */
export interface Caller {
  /** `unknown` for a credential of the user's own that was let in and may be either. */
  readonly kind: 'api_key' | 'access_token' | 'unknown';
  /** The account that a token stands for; `null` for the workspace's own. */
  readonly account: string | null;
  readonly scope: string;
  /** The client secret of the user's own that is behind the call. */
  readonly foreignSecret: string | null;
}

/** What an operation wants of its caller. */
export interface Requirements {
  readonly wants: 'api_key' | 'access_token' | 'either';
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
    if (typeof caller === 'string') return unauthorized(caller);
    const stranger = refuseKind(call, caller, wants);
    if (stranger) return stranger;
    const full = countCall(world);
    if (full) return full;
    if (scopes && !includesOneOf(caller.scope, scopes))
      return refused(403, `the access token has none of the scopes ${scopes.join(', ')}, but ${caller.scope}`);
    const unplanned = agents ? refuseAgents(world) : undefined;
    if (unplanned) return unplanned;
    beginWeek(world);
    return handler(call, caller);
  };
}

/** Serves a call that needs no bearer token, within the rate limits. */
export const limited =
  (handler: Handler): Handler =>
  (call) =>
    countCall(call.world) ?? handler(call);

/** 402, if the plan or the application has no agents. */
export function refuseAgents(world: World): Reply | undefined {
  const { plan_includes_agents, agent_features_enabled } = settingsOf(world);
  if (!plan_includes_agents) return refused(402, 'the plan has no meeting agents: the setting plan_includes_agents');
  if (agent_features_enabled) return undefined;
  return refused(402, "agents are not toggled on in the application's features: the setting agent_features_enabled");
}

const KINDS = { api_key: 'the API key, which is the client secret', access_token: "a user's access token" } as const;

/** 401 for a credential of the other kind; where both are taken, production's answer is said once for each operation. */
function refuseKind({ world, entry }: Call, { kind }: Caller, wants: Requirements['wants']): Reply | undefined {
  if (wants === 'either' || kind === 'unknown' || kind === wants) return undefined;
  const mistake = `${entry.operation} wants ${KINDS[wants]}, and was called with ${KINDS[kind]}`;
  if (settingsOf(world).token_kinds === 'separate') return unauthorized(mistake);
  world.noteOnce('credential', `${mistake}: production answers 401. It is let in while token_kinds is "either".`);
  return undefined;
}

/** Who calls; or why the credential is good for nothing. */
function callerOf({ world, credential: { value, issued } }: Call): Caller | string {
  const settings = settingsOf(world);
  const { accessTokens, grants, facts } = sliceOf(world);
  const ours = { account: null, foreignSecret: null };
  if (value === settings.access_token) {
    return facts.accessTokenRevoked
      ? 'the access token was revoked'
      : { kind: 'access_token', scope: settings.access_token_scope, ...ours, foreignSecret: facts.foreignSecret };
  }
  if (isClientSecret(world, value)) return { kind: 'api_key', scope: EVERYTHING, ...ours };
  const token = accessTokens.get(value);
  if (token) {
    const grant = grants.get(token.refresh_token);
    if (!grant || grant.revoked) return 'the access token was revoked';
    if (token.expires <= world.now())
      return `the access token expired at ${formatInstant(token.expires)}; POST /oauth/token with its refresh_token gives another`;
    const { account, scope, foreignSecret } = grant;
    return { kind: 'access_token', account, scope, foreignSecret };
  }
  return issued ? 'the credential is no bearer token' : letIn(world, value);
}

/**
 * A credential of the user's own. Client secrets begin with CRN_ (documented by example); callbacks are signed with the
 * last one that was shown, here or for a token, beside the workspace's. An access token never signs.
 */
function letIn(world: World, value: string): Caller {
  const { facts } = sliceOf(world);
  const isSecret = value.startsWith('CRN_');
  if (isSecret) facts.foreignSecret = value;
  world.noteOnce(
    'signature',
    facts.foreignSecret === null
      ? "Callbacks are signed with the workspace's client secret alone: yours was not shown, since a bearer token signs " +
          'nothing unless it begins with CRN_. --client-secret, or the setting client_secret, makes yours known.'
      : "Callbacks have two signatures with a comma between, your client secret's and the workspace's, as during a " +
          'rotation. --client-secret, or the setting client_secret, makes it one.',
  );
  return {
    kind: isSecret ? 'api_key' : 'unknown',
    account: null,
    scope: EVERYTHING,
    foreignSecret: facts.foreignSecret,
  };
}

/** True for the client secret of the workspace, and for those that are still active while it is rotated. */
export function isClientSecret(world: World, value: string): boolean {
  const { client_secret, previous_client_secrets } = settingsOf(world);
  return value === client_secret || previous_client_secrets.includes(value);
}
