import { httpDate } from '../../clock/instant.js';
import { delayed } from '../../clock/real-time.js';
import { checkRequest, checkResponse } from '../../contracts/check.js';
import type { Contract, Operation, Violation } from '../../contracts/contract.js';
import { cutOf, applyCallFaults, type FaultEffect } from './faults.js';
import { sendEarly } from '../engine/early.js';
import { redactBody, redactHeaders } from '../engine/requests.js';
import type { World } from '../engine/world.js';
import { readRequest, resetConnection, send, sendCut, type AppContext } from '../http.js';
import { nearestOperation } from '../../contracts/nearest-operation.js';
import type { Call, Provider, Reply, VendorRequest } from '../providers/provider.js';
import type { Workspace } from '../workspace.js';
import type { Workspaces } from '../workspaces.js';

export interface VendorCallOptions {
  readonly workspaces: Workspaces;
  /** What links in answers start with, if it is not the origin that was called. */
  readonly publicOrigin: string | undefined;
  /** Larger bodies are answered 413. */
  readonly maxBody: number;
  readonly contracts: readonly Contract[];
  /** Tells a person who waits for time that nobody moves. */
  readonly warn: (text: string) => void;
}

/** Where a path leads: the vendor's operations on it, none for one that only looks like the vendor's. */
export interface Place {
  readonly provider: Provider;
  readonly operations: readonly Operation[];
  /** Why the path is not quite right, if it is one that clients use and production does not know. */
  readonly aliasWarning?: string;
}

/**
 * One call of a vendor's client, from the socket to the answer: find the workspace, open the journal, ask the handler,
 * check what it says against the contract, answer, and only then let what is due run.
 */
export async function handleVendorCall(c: AppContext, place: Place, options: VendorCallOptions): Promise<Response> {
  const { provider, operations } = place;
  const { request, tooLarge } = await readRequest(c, options.publicOrigin, options.maxBody);
  const credential = provider.credentialOf(request);
  const found = credential === undefined ? undefined : options.workspaces.find(provider, credential);
  const workspace = found?.workspace ?? options.workspaces.default;
  const { world } = workspace;
  const hint = request.method === 'GET' ? await paceReader(world, request, options) : undefined;

  const answered = world.clock.activity.request({ inProcess: c.env?.incoming === undefined });
  try {
    world.clock.noteCall();
    const operation = operations.find(({ method }) => method === (request.method === 'HEAD' ? 'GET' : request.method));
    const call = openCall(world, provider, operation, request, c.req.param(), {
      value: credential ?? '',
      issued: found?.issued ?? false,
      attributed: found !== undefined,
    });
    // A call that nobody is known to have made is nobody's to spoil.
    const fate = found && applyCallFaults(call, provider, operation);
    const madeBefore = world.outbox.count;
    const { maxBody, contracts } = options;
    const circumstances = { tooLarge, known: found !== undefined, maxBody, contracts };
    const reply = fate?.handled === false ? undefined : await answer(call, place, operation, workspace, circumstances);
    const outcome = outcomeOf(call, operation, fate, reply, hint);
    if (request.method !== 'GET') world.changes++;
    await sendEarly(world, madeBefore);
    world.runInlineJobs();
    const date = httpDate(world.now());
    const written = (): void => {
      answered();
      world.clock.noteCall();
      world.clock.kick();
    };
    if (fate && fate.delay > 0) {
      // Time that a client waits for an answer is not work in hand: what the call caused goes on.
      written();
      await delayed(fate.delay);
    }
    if (outcome.reply === 'reset') return resetConnection(c, written);
    if (outcome.cut !== undefined) return sendCut(c, outcome.reply, date, outcome.cut, written);
    return send(c, outcome.reply, date, written);
  } catch (error) {
    answered();
    throw error;
  }
}

interface Circumstances {
  readonly tooLarge: boolean;
  /** A workspace was found for the credential. */
  readonly known: boolean;
  readonly maxBody: number;
  readonly contracts: readonly Contract[];
}

/** The vendor's own 404; beside it, in a header that the vendor does not know, what was probably meant. */
function refuseUnknown(call: Call, { refusals }: Provider, contracts: readonly Contract[]): Reply {
  const { request } = call;
  const reply = refusals.unknownPath(request);
  const meant = nearestOperation(contracts, request.method, request.path);
  const expected = meant && `${meant.method} ${meant.path}`;
  violate(call, {
    rule: 'unknown-operation',
    severity: 'error',
    pointer: '',
    expected: expected ?? 'a path that the vendor has',
    was: `${request.method} ${request.path}`,
    ...(expected === undefined ? {} : { nearest: expected }),
  });
  if (expected === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, 'Greenroom-Hint': `Did you mean ${expected}?` } };
}

