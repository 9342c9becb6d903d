import type { Greenroom } from '../../../src/index.js';
import type { Meeting } from '../../../src/explore.js';
import {
  attendeeClient,
  cronofyClient,
  diskOf,
  FINAL,
  ORDER,
  ORIGIN,
  type Client,
  type Disk,
  type Message,
  type Row,
} from './app.js';

export type VendorName = 'attendee' | 'cronofy';

const MINUTE = 60_000;

/**
 * Meeting notes as they should be: webhooks are verified, known by their keys and applied forwards alone; the notes are fetched
 * until they are there, one mail is sent for each meeting, and what a webhook did not tell is asked for. Each mistake of the
 * broken receivers is one method of it, written otherwise.
 */
export class Notes {
  readonly room: Greenroom;
  readonly disk: Disk;
  readonly client: Client;
  readonly receivers = { [ORIGIN]: (request: Request) => this.fetch(request) };
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(room: Greenroom, vendor: VendorName) {
    this.room = room;
    this.disk = diskOf(room);
    this.client = this.makeClient(vendor);
    for (const row of this.disk.rows.values()) this.resume(row);
  }

  makeClient(vendor: VendorName): Client {
    return vendor === 'attendee' ? attendeeClient(this.room) : cronofyClient(this.room);
  }

  /** After a restart, and after it was scheduled. */
  resume(row: Row): void {
    if (this.client.look)
      this.every(
        10 * MINUTE,
        () => this.reconcile(row),
        () => this.isOver(row),
      );
    if (row.status === 'done' && row.mails.length === 0) this.begin(row);
  }

  isOver(row: Row): boolean {
    return row.status === 'failed' || row.cancelled === true || (row.status === 'done' && row.mails.length > 0);
  }

  async schedule({ url, joinAt }: Meeting): Promise<{ id: string }> {
    const row: Row = { id: this.keyOf(url), url, joinAt, status: 'scheduled', notes: [], mails: [] };
    this.disk.rows.set(row.id, row);
    row.agent = await this.retried(() => this.client.schedule(row));
    this.resume(row);
    return { id: row.id };
  }

  keyOf(url: string): string {
    return `m-${url.split('/').at(-1)}`;
  }

  async reschedule(id: string, joinAt: string): Promise<void> {
    const row = this.disk.rows.get(id)!;
    row.joinAt = joinAt;
    await this.retried(async () => this.client.move?.(row));
  }

  async cancel(id: string): Promise<void> {
    const row = this.disk.rows.get(id)!;
    await this.retried(() => this.client.cancel(row));
    row.cancelled = true;
  }

  state(id: string): unknown {
    const row = this.disk.rows.get(id);
    return row ? { status: row.status, notes: row.notes, mails: row.mails, cancelled: row.cancelled === true } : null;
  }

  async fetch(request: Request): Promise<Response> {
    const text = await request.text();
    if (!this.isGenuine(text, request.headers.get(this.client.signatureHeader)))
      return new Response('', { status: 401 });
    let message: Message;
    try {
      message = this.client.read(text);
    } catch {
      return new Response('', { status: 400 });
    }
    return this.handle(message, request);
  }

  isGenuine(text: string, signature: string | null): boolean {
    try {
      return signature !== null && signature.split(',').includes(this.client.sign(text) ?? '');
    } catch {
      return false;
    }
  }

  async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    if (!row || this.isKnown(message)) return new Response();
    this.remember(message);
    this.apply(row, message);
    return new Response();
  }

  find({ meeting, agent }: Message, request: Request): Row | undefined {
    const id = meeting ?? new URL(request.url).searchParams.get('meeting');
    return this.disk.rows.get(id ?? '') ?? [...this.disk.rows.values()].find((row) => row.agent === agent);
  }

  isKnown({ key }: Message): boolean {
    return this.disk.seen.has(key);
  }

  remember({ key }: Message): void {
    this.disk.seen.add(key);
  }

  apply(row: Row, message: Message): void {
    const { status } = message;
    if (message.transcriptUrl !== undefined) this.disk.kept.set(`transcript ${row.id}`, message);
    if (status !== undefined) this.advance(row, status, message);
  }

  advance(row: Row, status: string, message?: Message): void {
    if (ORDER.indexOf(status) <= ORDER.indexOf(row.status) || FINAL.includes(row.status)) return;
    row.status = status;
    if (status === 'done') this.begin(row, message);
  }

  /** Fetches the notes in its own time, and then sends the mail. */
  begin(row: Row, message = this.disk.kept.get(`transcript ${row.id}`) as Message | undefined): void {
    this.background(async () => {
      if (row.mails.length === 0) await this.work(row, message);
    });
  }

  async work(row: Row, message?: Message): Promise<void> {
    row.notes = await this.retried(() => this.client.notes(row, message));
    row.mails.push('notes are ready');
  }

  async reconcile(row: Row): Promise<void> {
    if (row.agent === undefined) return;
    const status = await this.client.look!(row);
    if (status !== undefined) this.advance(row, status);
  }

  /** Again after one second, two, four …, as long as the app runs. */
  async retried<T>(work: () => Promise<T>): Promise<T> {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 10 * MINUTE)) {
      try {
        return await work();
      } catch (error) {
        if (wait > 64_000 || this.#closed) throw error;
        await this.sleep(Math.max(wait, 31_000));
      }
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  every(ms: number, work: () => Promise<void>, until: () => boolean): void {
    this.after(ms, () => {
      if (until() || this.#closed) return;
      this.background(work);
      this.every(ms, work, until);
    });
  }

  /** What fails here is tried again later by whoever cares. */
  background(work: () => Promise<void>): void {
    void work().catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
