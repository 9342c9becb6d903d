import type { Micros } from '../../../clock/instant.js';
import type { Job } from '../../../clock/queue.js';
import { after, monotonic } from '../../../clock/real-time.js';
import type { Answer, Message } from './attempt.js';
import type { Destination } from './destination.js';
import type { Input } from '../inputs.js';
import type { World } from '../world.js';

/** A message that leaves the world. */
export interface Outgoing {
  /** Which one: an answer in the history of the world names it. */
  readonly id: string;
  readonly destination: Exclude<Destination, { kind: 'captured' }>;
  /** Whole: what is kept of it may be cut. */
  readonly message: Message;
  /** Real milliseconds for which an answer is waited for. */
  readonly guardMs: number | undefined;
  /** The virtual instant at which the sender stops waiting. */
  readonly deadline?: Micros;
  /** The receiver that is not tried again in this advance if it lets this time out. */
  readonly receiver?: string;
  /** What a person is told who waits for the answer. */
  readonly hint?: { readonly subject: string | null; readonly text: string };
}

/** What stands for the outside while a history is replayed. */
export interface Replay {
  /** Takes the answer to a message, when the history comes to it. */
  readonly expect: (message: string, settle: Settle) => Promise<void>;
  /** A job begins. */
  readonly begin: (job: Job) => void;
  /** The input as the history has it: so two branches are seen to be one up to there. */
  readonly original: (input: Input) => Input;
}

/** Takes an answer; `ms` is how long it took in real time. */
export type Settle = (answer: Answer, ms: number | undefined) => void;

const NOT_TRIED: Answer = { outcome: 'timeout', error: 'not tried: this receiver already let a delivery time out' };
const WAIT_TOLD_MS = 2000;

/**
 * Sends a message out of the world. Its answer is an input: `settle` takes it at one instant, unless the world ends before.
 * While a history is replayed, nothing is sent and the answer is the one of the history.
 */
export function exchange(world: World, outgoing: Outgoing, settle: Settle): Promise<void> {
  world.unanswered++;
  return world.replay ? world.replay.expect(outgoing.id, settle) : send(world, outgoing, settle);
}

/** Takes the answer to a message. */
export const takeAnswer = (world: World, to: string, [answer, ms]: Parameters<Settle>, settle: Settle): void =>
  void world.take({ kind: 'answer', to, answer, ...(ms === undefined ? {} : { ms }) }, () => {
    world.unanswered--;
    settle(answer, ms);
  });

async function send(world: World, outgoing: Outgoing, settle: Settle): Promise<void> {
  const { id, destination, message, guardMs, deadline, receiver, hint } = outgoing;
  if (receiver !== undefined && world.silentReceivers.has(receiver))
    return takeAnswer(world, id, [NOT_TRIED, undefined], settle);
  const flight = {
    inProcess: destination.kind === 'function',
    ...(deadline === undefined ? {} : { deadline }),
  };
  // A life that ends here has begun to send.
  world.record?.moved({ ...world.position, seq: Number.NaN });
  const started = monotonic();
  const answer = await world.clock.activity.flight(flight, (way) =>
    tellOfWait(world, hint, () => world.transport.send(destination, message, { guardMs, ...way })),
  );
  if (world.clock.activity.ended) return;
  if (receiver !== undefined && answer.outcome === 'timeout') world.silentReceivers.add(receiver);
  takeAnswer(world, id, [answer, Math.round(monotonic() - started)], settle);
}

/** Says after two seconds what an advance waits for. */
async function tellOfWait<T>(world: World, hint: Outgoing['hint'], wait: () => Promise<T>): Promise<T> {
  if (!hint) return wait();
  const cancel = after(WAIT_TOLD_MS, () => {
    if (!world.clock.advancing) return;
    world.remark('hint', hint.subject, hint.text);
    world.warn(hint.text);
  });
  try {
    return await wait();
  } finally {
    cancel();
  }
}
