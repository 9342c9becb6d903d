import type { Micros } from '../../clock/instant.js';
import { ByteRing } from './byte-ring.js';
import type { Memory } from './memory.js';
import { Newest, Recent } from './newest.js';
import type { LineKind, LineOf } from '../../contracts/control/timeline.js';

/** A line of the timeline as a world keeps it: without its sentence, and with facts that come later. */
type Kept<K extends LineKind, Later extends keyof LineOf<K> = never> = Readonly<
  Omit<LineOf<K>, 'at' | 'summary' | Later>
> &
  Pick<LineOf<K>, Later> & { readonly at: Micros };

export type RequestEntry = Kept<
  'request',
  'operation' | 'subject' | 'status' | 'reason' | 'unattributed' | 'fault' | 'lost'
>;
export type TransitionEntry = Omit<Kept<'transition'>, 'sub_type'> & { readonly sub_type?: string | undefined };
export type DeliveryEntry = Kept<'delivery', 'outcome' | 'status' | 'fault' | 'next'>;
export type ViolationEntry = Kept<'violation'>;
/** A fault rule was applied to a call or a webhook: the cause of what follows. */
export type FaultEntry = Kept<'fault', 'subject'>;
export type BackstageEntry = Kept<'backstage'>;
/** Anything else worth a line: which scenario was cast, a webhook that was captured and why, a hint. */
export type NoteEntry = Kept<'note'>;

export type Entry =
  RequestEntry | TransitionEntry | DeliveryEntry | ViolationEntry | FaultEntry | BackstageEntry | NoteEntry;
export type EntryKind = Entry['kind'];
export type EntryOf<K extends EntryKind> = Extract<Entry, { readonly kind: K }>;
/** A line before it has its number and its instant. */
export type NewEntry<K extends EntryKind> = { readonly kind: K } & Omit<EntryOf<K>, 'seq' | 'at'>;

const LINE_BYTES = 250;

function bytesOf(entry: Entry): number {
  if (entry.kind === 'request') return LINE_BYTES + entry.path.length;
  if (entry.kind === 'note') return LINE_BYTES + entry.text.length;
  return entry.kind === 'violation' ? LINE_BYTES + entry.pointer.length + entry.was.length : LINE_BYTES;
}

/** The newest entries of one world, in one order. Those of calls and deliveries are bytes once they are complete. */
export class Journal {
  readonly #limit: number;
  readonly #memory: Memory;
  /** A number stands for a record of bytes, one below zero for that of a call. */
  readonly #entries = new Newest<Entry | number>();
  readonly #bytes = new ByteRing();
  readonly #recent = new Recent<DeliveryEntry>((entry) => entry.outcome !== null && this.#seal(entry));
  #oldest: number | undefined;
  #nextSeq = 1;
  readonly #listeners = new Set<(entry: Entry) => void>();
  /** Tells the line of a call that is kept elsewhere, by the number of its record. */
  lineOfCall: (number: number) => RequestEntry = () => {
    throw new Error('nobody keeps calls');
  };

  constructor(limit: number, memory: Memory) {
    this.#limit = limit;
    this.#memory = memory;
    memory.share({ oldest: () => this.#seqOfOldest(), dropOldest: () => this.#dropOldest() });
  }

  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** How many entries were let go. */
  get dropped(): number {
    return Math.max(0, this.lastSeq - this.#entries.size);
  }

  /** Makes the line an entry and returns it, for what is known only later (how a request was answered). */
  add<K extends EntryKind>(at: Micros, line: NewEntry<K>): EntryOf<K> {
    const numbered = line as NewEntry<K> & { seq: number; at: Micros };
    numbered.seq = this.#nextSeq++;
    numbered.at = at;
    const entry = numbered as unknown as EntryOf<K>;
    this.#entries.push(entry);
    if (this.#entries.size > this.#limit) this.#memory.add(-this.#dropOldest());
    this.#memory.add(bytesOf(entry));
    if (entry.kind === 'delivery') this.#recent.add(entry as DeliveryEntry);
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  /** The line of a call is told by the record of the call from now on. */
  toldBy(line: RequestEntry, number: number): void {
    if (this.#replace(line, -1 - number)) this.#memory.add(-bytesOf(line));
  }

  /** Oldest first, from the entry after this number on. */
  *entries(after = 0): IterableIterator<Entry> {
    for (const slot of this.#entries.values(after - this.lastSeq + this.#entries.size)) yield this.#read(slot);
  }

  /** Calls back for each new entry until the returned function is called. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  toJSON(): { readonly nextSeq: number; readonly entries: Iterable<Entry> } {
    return { nextSeq: this.#nextSeq, entries: this.entries() };
  }

  load({ nextSeq, entries }: ReturnType<Journal['toJSON']>): void {
    this.#nextSeq = nextSeq;
    for (const entry of entries) {
      const isPacked = entry.kind === 'request' || entry.kind === 'delivery';
      this.#entries.push(isPacked ? this.#bytes.keep(JSON.stringify(entry)) : entry);
      if (!isPacked) this.#memory.add(bytesOf(entry));
    }
    this.#memory.add(this.#bytes.used);
  }

  #seal(entry: DeliveryEntry): true {
    const before = this.#bytes.used;
    const number = this.#bytes.keep(JSON.stringify(entry));
    if (this.#replace(entry, number)) this.#memory.add(this.#bytes.used - before - bytesOf(entry));
    else this.#bytes.drop(number);
    return true;
  }

  #replace(entry: Entry, number: number): boolean {
    return this.#entries.replace(this.#entries.end - (this.#nextSeq - entry.seq), entry, number);
  }

  #read(slot: Entry | number): Entry {
    if (typeof slot !== 'number') return slot;
    return slot < 0 ? this.lineOfCall(-1 - slot) : (JSON.parse(this.#bytes.read(slot).text) as Entry);
  }

  #seqOfOldest(): number | undefined {
    const first = this.#entries.first();
    return (this.#oldest ??= first === undefined ? undefined : this.#read(first).seq);
  }

  #dropOldest(): number {
    const oldest = this.#entries.shift()!;
    this.#oldest = undefined;
    if (typeof oldest !== 'number') return bytesOf(oldest);
    const before = this.#bytes.used;
    if (oldest >= 0) this.#bytes.drop(oldest);
    return before - this.#bytes.used;
  }
}
