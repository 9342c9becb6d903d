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
];
