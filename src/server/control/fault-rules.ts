import { EFFECTS, type Fault } from '../../contracts/control/faults.js';
import { misfit, type GreenroomError } from '../../errors.js';
import { placeAt } from '../../told.js';
import { faultDuration } from '../engine/deliveries/enqueue.js';
import { effectOf } from '../engine/faults.js';
import { host } from '../host/node.js';
import { METHODS } from './call-words.js';
import { assertCallable } from './fault-paths.js';
import { assertFaultWords, type VersionedVendor } from './words.js';

const LONGEST_DELAY_MS = 60_000;

/** Judges what the schemas of a rule cannot say; `at` is where it stands. Throws INVALID_BODY. */
export function assertFault(vendors: readonly VersionedVendor[], fault: Fault, at = ''): void {
  assertOneEffect(fault, at);
  assertMethod(fault, at);
  assertReadable(fault, at);
  assertFaultWords(vendors, fault, at);
  if (fault.on === 'request') assertCallable(vendors, fault.match ?? {}, at);
  assertPossible(fault, at);
}

function assertOneEffect(fault: Fault, at: string): void {
  const companions: Readonly<Record<string, readonly string[]>> = EFFECTS[fault.on];
  const given = Object.keys(fault.do).filter((name) => name in companions);
  const expected = `exactly one of ${Object.keys(companions).join(', ')}`;
  if (given.length !== 1) throw invalid(`${at}/do`, expected, given.length === 0 ? 'none' : given.join(' and '));
  const effect = effectOf(fault);
  const stray = Object.keys(fault.do).find((name) => name !== effect && !companions[effect]!.includes(name));
  if (stray !== undefined) throw invalid(`${at}/do/${stray}`, `nothing of the kind beside ${effect}`, 'there');
}

/** Not every host lets go of a connection. */
function assertPossible(fault: Fault, at: string): void {
  const effect = effectOf(fault);
  if (host.cutsConnections || (effect !== 'reset' && effect !== 'truncate')) return;
  const expected = 'an effect that cuts no connection, for where this greenroom runs it cannot (one of your own can)';
  throw invalid(`${at}/do/${effect}`, expected, 'there');
}

/** Any other would never strike. */
function assertMethod({ match }: Fault, at: string): void {
  if (match && 'method' in match && !METHODS.includes(match.method.toUpperCase()))
    throw invalid(`${at}/match/method`, `one of ${METHODS.join(', ')}`, JSON.stringify(match.method));
}

/** Durations, and headers that would break the answer. */
function assertReadable({ on, do: effect }: Fault, at: string): void {
  const { delay } = effect;
  if (delay !== undefined && faultDuration(delay, `${at}/do/delay`) > LONGEST_DELAY_MS * 1000 && on === 'request')
    throw invalid(`${at}/do/delay`, 'at most 60 s, for it is real time', JSON.stringify(delay));
  if ('rate_limit' in effect && typeof effect.rate_limit?.retry_after === 'string')
    faultDuration(effect.rate_limit.retry_after, `${at}/do/rate_limit/retry_after`);
  for (const [name, value] of Object.entries(('headers' in effect && effect.headers) || {})) {
    const fits = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    const isFraming = /^(content-length|transfer-encoding|connection|date)$/i.test(name);
    if (!fits || isFraming) throw invalid(`${at}/do/headers/${name}`, 'a header that may be set', `${name}: ${value}`);
  }
}

const invalid = (pointer: string, expected: string, was: string): GreenroomError =>
  misfit(placeAt('read the fault', pointer), { expected, was, shown: was });
