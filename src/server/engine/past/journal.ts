import type { Micros } from '../../../clock/instant.js';
import { Lasting } from '../../../json-pieces.js';
import type { Memory } from './memory.js';
import { Recent } from './newest.js';
import { RecordedPast } from './recorded-past.js';
import { isRowEntry, LINE_BYTES, Rows, type RowEntry } from './rows.js';
import type { LineKind, LineOf } from '../../../contracts/control/timeline.js';

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

function bytesOf(entry: Entry): number {
  if (entry.kind === 'request') return LINE_BYTES + entry.path.length;
  return entry.kind === 'violation' ? LINE_BYTES + entry.pointer.length + entry.was.length : LINE_BYTES;
}

/** The lines of calls that are kept elsewhere, by the numbers of their records. */
interface CallLines {
  readonly line: (number: number) => RequestEntry;
  /** The same for those that there are now, when they have gone. */
  readonly lend: () => CallLines['line'];
}

const noCall = (): never => {
  throw new Error('nobody keeps calls');
};

/** Numbers below zero stand by turns for the record of a call and for a row. */
const slotOfCall = (number: number): number => -1 - 2 * number;
const slotOfRow = (row: number): number => -2 - 2 * row;
const isRow = (slot: number): boolean => slot % 2 === 0;
const callIn = (slot: number): number => (-1 - slot) / 2;
const rowIn = (slot: number): number => (-2 - slot) / 2;

/** The newest entries of one world, in one order. Those of calls and deliveries are bytes once they are complete. */
export class Journal {
  /** A number stands for a record of bytes; see {@link slotOfCall} for one below zero. */
  readonly #past: RecordedPast<Entry>;
  readonly #rows = new Rows();
  readonly #recent = new Recent<DeliveryEntry>((entry) => this.#seal(entry));
  #nextSeq = 1;
  readonly #listeners = new Set<(entry: Entry) => void>();
  readonly #readers: Readers = {
    record: (number) => this.#past.records.read(number),
    line: (number) => this.calls.line(number),
    row: (row) => this.#rows.read(row),
  };
  /** Tell the line of a call that is kept elsewhere, by the number of its record. */
  calls: CallLines = { line: noCall, lend: () => noCall };

  constructor(limit: number, memory: Memory) {
    this.#past = new RecordedPast(limit, memory, {
      bytesOf,
      // Lines have no gaps.
      seqOf: () => this.#nextSeq - this.#past.slots.size,
      letGo: (slot) => this.#letGo(slot),
    });
  }

  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** How many entries were let go. */
  get dropped(): number {
    return Math.max(0, this.lastSeq - this.#past.slots.size);
  }

  /** Makes the line an entry and returns it, for what is known only later (how a request was answered). */
  add<K extends EntryKind>(at: Micros, line: NewEntry<K>): EntryOf<K> {
    const numbered = line as NewEntry<K> & { seq: number; at: Micros };
    numbered.seq = this.#nextSeq++;
    numbered.at = at;
    const entry = numbered as unknown as EntryOf<K>;
    if (isRowEntry(entry)) this.#addRow(entry);
    else this.#past.add(entry);
    if (entry.kind === 'delivery') this.#recent.add(entry as DeliveryEntry);
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  /** The line of a call is told by the record of the call from now on. */
  toldBy(line: RequestEntry, number: number): void {
    this.#past.replace(this.#positionOf(line), line, slotOfCall(number));
  }

  /** Oldest first, from the entry after this number on. */
  *entries(after = 0): IterableIterator<Entry> {
    const { slots } = this.#past;
    for (const slot of slots.values(after - this.lastSeq + slots.size)) yield this.#read(slot);
  }

  /** The same as they are now, whatever becomes of them. */
  lasting(after = 0): Lasting<Entry> {
    const { slots, records } = this.#past;
    const [record, line, row] = [records.lend(), this.calls.lend(), this.#rows.lend()];
    const taken = slots.slice(after - this.lastSeq + slots.size).map((slot) => (isOpen(slot) ? { ...slot } : slot));
    return new Lasting(() => taken.values()).map((slot) => readSlot(slot, { record, line, row }));
  }

  /** Calls back for each new entry until the returned function is called. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  toJSON(): { readonly nextSeq: number; readonly entries: Iterable<Entry> } {
    return { nextSeq: this.#nextSeq, entries: this.lasting() };
  }

  load({ nextSeq, entries }: ReturnType<Journal['toJSON']>): void {
    this.#nextSeq = nextSeq;
    this.#past.load(this.#packed(entries));
    this.#past.grow(this.#rows.used);
  }

  /** Becomes a copy. All lines must be complete: they are shared. */
  copyFrom(other: Journal): void {
    this.#nextSeq = other.#nextSeq;
    this.#past.copyFrom(other.#past);
    this.#rows.copyFrom(other.#rows);
    this.#recent.copyFrom(other.#recent);
  }

  #addRow(entry: RowEntry): void {
    const before = this.#rows.used;
    const slot = slotOfRow(this.#rows.keep(entry));
    this.#past.addSlot(slot, this.#rows.used - before);
  }

  *#packed(entries: Iterable<Entry>): IterableIterator<Entry | number> {
    for (const entry of entries) {
      const isPacked = entry.kind === 'request' || entry.kind === 'delivery';
      if (isRowEntry(entry)) yield slotOfRow(this.#rows.keep(entry));
      else yield isPacked ? this.#past.records.keep(JSON.stringify(entry)) : entry;
    }
  }

  #seal(entry: DeliveryEntry): boolean {
    if (entry.outcome === null) return false;
    this.#past.seal(this.#positionOf(entry), entry, JSON.stringify(entry));
    return true;
  }

  #positionOf({ seq }: Entry): number {
    return this.#past.slots.end - (this.#nextSeq - seq);
  }

  #letGo(slot: number): number {
    if (!isRow(slot)) return 0;
    const before = this.#rows.used;
    this.#rows.dropOldest();
    return before - this.#rows.used;
  }

  #read(slot: Entry | number): Entry {
    return readSlot(slot, this.#readers);
  }
}

interface Readers {
  readonly record: (number: number) => { readonly text: string };
  readonly line: CallLines['line'];
  readonly row: (row: number) => RowEntry;
}

function readSlot(slot: Entry | number, { record, line, row }: Readers): Entry {
  if (typeof slot !== 'number') return slot;
  if (slot >= 0) return JSON.parse(record(slot).text) as Entry;
  return isRow(slot) ? row(rowIn(slot)) : line(callIn(slot));
}

/** Something of it may still become known. */
const isOpen = (slot: Entry | number): slot is Entry =>
  typeof slot !== 'number' && (slot.kind === 'request' || slot.kind === 'delivery' || slot.kind === 'fault');
