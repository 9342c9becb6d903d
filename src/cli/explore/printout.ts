import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

const MOST_LINES = 2000;
/** A logger may write a whole error on one. */
const LONGEST_LINE = 4000;
/** What somebody would look for in a log: names of variables whose values are nobody else's business. */
const SECRET = /key|secret|token|passw/i;
/** What is shorter may stand anywhere. */
const SHORTEST_SECRET = 8;
const CREDENTIAL = /\b(Bearer|Basic|Token) [\w.~+/=-]{8,}/g;

type Environment = Readonly<Record<string, string | undefined>>;

/** What an app prints, line by line and without the secrets of its environment, as far back as it is kept. */
export class Printout {
  readonly #secrets: readonly string[];
  readonly #lines: string[] = [];
  #gone = 0;

  constructor(environment: Environment) {
    this.#secrets = Object.entries(environment)
      .flatMap(([name, value]) => (SECRET.test(name) && (value?.length ?? 0) >= SHORTEST_SECRET ? value! : []))
      .sort((a, b) => b.length - a.length);
  }

  /** The end of what is there now: what comes later is asked for with it. */
  get mark(): number {
    return this.#gone + this.#lines.length;
  }

  since(mark: number): readonly string[] {
    return this.#lines.slice(Math.max(0, mark - this.#gone));
  }

  hear(...streams: readonly Readable[]): void {
    for (const stream of streams) this.#hear(stream);
  }

  #hear(stream: Readable): void {
    let begun = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (begun + text).split('\n');
      begun = lines.pop()!.slice(0, LONGEST_LINE);
      for (const line of lines) this.#add(line);
    });
    stream.once('end', () => this.#add(begun));
  }

  #add(raw: string): void {
    const line = stripVTControlCharacters(raw).trimEnd();
    if (line === '') return;
    this.#lines.push(this.#withoutSecrets(line).replaceAll('\t', '  ').slice(0, LONGEST_LINE));
    if (this.#lines.length > MOST_LINES) this.#gone += this.#lines.splice(0, MOST_LINES / 2).length;
  }

  #withoutSecrets(line: string): string {
    return this.#secrets
      .reduce((text, secret) => text.replaceAll(secret, '\u2026'), line)
      .replace(CREDENTIAL, (_, scheme: string) => `${scheme} \u2026`);
  }
}
