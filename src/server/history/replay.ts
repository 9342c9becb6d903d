import { andThen, orElse, type Awaitable } from '../../awaitable.js';
import { formatInstant } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import { monotonic, turn } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import type { Answer } from '../engine/deliveries/attempt.js';
import { takeAnswer, type Replay, type Settle } from '../engine/deliveries/exchange.js';
import type { CallInput, ControlInput, Input, Position, SettingsInput } from '../engine/inputs.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { Taken } from './taken.js';

/** Takes the inputs that are calls, as when they came over the wire. */
export interface Doors {
  readonly call: (workspace: Workspace, input: CallInput) => Awaitable<unknown>;
  readonly control: (workspace: Workspace, input: ControlInput) => unknown;
}

/** What is done of a history. */
export interface Stretch {
  /** From the first input of the history on. */
  readonly taken: readonly Taken[];
  /** Where it ends: all the jobs before it run. */
  readonly end: Position;
  /** Messages without an answer in the stretch take the one that they got later. */
  readonly later: readonly Taken[];
  /** Called when it is over, before the world goes on by itself. */
  readonly atEnd?: () => void;
}

/** Hears of each step of a life before it is taken: of an input, or a job of the vendor's side. */
export type Watch = (step: Input | Job) => void;

/** Real milliseconds for which a life is lived again before other workspaces have their turn. */
const SHARE_MS = 5;
const GONE: Answer = { outcome: 'dropped', error: 'greenroom ended before the answer came' };

/**
 * Lives a history again, in a workspace that has taken the first of its inputs or none. Nothing is sent, and nothing is waited
 * for but the code of this process. Returns the answers that are in no part of the history. Throws DIVERGED if the world does
 * not become what it was.
 */
export async function replay(
  workspace: Workspace,
  doors: Doors,
  { taken, end, later, atEnd }: Stretch,
  watch: Watch = () => undefined,
): Promise<Taken[]> {
  const { world } = workspace;
  const player = new Player(workspace, doors, watch);
  world.replay = player;
  world.clock.lead(true);
  try {
    for (let i = workspace.history.taken.length; i < taken.length; i++) {
      const { at, input } = taken[i]!;
      await player.follow(at);
      assertSame(world.position, at, `input ${i + 1} (${nameOf(input)})`);
      player.take(input);
      await player.rest();
      const others = player.yieldTurn();
      if (others) await others;
    }
    await player.follow(end);
    await player.rest();
    // After the last input, only a position that was written later is known.
    if (end !== taken.at(-1)?.at && !Number.isNaN(end.seq)) assertSame(world.position, end, 'the end');
    return await player.answerRest(later);
  } finally {
    atEnd?.();
    world.replay = undefined;
    world.clock.lead(false);
  }
}

/** Gives a world its inputs. */
class Player implements Replay {
  readonly #workspace: Workspace;
  readonly #doors: Doors;
  readonly begin: Watch;
  /** What waits for the answer to a message. */
  readonly #expected = new Map<string, Settle>();
  /** Calls that wait for the answer to a message. */
  #waiting = 0;
  #turnAt = monotonic();
  /** What is being taken. */
  #input: Input | undefined;

  constructor(workspace: Workspace, doors: Doors, watch: Watch) {
    this.#workspace = workspace;
    this.#doors = doors;
    this.begin = watch;
  }

  /** Runs the jobs on the way to a position. */
  async follow({ now, jobs }: Position): Promise<void> {
    const { clock } = this.#workspace.world;
    for (let next = clock.jobsRun + 1; next <= jobs; next++) {
      clock.runUpTo(now, next);
      if (clock.jobsRun < next) break;
      const others = this.yieldTurn();
      if (others) await others;
    }
    clock.moveTo(now);
  }

