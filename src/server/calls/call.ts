import { httpDate } from '../../clock/instant.js';
import { delayed } from '../../clock/real-time.js';
import { sendEarly } from '../engine/early.js';
import type { World } from '../engine/world.js';
import { readRequest, resetConnection, send, sendCut, type AppContext } from '../http.js';
import type { Workspaces } from '../workspaces.js';
import type { Call, Vendor } from '../providers/provider.js';
import { answerCall, type Place } from './answer.js';
import { applyCallFaults } from './faults.js';
import { paceReader } from './polling.js';
import { recordCall, type Ending, type IncomingCall, type Outcome } from './record.js';

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

/**
 * One call of a vendor's client, from the socket to the answer. The order of the steps is the order of the file: read the
 * request, identify the workspace, pace a polling reader, record the call, let fault rules disturb it, answer, check the
 * answer against the contract, close the entry, deliver early, send. Only then may jobs run.
 */
export async function handleVendorCall(c: AppContext, place: Place, options: VendorCallOptions): Promise<Response> {
  const { vendor, operations } = place;
  const { request, tooLarge } = await readRequest(c, options.publicOrigin, options.maxBody);

  const credential = vendor.credentialOf(request);
  const found = credential === undefined ? undefined : options.workspaces.find(vendor, credential);
  const workspace = found?.workspace ?? options.workspaces.default;
  const { world } = workspace;

  const hint = found && (await paceReader(world, request, options.warn));

  return world.clock.activity.request({ inProcess: c.env?.incoming === undefined }, async (handOver) => {
    world.clock.noteCall();
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const operation = operations.find((candidate) => candidate.method === method);
    const incoming = {
      world,
      vendor,
      operation,
      request,
      params: c.req.param(),
      credential: { value: credential ?? '', issued: found?.issued ?? false },
      attributed: found !== undefined,
    };

    const work = async (call: Call): Promise<Ending> => {
      // A call that no workspace is known to have made is not disturbed.
      const effect = found && applyCallFaults(call, vendor, operation);
      const circumstances = {
        place,
        operation,
        tooLarge,
        known: found !== undefined,
        refusesAliases: vendor.refusesAliases?.(workspace.settings(vendor.name)) ?? false,
        maxBody: options.maxBody,
        vendors: options.vendors,
      };
      const reply = effect?.handled === false ? undefined : await answerCall(call, circumstances);
      return { operation, effect, reply, hint };
    };
    const outcome = await atOneInstant(world, () => serve(incoming, work));
    const written = afterAnswer(world, handOver());
    if (outcome.delay > 0) {
      // The time that a client waits for an answer is not work in hand: what the call caused goes on.
      written();
      await delayed(outcome.delay);
    }
    return sendOutcome(c, outcome, httpDate(world.now()), written);
  });
}

/** Live time stands still meanwhile. */
async function atOneInstant<T>({ clock }: World, work: () => Promise<T>): Promise<T> {
  const goOn = clock.live.still(clock.now());
  try {
    return await work();
  } finally {
    goOn();
  }
}

/** Does the work of a call, and what it causes that nobody outside this process has a part in. */
async function serve(incoming: IncomingCall, work: (call: Call) => Promise<Ending>): Promise<Outcome> {
  const { world, request } = incoming;
  const madeBefore = world.outbox.count;
  const outcome = await recordCall(incoming, work);
  if (request.method !== 'GET' && request.method !== 'HEAD') world.changes++;
  await sendEarly(world, madeBefore);
  world.runInlineJobs();
  return outcome;
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
