/** A call of the control plane, as a sentence tells of it: `GET /_greenroom/checkpoints`. */
export interface ToldCall {
  readonly method: string;
  /** Below `/_greenroom`. */
  readonly path: string;
}

/** Where the value stands that a sentence is about. */
export interface ToldPlace {
  /** Into the body, the settings or the options; `?name` in a query. */
  readonly pointer: string;
  /** How the sentence begins for who gave the value there: `Failed to read the body: at /by, `. */
  readonly text: string;
  /** What is wrong with the value, if `text` says so in words that fit no other name of the place. */
  readonly fault?: string;
}

/** A part of a sentence. What it is about stands in it as data, for which each door can have words of its own. */
export type Part = string | ToldPlace | ToldCall;

/** A sentence in its parts. As a text it has the words of the control plane, which the TypeScript API shares. */
export class Sentence {
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  /** True if it is about nothing for which there could be other words. */
  get isText(): boolean {
    return this.parts.every((part) => typeof part === 'string');
  }

  /** The same in words of somebody else, who has none for a part of which `undefined` is said. */
  inWords(wordsFor: (part: ToldPlace | ToldCall) => string | undefined): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : (wordsFor(part) ?? ownWords(part)))).join('');
  }

  toString(): string {
    return this.inWords(ownWords);
  }
}

const ownWords = (part: ToldPlace | ToldCall): string =>
  'pointer' in part ? part.text : `${part.method} /_greenroom${part.path}`;

/** A sentence as a template, with its places, its calls and other sentences in it. */
export function told(texts: TemplateStringsArray, ...values: readonly (number | Part | Sentence)[]): Sentence {
  const parts = texts.flatMap((text, i) => {
    const value = values[i] ?? '';
    return [text, ...(value instanceof Sentence ? value.parts : [typeof value === 'number' ? String(value) : value])];
  });
  return new Sentence(parts.reduce<readonly Part[]>(joined, []));
}

/** Texts that stand side by side are one. */
function joined(parts: readonly Part[], part: Part): readonly Part[] {
  const last = parts.at(-1);
  if (part === '') return parts;
  return typeof part === 'string' && typeof last === 'string' ? [...parts.slice(0, -1), last + part] : [...parts, part];
}

export const controlCall = (method: string, path: string): ToldCall => ({ method, path });

/** The place at a pointer, in a sentence that begins with what failed: `Failed to advance: at /by, `. */
export const placeAt = (doing: string, pointer: string): ToldPlace => ({
  pointer,
  text: `Failed to ${doing}: at ${pointer}, `,
});

/** The sentence whose parts a problem document has; `undefined` for what are none. */
export function readSentence(parts: unknown): Sentence | undefined {
  return Array.isArray(parts) && parts.every(isPart) ? new Sentence(parts) : undefined;
}

function isPart(part: unknown): part is Part {
  if (typeof part !== 'object' || part === null) return typeof part === 'string';
  const { pointer, text, fault, method, path } = part as Readonly<Record<string, unknown>>;
  const areTexts = (...given: readonly unknown[]): boolean => given.every((one) => typeof one === 'string');
  return areTexts(pointer, text, fault ?? '') || areTexts(method, path);
}
