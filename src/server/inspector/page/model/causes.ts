import { isLost, KIND_WORDS, type Line, type LineOf } from './line.js';
import { receiverOf } from './words.js';

/** What several lines have in common that went wrong. */
export interface Cause {
  /** In words, after the number of webhooks or lines. */
  readonly what: string;
  readonly noun: string;
  /** What finds its lines. */
  readonly search: string;
  /** The number of its first line. */
  readonly first: number;
  lines: number;
  /** Of webhooks, by their ids: each may have many attempts. */
  readonly webhooks: Set<string>;
  /** Of these, those after whose last attempt the vendor gave up. */
  lost: number;
}

type Told = Pick<Cause, 'what' | 'noun' | 'search'>;

/** So many are told apart: nobody reads more, and paths that clients make up are without end. */
const MOST = 100;

/** Lines that went wrong, by what and where. */
export class Causes {
  readonly #causes = new Map<string, Cause>();

  /** Takes a line that went wrong. */
  add(line: Line): void {
    let told = tell(line);
    if (!told) return;
    if (!this.#causes.has(told.search) && this.#causes.size >= MOST)
      told = { noun: told.noun, what: 'of further kinds', search: `kind:${KIND_WORDS[line.kind]}` };
    let cause = this.#causes.get(told.search);
    if (!cause)
      this.#causes.set(told.search, (cause = { ...told, first: line.seq, lines: 0, webhooks: new Set(), lost: 0 }));
    cause.lines++;
    if (line.kind !== 'delivery') return;
    cause.webhooks.add(line.delivery);
    if (isLost(line)) cause.lost++;
  }

  /** Those that went wrong most often first. */
  get list(): Cause[] {
    return [...this.#causes.values()].sort((a, b) => countOf(b) - countOf(a) || a.first - b.first);
  }
}

const countOf = ({ lines, webhooks }: Cause): number => webhooks.size || lines;

/** `22 webhooks answered with 401 by 127.0.0.1:{receiver 1}/hooks, in 66 attempts, all lost` */
export function wordsOf(cause: Cause): string {
  const count = countOf(cause);
  const attempts = cause.lines > count ? `, in ${cause.lines} attempts` : '';
  return `${count} ${cause.noun}${count === 1 ? '' : 's'} ${cause.what}${attempts}${lostOf(cause, count)}`;
}

function lostOf({ lost }: Cause, count: number): string {
  if (lost === 0) return '';
  if (lost < count) return `, ${lost} lost`;
  return count === 1 ? ', lost' : ', all lost';
}

function tell(line: Line): Told | undefined {
  switch (line.kind) {
    case 'delivery':
      return tellWebhook(line);
    case 'request': {
      const { operation, method, path, status, lost } = line;
      const where = operation === null ? `"${method} ${path}"` : `op:${operation}`;
      return {
        noun: 'call',
        what: `of ${operation ?? `${method} ${path}`} answered with ${lost ?? status}`,
        search: `kind:call status:${lost ?? status} ${where}`,
      };
    }
    case 'violation':
      return { noun: 'violation', what: `of the contract: ${line.where}`, search: `kind:violation "${line.where}"` };
    case 'backstage':
      return { noun: 'act', what: 'backstage refused', search: 'kind:backstage refused' };
    case 'transition':
    case 'fault':
    case 'note':
      return undefined;
  }
}

const OUTCOMES: Readonly<Record<string, string>> = {
  refused: 'without an answer from',
  timeout: 'not answered in time by',
  dropped: 'dropped on the way to',
};

function tellWebhook(line: LineOf<'delivery'>): Told {
  const { outcome, status } = line;
  const said = OUTCOMES[outcome ?? ''] ?? `answered with ${status} by`;
  return {
    noun: 'webhook',
    what: `${said} ${receiverOf(line)}`,
    search: `kind:webhook status:${status ?? outcome} to:"${receiverOf(line)}"`,
  };
}
