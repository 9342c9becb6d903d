import type { Micros } from '../../clock/instant.js';
import { Newest, type Memory } from './memory.js';
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

/** The newest entries of one world, in one order. */
export class Journal {
  readonly #limit: number;
  readonly #memory: Memory;
  readonly #entries = new Newest<Entry>();
  #nextSeq = 1;
  readonly #listeners = new Set<(entry: Entry) => void>();

  constructor(limit: number, memory: Memory) {
    this.#limit = limit;
    this.#memory = memory;
    memory.share({ oldest: () => this.#entries.first()?.seq, dropOldest: () => bytesOf(this.#entries.shift()!) });
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
    if (this.#entries.size > this.#limit) this.#memory.add(-bytesOf(this.#entries.shift()!));
    this.#memory.add(bytesOf(entry));
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  /** Oldest first, from the entry after this number on. */
  entries(after = 0): IterableIterator<Entry> {
    return this.#entries.values(after - this.lastSeq + this.#entries.size);
  }

  /** Calls back for each new entry until the returned function is called. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  toJSON(): { readonly nextSeq: number; readonly entries: readonly Entry[] } {
    return { nextSeq: this.#nextSeq, entries: [...this.entries()] };
  }

  load({ nextSeq, entries }: { readonly nextSeq: number; readonly entries: readonly Entry[] }): void {
    this.#nextSeq = nextSeq;
    this.#entries.load(entries);
    for (const entry of entries) this.#memory.add(bytesOf(entry));
  }
}
