import { andThen, orElse, type Awaitable } from '../../awaitable.js';
import type { Operation, Violation } from '../../contracts/contract.js';
import { askedOnce, ofEach } from '../../contracts/known-texts.js';
import { redactorOf, type Redactor } from '../../contracts/redact.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { noteFailure } from '../engine/failures.js';
import { kept } from '../engine/past/memory.js';
import type { LoggedRequest } from '../engine/past/requests.js';
import type { World } from '../engine/world.js';
import type { Call, Reply, Vendor, VendorRequest } from '../providers/provider.js';
import { noteAskedTimes } from './asked-times.js';
import { truncationOf, type FaultEffect } from './faults.js';
import { noteShown } from './polling.js';

/** A call before it has an entry. */
export interface IncomingCall {
  readonly world: World;
  readonly vendor: Vendor;
  readonly operation: Operation | undefined;
  readonly request: VendorRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly credential: Call['credential'];
  /** False if no workspace is known to have made the call. */
  readonly attributed: boolean;
}

/** Does the work of a call and closes its entry with what the client gets, also if greenroom itself fails at it. */
export function recordCall(incoming: IncomingCall, work: (call: Call) => Awaitable<Ending>): Awaitable<Outcome> {
  const call = openCall(incoming);
  const closed = (): Awaitable<Outcome> =>
    andThen(work(call), (ending) => {
      const outcome = closeCall(call, ending);
      noteAskedTimes(call);
      noteShown(call, outcome.reply);
      return outcome;
    });
  return orElse(closed, (error) => {
    call.entry.status = 500;
    call.world.requests.answer(call.log, { response: logged(call, { status: 500 }) });
    noteFailure(call.world, call.entry.subject, error);
    throw error;
  });
}

/** Opens the entry of a call, in the timeline and in the log of requests. */
function openCall({ world, vendor, operation, request, params, credential, attributed }: IncomingCall): Call {
  const id = `req_${world.requests.nextNumber()}`;
  const redact = redactorOf(vendor.profile);
  const { name: provider } = vendor;
  const { method, path } = request;
  const operationId = operation?.id ?? null;
  // Field by field, and with more of them only for strangers: to put objects together takes longer than all else here.
  const line = {
    kind: 'request',
    id,
    provider,
    operation: operationId,
    subject: null,
    method,
    path,
    status: null,
  } as const;
  const entry = world.log(attributed ? line : { ...line, unattributed: true });
  const known: LoggedRequest = {
    id,
    seq: entry.seq,
    at: entry.at,
    provider,
    operation: operationId,
    subject: null,
    method,
    path,
    query: redact.query(request.query),
    request: messageOf(redact.headers(request.headers), redact.body(request.body), request.body),
    response: null,
    violations: [],
  };
  const log = attributed ? known : { ...known, unattributed: true as const };
  world.requests.add(log, entry);
  if (attributed && !credential.issued) world.noteOnce('credential', letIn(vendor.profile));
  return { world, vendor, request, params, credential, entry, log };
}

const letIn = ofEach(
  ({ title }: VendorProfile) =>
    'A credential that no workspace has is let in and stands for this one, as the setting "auth" says: in production ' +
    `${title} answers 401.`,
);

/** Writes down what a client or the vendor said against the contract, without secrets. */
export function recordViolation({ world, entry, log }: Call, where: string, violation: Violation): void {
  log.violations.push(violation);
  world.violation(entry.provider, where, entry.subject, violation);
}

/** What a client may have put into a path, and no header can hold. */
const NOT_IN_A_HEADER = /[^\x20-\x7e]/g;

/** The answer as it leaves: `reset` for a connection that ends without one, or the bytes after which the body ends. */
export interface Outcome {
  readonly reply: Reply | 'reset';
  readonly truncatedAt?: number | undefined;
  /** Real milliseconds that it is kept back. */
  readonly delay: number;
}

/** Everything that decides what a client gets. */
export interface Ending {
  readonly vendor: Vendor;
  readonly operation: Operation | undefined;
  readonly effect: FaultEffect | undefined;
  /** The vendor's answer, if it did the work. */
  readonly reply: Reply | undefined;
  /** For a client that waits for time that nobody moves. */
  readonly hint: string | undefined;
}

const UNDISTURBED: FaultEffect = { handled: true, delay: 0, lines: [] };

/** Closes the entry of a call with what the client gets. */
function closeCall(call: Call, { vendor, operation, effect, reply, hint }: Ending): Outcome {
  const { lines, instead, delay } = effect ?? UNDISTURBED;
  for (const line of lines) line.subject = call.entry.subject;
  const given = withHint(instead ?? reply!, hint);
  const { requests } = call.world;
  const undone = instead && reply ? logged(call, reply) : undefined;
  if (given === 'reset') {
    call.entry.lost = 'reset';
    requests.answer(call.log, { response: null, lost_answer: undone });
    return { reply: given, delay };
  }
  const truncatedAt = truncationOf(call, { vendor, operation }, given);
  const { provider, operation: id } = call.entry;
  if (id !== null) call.world.coverage.request(provider, id, given.status);
  call.entry.status = given.status;
  const whole = logged(call, given);
  const reason = reasonOf(call, given, whole.body);
  if (reason !== undefined) call.entry.reason = reason;
  if (truncatedAt === undefined) requests.answer(call.log, { response: whole, lost_answer: undone });
  else {
    call.entry.lost = 'truncated';
    const part = Buffer.from(given.body ?? '').subarray(0, truncatedAt);
    requests.answer(call.log, { response: logged(call, { ...given, body: part.toString() }), lost_answer: whole });
  }
  return { reply: given, truncatedAt, delay };
}

/** Why a call is refused: the handler's own words, else those in the body, without the secrets of either. */
function reasonOf({ vendor }: Call, { status, reason }: Reply, shown: string): string | undefined {
  if (status < 400) return undefined;
  return reason ?? vendor.profile.reasonIn(shown);
}

/** Beside the answer, in a header that no vendor has: what would move time, or why the call is refused. */
function withHint(reply: Reply | 'reset', given: string | undefined): Reply | 'reset' {
  if (reply === 'reset') return reply;
  const hint = given ?? reply.reason;
  if (hint === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, 'Greenroom-Hint': inHeader(hint) } };
}

/** As far as bytes of a header can say it. */
const inHeader = (text: string): string =>
  text.replaceAll('…', '...').replaceAll('’', "'").replaceAll('→', '->').replace(NOT_IN_A_HEADER, '?');

/** What is read is often the same. */
const redactRead = ofEach((redact: Redactor) => askedOnce(redact.body));

function logged(
  { world, entry, log }: Call,
  { status, headers = {}, body }: Reply,
): NonNullable<Call['log']['response']> {
  const redact = redactorOf(world.vendor(entry.provider).profile);
  const text = textOf(body);
  const shownOf = log.method === 'GET' ? redactRead(redact) : redact.body;
  const { body: shown, cut } = kept(shownOf(text), text);
  const all = redact.headers(headers);
  return cut ? { status, headers: all, body: shown, cut } : { status, headers: all, body: shown };
}

function messageOf(headers: VendorRequest['headers'], shown: string, was: string): LoggedRequest['request'] {
  const { body, cut } = kept(shown, was);
  return cut ? { headers, body, cut } : { headers, body };
}

/** A body as the log keeps it: of bytes, only their number. */
export function textOf(body: Reply['body'] = ''): string {
  return typeof body === 'string' ? body : `[${body.byteLength} bytes]`;
}
