import { shared } from './shared.js';

/** What differs between lives of one story: instants of today's length, and the random part of ids. */
const VARIABLE = /[1-8]\d{12,15}|_[A-Za-z0-9]{16}/g;
/** JSON text has no such character. */
const PLACE = /\0(\d+)([+-]\d+)?\0/g;

/** The last one that was read: an answer reads the same one several times. */
let last: { readonly packed: unknown; readonly value: unknown } | undefined;

/** Plain data that nobody alters: its JSON, of which the part that is alike in many is kept once. */
export class Packed<T extends object> {
  readonly #form: string;
  readonly #values: string;

  constructor(value: T) {
    const values: string[] = [];
    const places = new Map<string | number, number>();
    const form = JSON.stringify(value).replace(VARIABLE, (found) => {
      const isId = found.startsWith('_');
      const key = isId ? found : found.length;
      const place = places.get(key) ?? values.push(found) - 1;
      places.set(key, place);
      if (isId) return `\0${place}\0`;
      const more = Number(found) - Number(values[place]);
      return `\0${place}${more < 0 ? '' : '+'}${more}\0`;
    });
    this.#form = shared(form);
    this.#values = values.join(' ');
  }

  read(): T {
    if (last?.packed !== this) last = { packed: this, value: JSON.parse(this.#text()) };
    return last.value as T;
  }

  toJSON(): T {
    return JSON.parse(this.#text()) as T;
  }

  #text(): string {
    const values = this.#values.split(' ');
    return this.#form.replace(PLACE, (_, place: number, more?: string) =>
      more === undefined ? values[place]! : String(Number(values[place]) + Number(more)),
    );
  }
}

export const unpacked = <T extends object | null>(value: T | Packed<NonNullable<T>>): T =>
  value instanceof Packed ? value.read() : value;
