import { andThen, type Awaitable } from '../../awaitable.js';
import { httpDate } from '../../clock/instant.js';
import { delayed } from '../../clock/real-time.js';
import type { Contract, Operation } from '../../contracts/contract.js';
import { refusalOf } from '../answers.js';
import { runInlineJobs, sendEarly } from '../engine/deliveries/early.js';
import type { CallInput } from '../engine/inputs.js';
import { loadNames } from '../engine/names.js';
import type { World } from '../engine/world.js';
import { connectionOf, readRequest, resetConnection, send, sendCut, whileComing, type AppContext } from '../http.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { Found, Workspaces } from '../workspaces/workspaces.js';
import type { Call, Vendor, VendorRequest } from '../providers/provider.js';
import { answerCall, type Place } from './answer.js';
import { applyCallFaults } from './faults.js';
import { noteLate } from './late.js';
import { countBulk, withinLimit, withoutBody } from './limits.js';
import { paceReader } from './polling.js';
import { recordCall, type Ending, type Outcome } from './record.js';
import { contractIn } from '../engine/vendor.js';

export interface VendorCallOptions {
  readonly workspaces: Workspaces;
  /** The start of links in answers, if it is not the origin that was called. */
  readonly publicOrigin: string | undefined;
  /** Larger bodies are answered 413. */
  readonly maxBody: number;
  readonly vendors: readonly Vendor[];
  /** Tells a person who waits for time that nobody moves. */
  readonly warn: (text: string) => void;
}