  /** A turn of the event loop for others, if this life has had its share of time. */
  yieldTurn(): Promise<void> | undefined {
    if (monotonic() - this.#turnAt < SHARE_MS) return undefined;
    return turn().then(() => {
      this.#turnAt = monotonic();
    });
  }

  expect(message: string, settle: Settle): Promise<void> {
    return new Promise((resolve) => {
      this.#expected.set(message, (answer, ms) => {
        resolve();
        settle(answer, ms);
      });
    });
  }

  take(input: Input): void {
    const { world } = this.#workspace;
    this.begin(input);
    this.#input = input;
    switch (input.kind) {
      case 'call':
        return this.#begin(() => this.#doors.call(this.#workspace, input));
      case 'control':
        return this.#begin(() => this.#doors.control(this.#workspace, input));
      case 'settings':
        return this.#workspace.patch(input.changes);
      case 'pace':
        return void world.take(input, () => world.clock.setPace(input));
      case 'note':
        return world.remark(input.topic, input.subject, input.text);
      case 'answer':
        return this.#answer(input.to, [input.answer, input.ms]);
    }
  }

  original(input: Input): Input {
    const original = this.#input;
    this.#input = undefined;
    return original?.kind === input.kind ? original : input;
  }

  /** Waits for code that goes on once it has its answer. */
  async rest(): Promise<void> {
    for (let turns = 0; this.#waiting > 0 && turns < 2; turns++) await turn();
  }

  /** Answers every message that still waits, and returns the answers that nobody has given. */
  async answerRest(later: readonly Taken[]): Promise<Taken[]> {
    const gone: Taken[] = [];
    const { world } = this.#workspace;
    while (this.#expected.size > 0) {
      const [[message]] = [...this.#expected] as [[string, Settle]];
      const known = later.find(({ input }) => input.kind === 'answer' && input.to === message)?.input;
      if (!known) gone.push({ at: world.position, input: { kind: 'answer', to: message, answer: GONE } });
      this.#answer(message, known?.kind === 'answer' ? [known.answer, known.ms] : [GONE, undefined]);
      await this.rest();
    }
    return gone;
  }

  #answer(message: string, answer: Parameters<Settle>): void {
    const settle = this.#expected.get(message);
    if (!settle) throw diverged(`nothing was sent that ${message} could be the answer to`);
    this.#expected.delete(message);
    takeAnswer(this.#workspace.world, message, answer, settle);
  }

  /** What a call throws, its client has heard. */
  #begin(work: () => unknown): void {
    this.#waiting++;
    const over = (): void => {
      this.#waiting--;
    };
    void andThen(
      orElse<unknown>(work, () => undefined),
      over,
    );
  }
}

function assertSame(is: Position, was: Position, where: string): void {
  if (is.jobs === was.jobs && is.now === was.now && is.seq === was.seq) return;
  const tell = ({ jobs, now, seq }: Position): string => `${formatInstant(now)}, line ${seq}, after ${jobs} jobs`;
  throw diverged(`expected ${tell(was)}, was ${tell(is)}, at ${where}`);
}

/** What an input is, for people. */
export const nameOf = (input: Input): string => {
  switch (input.kind) {
    case 'call':
      return `${input.request.method} ${input.request.path}`;
    case 'control':
      return `${input.method} ${input.path}`;
    case 'answer':
      return `the answer to ${input.to}`;
    case 'settings':
      return `settings: ${namesIn(input.changes).join(', ')}`;
    case 'pace':
      return `clock: ${[input.mode, input.speed && `speed ${input.speed}`, input.quiet && 'quiet'].filter(Boolean).join(', ')}`;
    case 'note':
      return input.text;
  }
};

const namesIn = ({ settings = {}, ...rest }: SettingsInput['changes']): readonly string[] => [
  ...Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : name)),
  ...Object.entries(settings).flatMap(([vendor, given]) => Object.keys(given).map((name) => `${vendor}.${name}`)),
];

const diverged = (reason: string): GreenroomError =>
  new GreenroomError(
    'DIVERGED',
    `Failed to live the history again: ${reason}. A scenario file, a vendor of one's own or greenroom itself is not what it was.`,
  );
