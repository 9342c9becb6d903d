import type { Clock } from '../../../src/clock/clock.js';
import type { ObjectStorage } from './runtime.js';

/** An auto world goes on as soon as somebody keeps its object awake. */
const AUTO_MS = 1000;
/** Timers in memory are exact; an alarm need not be: it is for an object that has been thrown away. */
const COARSE_MS = 100;
/** Virtual time that is so far from where it is expected has jumped. */
const JUMP_MICROS = 20_000;
/** So long a call waits for what has come due while the object was away. */
const CATCH_UP_MS = 5000;

const TABLE = 'CREATE TABLE IF NOT EXISTS pace (virtual INTEGER NOT NULL, real INTEGER NOT NULL)';

/** Where time was at an instant of the host, in microseconds and in milliseconds. */
interface Mark extends Record<string, number> {
  readonly virtual: number;
  readonly real: number;
}

/** Has time that moves by itself go on while the object of the world is thrown away: an alarm brings it back for the next job. */
export class Pace {
  readonly #storage: ObjectStorage;
  #mark: Mark | undefined;
  #alarm: number | undefined;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
    storage.sql.exec(TABLE);
    [this.#mark] = storage.sql.exec<Mark>('SELECT virtual, real FROM pace').toArray();
  }

  /** The object is back: a live clock is where it would be if it had never been away, and what has come due is done. */
  async catchUp(clock: Clock): Promise<void> {
    if (clock.mode !== 'live' || !this.#mark) return;
    const target = expected(this.#mark, clock.speed);
    if (target <= clock.now()) return;
    clock.live.anchor(target);
    // What is due runs at its own instant; then, or if nothing is, the clock waits for the next.
    if ((clock.pending(1)[0]?.due ?? Number.POSITIVE_INFINITY) <= target) clock.kick();
    else clock.setPace({});
    await clock.settled(CATCH_UP_MS);
  }

  /** Sets the alarm for the next thing that happens by itself, or for the end of the workspace, in milliseconds since the epoch. */
  async plan(clock: Clock, end = Number.POSITIVE_INFINITY): Promise<void> {
    const [next] = clock.mode === 'frozen' ? [] : clock.pending(1);
    if (clock.mode === 'live') this.#remember(clock);
    const wait = clock.mode === 'live' ? Math.max(0, ((next?.due ?? 0) - clock.now()) / 1000 / clock.speed) : AUTO_MS;
    const at = Math.ceil(Math.min(next ? Date.now() + wait : Number.POSITIVE_INFINITY, end));
    if (at === Number.POSITIVE_INFINITY) {
      if (this.#alarm !== undefined) await this.#storage.deleteAlarm();
      this.#alarm = undefined;
      return;
    }
    this.#alarm ??= (await this.#storage.getAlarm()) ?? undefined;
    if (this.#alarm !== undefined && Math.abs(at - this.#alarm) < COARSE_MS) return;
    this.#alarm = at;
    await this.#storage.setAlarm(at);
  }

  /** The alarm has gone off: does what is due. */
  async wake(clock: Clock): Promise<void> {
    this.#alarm = undefined;
    clock.kick();
    await clock.settled(CATCH_UP_MS);
  }

  #remember(clock: Clock): void {
    const virtual = clock.now();
    if (this.#mark && Math.abs(expected(this.#mark, clock.speed) - virtual) < JUMP_MICROS) return;
    this.#mark = { virtual, real: Date.now() };
    this.#storage.sql.exec('DELETE FROM pace');
    this.#storage.sql.exec('INSERT INTO pace (virtual, real) VALUES (?, ?)', virtual, this.#mark.real);
  }
}

const expected = ({ virtual, real }: Mark, speed: number): number => virtual + (Date.now() - real) * 1000 * speed;