/** Where a path leads, and what stands in it for its parameters. */
export interface Way {
  readonly place: Place;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * One call of a vendor's client, from the socket to the answer. The order of the steps is the order of the file: read the
 * request, identify the workspace, pace a polling reader, record the call, let fault rules disturb it, answer, check the
 * answer against the contract, close the entry, deliver early, send. Only then may jobs run.
 */
export function handleVendorCall(c: AppContext, way: Way, options: VendorCallOptions): Awaitable<Response> {
  const reading = readRequest(c, options.publicOrigin, options.maxBody);
  const ready = andThen(reading, (read) => {
    const loading = loadNames();
    return loading instanceof Promise ? whileComing(connectionOf(c), loading).then(() => read) : read;
  });
  return andThen(ready, ({ request, tooLarge }) => {
    const { vendor } = way.place;
    const credential = vendor.credentialOf(request);
    const found = find(vendor, request, credential, options);
    const { world } = found?.workspace ?? options.workspaces.default;
    const isStranger = options.workspaces.isShared && (!found || found.isOpen === true);
    const told = isStranger ? withoutBody(request) : request;
    const taken = withinLimit(told, tooLarge, world.limits?.body);
    const pacing = found && paceReader(world, request, options.warn);
    return andThen(pacing, (hint) =>
      serve({ c, way, request: taken.request, tooLarge: taken.tooLarge, credential, found, hint }, options),
    );
  });
}

function find(
  vendor: Vendor,
  { path }: VendorRequest,
  credential: string | undefined,
  { workspaces }: VendorCallOptions,
): Found | undefined {
  const found = credential === undefined ? undefined : workspaces.find(vendor, credential);
  const open = { workspace: workspaces.default, issued: true, isOpen: true };
  return found ?? (vendor.isOpen?.(path) ? open : undefined);
}

/** A call of a client whose workspace is known, or known to be none. */
interface Identified {
  readonly c: AppContext;
  readonly way: Way;
  readonly request: VendorRequest;
  readonly tooLarge: boolean;
  readonly credential: string | undefined;
  readonly found: Found | undefined;
  readonly hint: string | undefined;
}

function serve(identified: Identified, options: VendorCallOptions): Awaitable<Response> {
  const { c, request, tooLarge, credential, found, hint } = identified;
  const { place, params } = identified.way;
  const workspace = found?.workspace ?? options.workspaces.default;
  if (workspace.pause.over)
    return workspace.pause.over.then(() =>
      serve({ ...identified, found: find(place.vendor, request, credential, options) }, options),
    );
  const { world } = workspace;
  const failure = workspace.keeper?.unwritable(workspace.id);
  if (failure) return send(c, refusalOf(failure), httpDate(world.now()), () => undefined);

  noteLate(world, connectionOf(c));
  return world.clock.activity.request({ inProcess: connectionOf(c) === undefined }, (handOver) => {
    world.clock.noteCall();
    const input: CallInput = {
      kind: 'call',
      route: place.route,
      request,
      params,
      credential: { value: credential ?? '', issued: found?.issued ?? false },
      attributed: found !== undefined,
      tooLarge,
      hint,
    };
    return andThen(takeCall(workspace, place, input, options), (outcome) => {
      const written = afterAnswer(world, handOver());
      const sendNow = (): Response => sendOutcome(c, outcome, httpDate(world.now()), written);
      if (outcome.delay === 0) return sendNow();
      // The time that a client waits for an answer is not work in hand: what the call caused goes on.
      written();
      return delayed(outcome.delay).then(sendNow);
    });
  });
}

/** Does the work of a call, and what it causes that nobody outside this process has a part in. */
export function takeCall(
  workspace: Workspace,
  place: Place,
  input: CallInput,
  { maxBody, vendors }: Pick<VendorCallOptions, 'maxBody' | 'vendors'>,
): Awaitable<Outcome> {
  const { world } = workspace;
  const { vendor } = place;
  const operations = operationsAt(place, contractIn(world, vendor.name));
  const { request, params, credential, attributed, tooLarge = false, hint } = input;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const operation = operations.find((candidate) => candidate.method === method);
  const incoming = { world, vendor, operation, request, params, credential, attributed };
  const work = (call: Call): Awaitable<Ending> => {
    // A call that no workspace is known to have made is not disturbed.
    const effect = attributed ? applyCallFaults(call, vendor, operation) : undefined;
    const circumstances = {
      place,
      operations,
      operation,
      tooLarge,
      known: attributed,
      refusesAliases: vendor.refusesAliases?.(workspace.settings(vendor.name)) ?? false,
      maxBody: Math.min(maxBody, world.limits?.body ?? maxBody),
      vendors,
    };
    const answer = effect?.handled === false ? undefined : answerCall(call, circumstances);
    return andThen(answer, (reply) => ({ vendor, operation, effect, reply, hint }));
  };

  const madeBefore = world.outbox.count;
  return world.take(input, () =>
    andThen(recordCall(incoming, work), (outcome) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') world.changes++;
      if (!isRefusal(outcome)) countBulk(world, request);
      return andThen(sendEarly(world, madeBefore), () => {
        runInlineJobs(world);
        return outcome;
      });
    }),
  );
}

const isRefusal = ({ reply }: Outcome): boolean => reply !== 'reset' && reply.status >= 400;

/** The operations of a path, by the place and the contract: a version may lack some. */
const operationsOf = new WeakMap<Place, WeakMap<Contract, readonly Operation[]>>();

/** What a path leads to in the version of the workspace. */
function operationsAt(place: Place, contract: Contract): readonly Operation[] {
  if (!place.vendor.profile.versions) return place.operations;
  let known = operationsOf.get(place);
  if (!known) operationsOf.set(place, (known = new WeakMap()));
  let found = known.get(contract);
  if (!found) {
    const ids = place.operations.map(({ id }) => id);
    known.set(contract, (found = contract.operations.filter(({ id }) => ids.includes(id))));
  }
  return found;
}

/** Once the answer is out, the request is no longer in hand, and jobs may run. */
const afterAnswer =
  ({ clock }: World, answered: () => void) =>
  (): void => {
    answered();
    clock.noteCall();
    clock.kick();
  };

function sendOutcome(c: AppContext, { reply, truncatedAt }: Outcome, date: string, written: () => void): Response {
  if (reply === 'reset') return resetConnection(c, written);
  if (truncatedAt !== undefined) return sendCut(c, { reply, bytes: truncatedAt }, date, written);
  return send(c, reply, date, written);
}
