const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PLACEHOLDER = /\{\{([a-z]+(?::[a-z]+)?\d*)\}\}/g;

/**
 * Stands for what differs from one recording to the next. A name such as `bot1` is bound by the first text in which it is
 * seen, and means the same id from then on.
 */
export class Bindings {
  readonly #values = new Map<string, string>();

  bind(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** Fills in all names that are bound. */
  fill(text: string): string {
    return text.replace(PLACEHOLDER, (whole, name: string) => this.#values.get(name) ?? whole);
  }

  fillDeep(value: unknown): unknown {
    return JSON.parse(this.fill(JSON.stringify(value)));
  }

  /** True if the text is the expected one, byte for byte, but for placeholders; binds those that are new. */
  matches(expected: string, text: string): boolean {
    const filled = this.fill(expected);
    if (filled === text) return true;
    const groups = new Map<string, string>();
    const pattern = filled
      .split(PLACEHOLDER)
      .map((piece, i) => (i % 2 === 0 ? escape(piece) : this.#group(piece, groups)));
    const match = new RegExp(`^${pattern.join('')}$`, 's').exec(text);
    if (!match) return false;
    for (const [name, group] of groups) this.#values.set(name, match.groups![group]!);
    return true;
  }

  #group(name: string, groups: Map<string, string>): string {
    if (name === 'any:uuid') return UUID;
    if (name === 'any:url') return 'https?://[^"\\s]+';
    const known = groups.get(name);
    if (known !== undefined) return `\\k<${known}>`;
    groups.set(name, name);
    const kind = name.replace(/\d+$/, '');
    return `(?<${name}>${kind === 'uuid' ? UUID : `${kind}_[A-Za-z0-9]{16}`})`;
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