async function answer(
  call: Call,
  { provider, operations, aliasWarning }: Place,
  operation: Operation | undefined,
  workspace: Workspace,
  { tooLarge, known, maxBody, contracts }: Circumstances,
): Promise<Reply> {
  const { request, world } = call;
  const { refusals } = provider;
  const unknownPath =
    operations.length === 0 ||
    (aliasWarning !== undefined && provider.refusesAliases(workspace.settings(provider.name)));
  if (unknownPath) return refuseUnknown(call, provider, contracts);
  if (aliasWarning !== undefined) {
    const { path } = request;
    violate(call, {
      rule: 'prefix-missing',
      severity: 'warning',
      pointer: '',
      expected: `the prefix of production: ${aliasWarning}`,
      was: path,
    });
  }
  const finish = provider.finish ?? ((reply: Reply) => reply);
  if (tooLarge) return finish(refusals.tooLarge(request, maxBody), operations);
  if (call.credential.value === '') return finish(refusals.unauthenticated(request, operations), operations);
  if (!known) return finish(refusals.unknownCredential(request, operations), operations);
  if (!operation) return finish(refusals.otherMethod(call, operations), operations);
  const handler = provider.handlers[operation.id]!;
  const reply = finish(await handler(call), operations);
  // A refused body has its refusal; what remains to be told is which field was probably meant.
  for (const violation of checkRequest(operation, request.body)) {
    if (reply.status < 400 || violation.rule === 'unknown-field') violate(call, violation);
  }
  for (const violation of checkResponse(operation, reply.status, textOf(reply.body))) {
    world.violation(provider.name, `answer of ${operation.id}`, call.entry.subject, violation);
    call.log.violations.push(violation);
  }
  return reply;
}

/** The client said something that the vendor accepts or not, and that was surely not meant. */
function violate(call: Call, violation: Violation): void {
  call.log.violations.push(violation);
  const provider = call.entry.provider as Provider['name'];
  call.world.violation(provider, call.entry.operation ?? call.request.method, call.entry.subject, violation);
}

function openCall(
  world: World,
  provider: Provider,
  operation: Operation | undefined,
  request: VendorRequest,
  params: Readonly<Record<string, string>>,
  { value, issued, attributed }: { value: string; issued: boolean; attributed: boolean },
): Call {
  const id = `req_${world.requests.nextNumber()}`;
  const common = {
    provider: provider.name,
    operation: operation?.id ?? null,
    subject: null,
    method: request.method,
    path: request.path,
  };
  const entry = world.log({
    kind: 'request',
    id,
    ...common,
    status: null,
    ...(attributed ? {} : { unattributed: true as const }),
  });
  const log = world.requests.add({
    id,
    seq: entry.seq,
    at: entry.at,
    ...common,
    query: request.query,
    request: { headers: redactHeaders(request.headers), body: redactBody(request.body) },
    response: null,
    violations: [],
    ...(attributed ? {} : { unattributed: true as const }),
  });
  return { world, request, params, credential: { value, issued }, entry, log };
}

interface CallOutcome {
  readonly reply: Reply | 'reset';
  /** So many bytes of the body are sent. */
  readonly cut?: number | undefined;
}

/** What goes out to the client, with the entry closed accordingly. `reply` is the vendor's, if it did the work. */
function outcomeOf(
  call: Call,
  operation: Operation | undefined,
  fate: FaultEffect | undefined,
  reply: Reply | undefined,
  hint: string | undefined,
): CallOutcome {
  for (const line of fate?.lines ?? []) line.subject = call.entry.subject;
  const given = fate?.instead ?? reply!;
  if (fate?.instead && reply) call.log.lost_answer = logged(reply);
  if (given === 'reset') {
    call.entry.lost = 'reset';
    return { reply: given };
  }
  const finished = hint === undefined ? given : { ...given, headers: { ...given.headers, 'Greenroom-Hint': hint } };
  const cut = cutOf(call, operation, finished);
  const { provider, operation: id } = call.entry;
  if (id !== null) call.world.coverage.request(provider, id, finished.status);
  call.entry.status = finished.status;
  call.log.response = logged(finished);
  if (cut !== undefined) {
    call.entry.lost = 'truncated';
    call.log.lost_answer = call.log.response;
    call.log.response = logged({
      ...finished,
      body: Buffer.from(finished.body ?? '')
        .subarray(0, cut)
        .toString(),
    });
  }
  return { reply: finished, cut };
}

const logged = ({ status, headers = {}, body }: Reply): NonNullable<Call['log']['response']> => ({
  status,
  headers,
  body: redactBody(textOf(body)),
});

/** A body as the journal keeps it: of bytes, only how many. */
function textOf(body: Reply['body'] = ''): string {
  return typeof body === 'string' ? body : `[${body.byteLength} bytes]`;
}

/**
 * Helps a client that reads in a loop. In auto mode, a read that can only repeat the last answer moves time by one job
 * first; on a frozen clock, one that goes on for two seconds is told what would move time.
 */
async function paceReader(
  world: World,
  request: VendorRequest,
  { warn }: VendorCallOptions,
): Promise<string | undefined> {
  const { clock } = world;
  if (clock.mode === 'live') return undefined;
  const key = `${request.path}?${request.query}`;
  if (clock.mode === 'auto') {
    // While a receiver is at work, the reader may be the receiver: time would wait for the one that waits for it.
    if (world.reads.get(key) === world.state && !clock.activity.delivering) await clock.step();
    world.noteRead(key);
    return undefined;
  }
  const [next] = clock.pending(1);
  if (!next || clock.advancing || !world.stalls.stalls(key, world.state)) return undefined;
  const { label, due, subject } = world.describeJob(next);
  const hint =
    `The clock is frozen at ${httpDate(clock.now())} and nobody advances it. Next: ${label}${subject === null ? '' : ` (${subject})`} ` +
    `at ${due}. POST /_greenroom/clock/advance {"next":true} runs it.`;
  world.note('hint', subject, hint);
  warn(hint);
  return hint;
}
