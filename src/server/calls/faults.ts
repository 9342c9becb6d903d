import { MICROS_PER_SECOND } from '../../clock/instant.js';
import type { Operation } from '../../contracts/contract.js';
import type { RequestFault } from '../../contracts/control/faults.js';
import { joinFaults } from '../engine/deliveries/delivery-faults.js';
import { faultDuration } from '../engine/deliveries/enqueue.js';
import type { FaultRule } from '../engine/faults.js';
import type { FaultEntry } from '../engine/past/journal.js';
import type { Call, Vendor, Reply } from '../providers/provider.js';

/** What the fault rules do to a call. */
export interface FaultEffect {
  /** What the client gets instead of the vendor's answer; `reset` for a connection that ends without one. */
  readonly instead?: Reply | 'reset' | undefined;
  /** The vendor does the work all the same. */
  readonly handled: boolean;
  /** Real milliseconds before the answer goes out. */
  readonly delay: number;
  readonly lines: readonly FaultEntry[];
}

type Rule = FaultRule<RequestFault>;

/** Asks the fault rules about a call, and says in the timeline which of them strike. */
export function applyCallFaults(call: Call, vendor: Vendor, operation: Operation | undefined): FaultEffect | undefined {
  const { faults } = call.world;
  if (faults.size === 0) return undefined;
  const matches = matcherOf(call, vendor, operation);
  call.pageSize = () => {
    const size = faults.applyToRequest(['page_size'], matches);
    if (size) noteFault(call, size, `the list has pages of ${size.do.page_size}`);
    return size?.do.page_size;
  };
  const late = faults.applyToRequest(['delay'], matches);
  const rule = faults.applyToRequest(['status', 'reset', 'rate_limit'], matches);
  const handled = rule === undefined || (rule.do.handled ?? rule.do.reset === true);
  const delay = late ? faultDuration(late.do.delay!, '/do/delay') / 1000 : 0;
  return {
    instead: rule && insteadOf(rule, vendor),
    handled,
    delay,
    lines: [
      ...(late ? [noteFault(call, late, `the answer is ${String(late.do.delay)} of real time late`)] : []),
      ...(rule ? [noteFault(call, rule, `${tell(rule)}, and the work is ${handled ? 'done' : 'not done'}`)] : []),
    ],
  };
}

/** How many bytes of this body are sent, if a rule cuts it short. An answer that is no longer than that is left alone. */
export function truncationOf(
  call: Call,
  { vendor, operation }: { readonly vendor: Vendor; readonly operation: Operation | undefined },
  { body = '' }: Reply,
): number | undefined {
  const { faults } = call.world;
  if (faults.size === 0) return undefined;
  const matches = matcherOf(call, vendor, operation);
  const length = Buffer.byteLength(body);
  const rule = faults.applyToRequest(['truncate'], (rule) => matches(rule) && rule.do.truncate! < length);
  if (!rule) return undefined;
  const bytes = rule.do.truncate!;
  const line = noteFault(call, rule, `the answer ends after ${bytes} of ${length} bytes`);
  line.subject = call.entry.subject;
  return bytes;
}

function matcherOf(
  { request, entry }: Call,
  { aliasOf }: Vendor,
  operation: Operation | undefined,
): (rule: Rule) => boolean {
  // A call without the prefix is one of the operation, and so is a rule that leaves it out.
  const isOf = (own: string, path: string): boolean => path === own || path === aliasOf?.(own);
  return ({ match: { provider, operation: id, method, path } = {} }) =>
    (provider === undefined || provider === entry.provider) &&
    (id === undefined || id === operation?.id) &&
    (method === undefined || method.toUpperCase() === request.method) &&
    (path === undefined || path === request.path || (operation !== undefined && isOf(operation.path, path)));
}

function noteFault({ world, entry, log }: Call, { id }: Rule, effect: string): FaultEntry {
  entry.fault = log.fault = joinFaults(entry.fault, id);
  return world.log({ kind: 'fault', subject: null, fault: id, target: entry.id, effect });
}

function tell({ do: effect }: Rule): string {
  if (effect.reset) return 'the connection is reset';
  return effect.status === undefined ? 'the answer is 429' : `the answer is ${effect.status}`;
}

function insteadOf({ do: effect }: Rule, { refusals }: Vendor): Reply | 'reset' {
  if (effect.reset) return 'reset';
  if (effect.rate_limit) return refusals.rateLimited(secondsOf(effect.rate_limit.retry_after));
  const { status = 500, body, headers } = effect;
  if (body === undefined) return { status, ...(headers ? { headers } : {}) };
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  return {
    status,
    headers: hasType(headers) ? headers! : { 'Content-Type': type, ...headers },
    body: isText ? body : JSON.stringify(body),
  };
}

const hasType = (headers: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');

/** A number is of seconds, as in the header; a text is a duration, rounded up. */
const secondsOf = (wait: number | string): number =>
  typeof wait === 'number' ? wait : Math.ceil(faultDuration(wait, '/do/rate_limit/retry_after') / MICROS_PER_SECOND);
