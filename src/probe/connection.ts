import { writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { threadId } from 'node:worker_threads';
import { after, nextTurn } from '../clock/real-time.js';
import { line, readLines, type FromProbe, type ToProbe } from './wire.js';
import type { LedTime } from './lockstep.js';
import type { Work } from './work.js';

/** Turns of the event loop in which nothing runs: what one turn leaves to the next is seen, so few of them will do. */
const CALM_TURNS = 5;
const QUICK_LOOKS = 50;
const LOOK_AGAIN_MS = 1;
const HEARTBEAT_MS = 250;
/** What a process lives for may be another without a timer that is set: a server is closed. */
const LIFE_MS = 250;

/** Where greenroom listens, and the time that it leads, if it does. */
interface Home {
  readonly secret: string;
  readonly path: string;
  readonly time: LedTime | undefined;
}

type Question = Extract<ToProbe, { ask: unknown }>;

/** Tells greenroom when this process is at rest. */
export class Connection {
  readonly #work: Work;
  readonly #socket: Socket;
  readonly #time: LedTime | undefined;
  #asked = 0;
  #isOver = false;
  readonly #secret: string;
  #hasGreeted = false;
  /** How often this thread has stood still. */
  #stood = 0;
  #beat: (() => void) | undefined;

  /** `onRefusal` hears why greenroom does not listen, if it does not. */
  constructor(work: Work, { secret, path, time }: Home, onRefusal: (reason: string) => void) {
    this.#work = work;
    this.#time = time;
    this.#secret = secret;
    if (time) this.#tellTime(time);
    // Led time may be waited for, and an app that is far is told of by another.
    else if (!work.isFar) work.round.onAnswered = (answered) => this.#say({ answered });
    work.jobs.say = (message) => this.#say(message);
    this.#socket = connect(path);
    let isWelcome = false;
    const end = (reason: string): void => {
      if (!isWelcome) onRefusal(reason);
      isWelcome = true;
      this.#asked = 0;
      this.#isOver = true;
      time?.end();
      work.round.onAnswered = undefined;
      this.#socket.destroy();
    };
    const hear = readLines<ToProbe>((message) => {
      if (!message) end('it speaks another version');
      else if ('ask' in message) this.#hear(message);
      else if ('refused' in message) end(message.refused);
      else isWelcome = true;
    });
    this.#socket.setEncoding('utf8');
    this.#socket.on('connect', () => {
      const { _handle: handle } = this.#socket as unknown as { _handle: { getAsyncId: () => number } };
      work.resources.connection = handle.getAsyncId();
      if (!this.#hasGreeted) this.#say(this.#greeting);
      this.#hasGreeted = true;
      time?.onChange();
    });
    this.#socket.on('data', (text: string) => work.resources.own(() => hear(text)));
    this.#socket.on('error', (error) => end(error.message));
    this.#socket.on('close', () => end('it has closed the connection'));
    // It keeps no process alive.
    this.#socket.unref();
    process.once('exit', () => this.#say({ bye: true }));
    work.waits.onStand = () => this.#stand();
    work.waits.onGo = () => this.#go();
  }

  get #greeting(): FromProbe {
    const { pid } = process;
    return { hello: { secret: this.#secret, pid, thread: threadId, runtime: 'Node', led: this.#time !== undefined } };
  }

  #stand(): void {
    this.#asked = 0;
    this.#beat?.();
    this.#sayNow({ stands: ++this.#stood, started: this.#work.started(0) });
  }

  #go(): void {
    this.#sayNow({ stands: 0, started: [] });
    if (!this.#isOver) this.#time?.catchUp();
  }

  /** Before a thread stands still: the event loop that would tell that there is a connection does not run until it goes on. */
  #sayNow(message: FromProbe): void {
    if (!this.#socket.connecting) return this.#say(message);
    const { fd = -1 } =
      (this.#socket as unknown as { readonly _handle: { readonly fd?: number } | null })._handle ?? {};
    if (fd < 0) return;
    try {
      writeSync(fd, `${this.#hasGreeted ? '' : line(this.#greeting)}${line(message)}`);
      this.#hasGreeted = true;
    } catch {
      // Nobody listens: that is told when the event loop runs.
    }
  }

  /** Says which timers wait, and what this process lives for, whenever that is another. */
  #tellTime(time: LedTime): void {
    let told = '';
    const tell = (): void => {
      const { life } = time;
      if (this.#isOver) return;
      told = life;
      this.#say({ timers: time.all(), life });
    };
    const look = (): void => {
      if (this.#isOver) return;
      if (told !== time.life) tell();
      this.#work.resources.own(() => after(LIFE_MS, look));
    };
    time.onChange = tell;
    this.#work.resources.own(() => after(LIFE_MS, look));
  }

  #say(message: FromProbe): void {
    // What is written before there is a connection goes out before the greeting.
    if (this.#socket.writable && !this.#socket.connecting)
      this.#work.resources.own(() => this.#socket.write(line(message)));
  }

  #hear(question: Question): void {
    const { ask, now, fire } = question;
    this.#asked = ask;
    this.#beat?.();
    if (now !== undefined) this.#time?.moveTo(now);
    if (fire) this.#fire();
    this.#look(question);
    this.#tell(question);
  }

  #fire(): void {
    const fire = (): void => this.#time?.fire();
    const { resources, calls } = this.#work;
    resources.not(() => (calls ? calls.during(fire) : fire()));
  }

  /** Looks until this process is at rest, or another question comes. */
  #look(question: Question): void {
    const { ask, since, waits = false, timers = true } = question;
    const { resources } = this.#work;
    let [looks, calm, stirs, told] = [0, 0, -1, ''];
    const look = (): void => {
      if (ask !== this.#asked) return;
      const isBusy = this.#work.reason(since, { waits, timers }) !== undefined;
      calm = isBusy || resources.stirs !== stirs ? 0 : calm + 1;
      stirs = resources.stirs;
      const connections = (waits ? undefined : this.#work.calls?.readConnections(since)) ?? [];
      if (told !== connections.join()) this.#say({ reading: ask, connections });
      told = connections.join();
      if (calm === CALM_TURNS) return this.#rest(question);
      // What takes longer than some turns is looked at now and then.
      resources.own(() => (isBusy && ++looks > QUICK_LOOKS ? after(LOOK_AGAIN_MS, again) : nextTurn(again)));
    };
    const again = (): void => resources.own(look);
    look();
  }

  #rest({ ask, since, sent = since, wakes }: Question): void {
    const { resources, calls } = this.#work;
    const { stirs } = resources;
    // A process that begins while time stands at one instant must not wake up at another.
    const [seen, started] = [this.#work.seen(sent), this.#work.started(this.#time ? 0 : since)];
    this.#beat?.();
    const led = this.#time && { timers: this.#time.all(), life: this.#time.life };
    const asks = calls && { calls: calls.connections() };
    this.#say({
      rest: ask,
      seen,
      stirs,
      started,
      ...asks,
      ...led,
      ...(wakes && !led ? { wakes: resources.wakes() } : {}),
    });
  }

  /** Says now and then that this process lives. */
  #tell(question: Question): void {
    const { ask, since } = question;
    const again = (): void => {
      if (ask !== this.#asked) return;
      this.#say({ busy: ask, why: this.#work.reason(since) ?? 'code that runs' });
      this.#work.resources.own(() => this.#tell(question));
    };
    this.#beat = this.#work.resources.own(() => after(HEARTBEAT_MS, again));
  }
}
