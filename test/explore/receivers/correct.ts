import type { MakeApp } from './explored.js';
import { FINAL, ORDER, type Message, type Row } from './app.js';
import { Notes, type VendorName } from './notes.js';

/** A receiver without a mistake, in a style of its own. */
export interface Correct {
  readonly style: string;
  readonly vendor: VendorName;
  readonly App: MakeApp;
}

/** Knows no keys: what comes again is done again, and writes the same. */
class Overwriting extends Notes {
  override isKnown(): boolean {
    return false;
  }
  override advance(row: Row, status: string, message?: Message): void {
    if (status === 'done' && row.status === 'done') return this.begin(row, message);
    super.advance(row, status, message);
  }
  override begin(row: Row, message = this.disk.kept.get(`transcript ${row.id}`) as Message | undefined): void {
    this.background(async () => {
      const notes = await this.retried(() => this.client.notes(row, message));
      row.notes = notes;
      row.mails = ['notes are ready'];
    });
  }
}

/** Takes no word of a webhook but that there is news: the rest is asked for. */
class Asking extends Notes {
  override isKnown(): boolean {
    return false;
  }
  override apply(row: Row): void {
    this.background(() => this.retried(() => this.reconcile(row)));
  }
}

/** Hears nothing, and looks every ten minutes. */
class Polling extends Notes {
  override apply(): void {
    // It is not told anything that it would not find out.
  }
}

/** Writes down what comes, and one worker does it in turn. */
class Queued extends Notes {
  #last: Promise<void> = Promise.resolve();

  override async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    if (!row || this.isKnown(message)) return new Response();
    this.remember(message);
    this.#last = this.#last
      .then(() => new Promise((resolve) => setImmediate(resolve)))
      .then(() => this.apply(row, message));
    return new Response();
  }
}

/** Keeps what was told, and makes of it all what it is. */
class EventSourced extends Notes {
  override apply(row: Row, message: Message): void {
    if (message.transcriptUrl !== undefined) this.disk.kept.set(`transcript ${row.id}`, message);
    const told = (this.disk.kept.get(`told ${row.id}`) ?? []) as string[];
    if (message.status !== undefined) told.push(message.status);
    this.disk.kept.set(`told ${row.id}`, told);
    const ends = told.filter((status) => FINAL.includes(status));
    const furthest = ends[0] ?? told.sort((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0];
    if (furthest !== undefined) this.advance(row, furthest, message);
  }
}

/** What each process holds back, by its meetings. */
const locks = new WeakMap<object, Map<string, Promise<void>>>();

/** One thing after the other for each meeting: a message waits for the work of the one before, and is answered at once. */
class Locking extends Notes {
  get locks(): Map<string, Promise<void>> {
    const own = locks.get(this.receivers) ?? new Map<string, Promise<void>>();
    locks.set(this.receivers, own);
    return own;
  }

  override apply(row: Row, message: Message): void {
    const before = this.locks.get(row.id) ?? Promise.resolve();
    this.locks.set(
      row.id,
      before.then(() => super.apply(row, message)),
    );
  }
  override begin(row: Row, message?: Message): void {
    const before = this.locks.get(row.id) ?? Promise.resolve();
    const work = before.then(async () => {
      if (row.mails.length === 0)
        await this.work(row, message ?? (this.disk.kept.get(`transcript ${row.id}`) as Message));
    });
    this.locks.set(
      row.id,
      work.catch(() => undefined),
    );
  }
}

/** Nothing lives after the answer: a webhook is answered when its work is done, and a cron looks for what is left. */
class Serverless extends Notes {
  constructor(...words: ConstructorParameters<typeof Notes>) {
    super(...words);
    this.every(
      600_000,
      () => this.#sweep(),
      () => false,
    );
  }
  override resume(): void {
    // There is no process that would go on.
  }
  override async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    if (!row || this.isKnown(message)) return new Response();
    this.remember(message);
    this.apply(row, message);
    await this.#finish(row).catch(() => undefined);
    return new Response();
  }
  override begin(): void {
    // Whoever has applied the message goes on.
  }
  async #finish(row: Row): Promise<void> {
    if (row.status !== 'done' || row.mails.length > 0) return;
    const notes = await this.client.notes(row, this.disk.kept.get(`transcript ${row.id}`) as Message | undefined);
    if (row.mails.length > 0) return;
    row.notes = notes;
    row.mails.push('notes are ready');
  }
  async #sweep(): Promise<void> {
    for (const row of this.disk.rows.values()) {
      if (this.isOver(row)) continue;
      if (this.client.look) await this.reconcile(row).catch(() => undefined);
      await this.#finish(row).catch(() => undefined);
    }
  }
}

