import { EFFECTS, FaultKindBody, type Fault } from '../../contracts/control/faults.js';
import { GreenroomError } from '../../errors.js';
import { faultDuration, releaseAllOf } from '../engine/enqueue.js';
import { effectOf, usesLeft, type FaultRule } from '../engine/faults.js';
import { json, noContent, type ControlCall, type ControlHandler, type RouteOptions } from './call.js';
import { assertFaultWords } from './words.js';

const LONGEST_DELAY_MS = 60_000;

/** Everything that is to go wrong, by rule. */
export function faultRoutes({ vendors, schemas }: RouteOptions) {
  const contracts = vendors.map(({ profile }) => profile.contract);
  const read = (body: ControlCall['body']): Fault =>
    body(FaultKindBody).on === 'request' ? body(schemas.RequestFaultBody) : body(schemas.DeliveryFaultBody);

  return {
    list: ({ workspace: { world } }) => json({ faults: world.faults.list().map(renderFault) }),
    add: ({ workspace: { world }, body }) => {
      const fault = read(body);
      assertOneEffect(fault);
      assertReadable(fault);
      assertFaultWords(contracts, fault);
      return json(renderFault(world.faults.add(fault)), 201);
    },
    remove: ({ workspace: { world }, param }) => {
      const id = param('id');
      if (!world.faults.remove(id))
        throw new GreenroomError(
          'NOT_FOUND',
          `Failed to remove the fault "${id}": there is none. GET /_greenroom/faults lists them.`,
        );
      releaseAllOf(world, id);
      return noContent;
    },
    clear: ({ workspace: { world } }) => {
      const ids = world.faults.list().map(({ id }) => id);
      world.faults.clear();
      for (const id of ids) releaseAllOf(world, id);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

/** A rule as the control plane shows it; `left` is null where nothing limits it. */
function renderFault(rule: FaultRule): FaultRule & { readonly left: number | null } {
  const left = usesLeft(rule);
  return { ...rule, left: Number.isFinite(left) ? left : null };
}

function assertOneEffect(fault: Fault): void {
  const companions: Readonly<Record<string, readonly string[]>> = EFFECTS[fault.on];
  const given = Object.keys(fault.do).filter((name) => name in companions);
  const expected = `exactly one of ${Object.keys(companions).join(', ')}`;
  if (given.length !== 1) throw invalid('/do', expected, given.length === 0 ? 'none' : given.join(' and '));
  const effect = effectOf(fault);
  const stray = Object.keys(fault.do).find((name) => name !== effect && !companions[effect]!.includes(name));
  if (stray !== undefined) throw invalid(`/do/${stray}`, `nothing of the kind beside ${effect}`, 'there');
}

/** Judges what the schemas cannot say: durations, and headers that would break the answer. */
function assertReadable({ on, do: effect }: Fault): void {
  const { delay } = effect;
  if (delay !== undefined && faultDuration(delay, '/do/delay') > LONGEST_DELAY_MS * 1000 && on === 'request')
    throw invalid('/do/delay', 'at most 60 s, for it is real time', JSON.stringify(delay));
  if ('rate_limit' in effect && typeof effect.rate_limit?.retry_after === 'string')
    faultDuration(effect.rate_limit.retry_after, '/do/rate_limit/retry_after');
  for (const [name, value] of Object.entries(('headers' in effect && effect.headers) || {})) {
    const fits = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    const isFraming = /^(content-length|transfer-encoding|connection|date)$/i.test(name);
    if (!fits || isFraming) throw invalid(`/do/headers/${name}`, 'a header that may be set', `${name}: ${value}`);
  }
}

const invalid = (pointer: string, expected: string, was: string): GreenroomError =>
  new GreenroomError('INVALID_BODY', `Failed to read the fault: at ${pointer}, expected ${expected}, was ${was}.`, {
    pointer,
    expected,
    was,
  });
