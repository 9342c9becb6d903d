import { andThen, type Awaitable } from '../../awaitable.js';
import { isMeta, judgeCall, judgePrefix, judgeStray } from '../../contracts/calls/judge.js';
import type { CallVerdict, SeenCall } from '../../contracts/calls/verdict.js';
import { checkResponse, violationsOf } from '../../contracts/check.js';
import type { Operation } from '../../contracts/contract.js';
import { findKnown } from '../../contracts/find-operation.js';
import { REDACTED, redactorOf } from '../../contracts/redact.js';
import { shorten } from '../../contracts/schemas/schema.js';
import { contractIn } from '../engine/vendor.js';
import type { Call, Reply, Vendor } from '../providers/provider.js';
import { refuseFull, whoAllowsMore } from './limits.js';
import { recordViolation, textOf } from './record.js';

/** Where a path leads: the vendor's operations on it, none for one that only looks like the vendor's. */
export interface Place {
  readonly vendor: Vendor;
  readonly operations: readonly Operation[];
  /** Its name in the history of a world. */
  readonly route: string;
  /** Of a path that clients use and production does not know: what it lacks, and what is to be said of it. */
  readonly alias?: { readonly lacks: string; readonly warning: string };
}

/** What is known of a call before its handler sees it. */
export interface Circumstances {
  readonly place: Place;
  /** Those of the place that the version of the workspace has. */
  readonly operations: readonly Operation[];
  readonly operation: Operation | undefined;
  readonly tooLarge: boolean;
  /** A workspace was found for the credential. */
  readonly known: boolean;
  /** The workspace serves no aliases. */
  readonly refusesAliases: boolean;
  readonly maxBody: number;
  /** Of every vendor: a stray call may be meant for another. */
  readonly vendors: readonly Vendor[];
}

/** The vendor's answer: a refusal that needs no handler, or the handler's, checked against the contract. */
export function answerCall(call: Call, circumstances: Circumstances): Awaitable<Reply> {
  const { place, operations, operation, vendors } = circumstances;
  const { vendor, alias } = place;
  if (operations.length === 0 || (alias !== undefined && circumstances.refusesAliases))
    return refuseUnknown(call, vendor, vendors);
  if (alias !== undefined) call.world.noteOnce('prefix', alias.warning);
  const finish = vendor.finish ?? ((reply: Reply) => reply);
  const refusal = refuse(call, circumstances);
  if (refusal) {
    const reply = finish(refusal, operations);
    checkCall(call, circumstances, reply);
    return reply;
  }
  return andThen(vendor.handlers[operation!.id]!(call), (answer) => {
    const reply = finish(answer, operations);
    checkCall(call, circumstances, reply);
    checkAnswer(call, operation!, reply);
    return reply;
  });
}

/** The refusal of a call that no handler sees. */
function refuse(
  call: Call,
  { place, operations, operation, tooLarge, known, maxBody, vendors }: Circumstances,
): Reply | undefined {
  const { request, credential, world } = call;
  const { vendor } = place;
  const { limits } = world;
  const { refusals } = vendor;
  if (tooLarge)
    return because(
      refusals.tooLarge(request, maxBody),
      `the body has more than ${maxBody} bytes; ${whoAllowsMore(limits)}`,
    );
  if (credential.value === '') return refusals.unauthenticated(request, operations);
  if (!known) return refusals.unknownCredential(request, operations);
  if (operation) return refuseFull(world, vendors, { vendor, operation });
  const other = refusals.otherMethod(call, operations);
  const methods = operations.map(({ method }) => method).join(' and ');
  return refuseKnown(call, vendor, other) ?? because(other, `this path takes ${methods}`);
}

/** A call that the vendor has is no mistake of the app, though greenroom does not serve it. */
function refuseKnown({ request }: Call, vendor: Vendor, refusal: Reply) {
  const { contract, title } = vendor.profile;
  const known = findKnown(contract, request.method, request.path);
  if (!known) return undefined;
  const call = `${known.method} ${known.path}`;
  return {
    ...refusal,
    reason: `${title} has ${call}, and greenroom does not serve it; a fault rule for this path can answer instead`,
  };
}

/** A refusal with its reason, if the vendor gives none of its own. */
const because = (reply: Reply, reason: string): Reply => (reply.status < 400 ? reply : { reason, ...reply });

/** The vendor's own 404; beside it, in a header that the vendor does not know, the call that was probably meant. */
function refuseUnknown(call: Call, vendor: Vendor, vendors: readonly Vendor[]): Reply {
  const { request } = call;
  const reply = vendor.refusals.unknownPath(request);
  const known = refuseKnown(call, vendor, reply);
  if (known) return known;
  if (isMeta(request.method)) return reply;
  const contract = contractIn(call.world, vendor.name);
  const found = judgeStray(seen(call, reply), contract, [contractsNamed(call, vendors), [contract]]);
  record(call, found);
  const meant = found.find(({ rule }) => rule === 'unknown-operation')?.nearest;
  return meant === undefined ? reply : { ...reply, reason: `Did you mean ${meant}?` };
}

/** The contracts of the vendors whose credential this is: a stray call may be meant for another. */
const contractsNamed = ({ world, request }: Call, vendors: readonly Vendor[]) =>
  vendors.filter((vendor) => vendor.credentialOf(request) !== undefined).map(({ name }) => contractIn(world, name));

/** A call as a recording of it will show it, so that both are judged alike; the body as it came. */
const seen = ({ request: { method, path, body }, log }: Call, { status }: Reply): SeenCall => ({
  method,
  path,
  query: log.query,
  headers: log.request.headers,
  body,
  status,
});

/** Holds a call of a known path against the contract. */
function checkCall(call: Call, { place: { vendor, alias }, operations, operation }: Circumstances, reply: Reply): void {
  const { method, path } = call.request;
  const { contract } = vendor.profile;
  if (isMeta(method) || (!operation && findKnown(contract, method, path))) return;
  // The operation's own path, of which the one that was called may be an alias.
  const made = { ...seen(call, reply), path: operations[0]!.path };
  const found = operation
    ? judgeCall(made, operation, { refused: false, redact: redactorOf(vendor.profile), told: TOLD })
    : judgeStray(made, contractIn(call.world, vendor.name));
  const whole = `${alias?.lacks}${path}`;
  const lacking = alias ? [judgePrefix({ method, path }, { lacks: alias.lacks, whole, contract })] : [];
  record(call, [...lacking, ...found], operation);
}

/** So many places of one body have a line each. */
const TOLD = 10;

function record(call: Call, found: readonly CallVerdict[], operation?: Operation): void {
  const { method, path } = call.request;
  for (const violation of violationsOf(found))
    recordViolation(call, operation?.id ?? shorten(`${method} ${path}`), violation);
}

/** Holds an answer against the contract. */
function checkAnswer(call: Call, operation: Operation, reply: Reply): void {
  const { isSecret } = redactorOf(call.world.vendor(call.entry.provider).profile);
  for (const found of checkResponse(operation, reply.status, textOf(reply.body))) {
    const violation = isSecret(found.pointer.split('/').at(-1)!) ? { ...found, was: REDACTED } : found;
    recordViolation(call, `answer of ${operation.id}`, violation);
  }
}