/** One process writes down what comes, and another one looks there every minute. */
class TwoProcesses extends Notes {
  constructor(...words: ConstructorParameters<typeof Notes>) {
    super(...words);
    this.every(
      60_000,
      async () => this.#drain(),
      () => false,
    );
  }
  get #inbox(): [string, Message][] {
    if (!this.disk.kept.has('inbox')) this.disk.kept.set('inbox', []);
    return this.disk.kept.get('inbox') as [string, Message][];
  }
  override async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    if (row) this.#inbox.push([row.id, message]);
    return new Response();
  }
  #drain(): void {
    for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) {
      const [id, message] = next;
      if (this.isKnown(message)) continue;
      this.remember(message);
      this.apply(this.disk.rows.get(id)!, message);
    }
  }
}

/** A message that is no news any more is refused. */
class RefusingOld extends Notes {
  override async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    const { status } = message;
    const isOld =
      row && status !== undefined && (FINAL.includes(row.status) || ORDER.indexOf(status) < ORDER.indexOf(row.status));
    return isOld ? new Response('', { status: 409 }) : super.handle(message, request);
  }
}

/** What is to be sent is written down with what it is for, and sent from there once. */
class Outbox extends Notes {
  override async work(row: Row, message?: Message): Promise<void> {
    row.notes = await this.retried(() => this.client.notes(row, message));
    this.disk.kept.set(`mail ${row.id}`, 'notes are ready');
    this.send(row);
  }
  override resume(row: Row): void {
    super.resume(row);
    this.send(row);
  }
  send(row: Row): void {
    const mail = this.disk.kept.get(`mail ${row.id}`) as string | undefined;
    if (mail !== undefined && !row.mails.includes(mail)) row.mails.push(mail);
  }
}

/** A table of what leads where: only what the table knows is done, all else is taken and left. */
class Table extends Notes {
  override advance(row: Row, status: string, message?: Message): void {
    const next = FINAL.includes(row.status) ? [] : ORDER.slice(ORDER.indexOf(row.status) + 1);
    if (!next.includes(status)) return;
    row.status = status;
    if (status === 'done') this.begin(row, message);
  }
}

export const CORRECT: readonly Correct[] = [
  { style: 'by keys', vendor: 'attendee', App: Notes },
  { style: 'by keys', vendor: 'cronofy', App: Notes },
  { style: 'overwriting', vendor: 'attendee', App: Overwriting },
  { style: 'overwriting', vendor: 'cronofy', App: Overwriting },
  { style: 'asking', vendor: 'attendee', App: Asking },
  { style: 'polling', vendor: 'attendee', App: Polling },
  { style: 'queued', vendor: 'attendee', App: Queued },
  { style: 'queued', vendor: 'cronofy', App: Queued },
  { style: 'event-sourced', vendor: 'attendee', App: EventSourced },
  { style: 'one after the other', vendor: 'attendee', App: Locking },
  { style: 'serverless', vendor: 'attendee', App: Serverless },
  { style: 'serverless', vendor: 'cronofy', App: Serverless },
  { style: 'two processes', vendor: 'attendee', App: TwoProcesses },
  { style: 'two processes', vendor: 'cronofy', App: TwoProcesses },
  { style: 'refusing what is old', vendor: 'attendee', App: RefusingOld },
  { style: 'outbox', vendor: 'attendee', App: Outbox },
  { style: 'a table of states', vendor: 'cronofy', App: Table },
];
