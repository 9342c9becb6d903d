import { attendeeContract } from '../../contracts/attendee/contract.js';
import type { Contract, VendorName } from '../../contracts/contract.js';
import { cronofyContract } from '../../contracts/cronofy/contract.js';
import { wallClock } from '../../clock/real-time.js';
import type { WireMessage } from '../../contracts/wire.js';
import type { Finding } from '../finding.js';
import type { Report } from '../report.js';
import { createClient, type Answer, type Call, type Client } from './client.js';
import { judgeAnswer, type Verdict } from './judge.js';
import { safeProbes, type Keys, type Probe } from './probes.js';
import { PROVIDER_RULES } from './rules.js';
import { parse, writesOf, type Made } from './writes.js';

export interface ProviderOptions extends Keys {
  readonly provider: VendorName;
  /** Make a bot or an agent, and remove it again. */
  readonly allowWrites: boolean;
  readonly timeoutMs: number;
  /** The vendor's messages that come with greenroom. */
  readonly messages: readonly WireMessage[];
  /** Ends the probes; what was made is still removed. */
  readonly signal: AbortSignal;
}

const CONTRACTS: Readonly<Record<VendorName, Contract>> = { cronofy: cronofyContract, attendee: attendeeContract };

/** Holds a live API against its contract, both ways. Only with `allowWrites` does it make anything, and removes it. */
export async function checkProvider(url: URL, options: ProviderOptions): Promise<Report> {
  const run = new Run(url, options);
  await run.probe();
  if (options.allowWrites) await run.write();
  return run.report();
}

/** One run: what was asked and found, and what has to be removed. */
class Run {
  readonly #options: ProviderOptions;
  readonly #contract: Contract;
  readonly #call: Client;
  readonly #url: URL;
  readonly #findings: Finding[] = [];
  #answered = 0;
  #stopped = false;
  /** The vendor's own now, in milliseconds, as its answers say it; until then, this machine's. */
  #now = Math.floor(wallClock() / 1000);

  constructor(url: URL, options: ProviderOptions) {
    this.#url = url;
    this.#options = options;
    this.#contract = CONTRACTS[options.provider];
    this.#call = createClient(url, options.timeoutMs);
  }

  async probe(): Promise<void> {
    const keys = { ...this.#options, calendarId: await this.#findCalendar() };
    for (const probe of safeProbes(this.#contract, keys, this.#options.messages)) {
      if (this.#isOver()) return;
      await this.#take(probe);
    }
  }

  async write(): Promise<void> {
    const { messages } = this.#options;
    let first: unknown;
    let made: Made | undefined;
    try {
      for (const step of writesOf(this.#contract, this.#options, messages, this.#now)) {
        if (this.#isOver()) return;
        const { probe, made: makes, kept } = step(first);
        const answer = await this.#take(probe);
        made = makes?.(answer) ?? made;
        // Without the thing itself, nothing can be said of its life.
        if (makes && !made) return;
        const body = answer && parse(answer.body);
        first ??= body;
        if (kept && answer?.status === probe.expected[0] && kept.read(body) !== kept.value)
          this.#find(probe, {
            rule: 'write-not-kept',
            message: `${probe.operation.id} ${probe.what} does not give back what was written.`,
            expected: String(kept.value),
            was: String(kept.read(body)),
          });
      }
    } finally {
      if (made) await this.#remove(made);
    }
  }

  report(): Report {
    const { provider, allowWrites } = this.#options;
    return {
      check: 'provider',
      subject: this.#url.href,
      summary: `${this.#answered} probes of ${this.#contract.title} were answered, ${allowWrites ? 'with' : 'without'} writes.`,
      rules: PROVIDER_RULES,
      findings: this.#findings.map((finding) => ({ ...finding, where: { provider, ...finding.where } })),
    };
  }

  #isOver(): boolean {
    if (this.#options.signal.aborted && !this.#stopped) {
      this.#stopped = true;
      this.#add({ rule: 'interrupted', message: 'The check did not come to its end.' }, {});
    }
    return this.#stopped;
  }

  async #take(probe: Probe): Promise<Answer | undefined> {
    const answer = await this.#ask(probe.call);
    if (typeof answer === 'string') {
      this.#find(probe, {
        rule: 'unreachable',
        message: `${probe.operation.id} ${probe.what} got no answer: ${answer}.`,
      });
      this.#stopped = true;
      return undefined;
    }
    for (const verdict of judgeAnswer(probe, answer)) {
      this.#find(probe, verdict);
      // Every further call would say the same.
      if (verdict.rule === 'key-refused') this.#stopped = true;
    }
    return answer;
  }

  /** A calendar of Cronofy's, if the user's token leads to one. */
  async #findCalendar(): Promise<string | undefined> {
    const { provider, accessToken } = this.#options;
    if (provider !== 'cronofy' || accessToken === undefined) return undefined;
    const answer = await this.#ask({ method: 'GET', path: '/v1/calendars', authorization: `Bearer ${accessToken}` });
    if (typeof answer === 'string' || answer.status !== 200) return undefined;
    const { calendars } = (parse(answer.body) ?? {}) as { calendars?: unknown };
    const [first] = Array.isArray(calendars) ? (calendars as { calendar_id?: unknown }[]) : [];
    return typeof first?.calendar_id === 'string' ? first.calendar_id : undefined;
  }

  async #ask(call: Call): Promise<Answer | string> {
    try {
      const answer = await this.#call(call);
      this.#answered++;
      this.#now = Date.parse(answer.headers.get('date') ?? '') || this.#now;
      return answer;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return cause instanceof Error ? cause.message : String(cause);
    }
  }

  async #remove({ id, remove, gone }: Made): Promise<void> {
    const answer = await this.#ask(remove);
    if (typeof answer !== 'string' && gone.includes(answer.status)) return;
    const was = typeof answer === 'string' ? answer : String(answer.status);
    this.#add(
      { rule: 'not-cleaned-up', message: `${id} is still there.`, expected: gone.join(' or '), was },
      { operation: `${remove.method} ${remove.path}` },
    );
  }

  #find({ operation }: Probe, verdict: Verdict): void {
    this.#add(verdict, { operation: operation.id });
  }

  #add({ rule, message, pointer, expected, was, basis }: Verdict, where: Finding['where']): void {
    const known = PROVIDER_RULES.find(({ name }) => name === rule)!;
    this.#findings.push({
      rule,
      severity: basis === 'assumed' ? 'note' : known.severity,
      message: this.#redact(message),
      where: pointer === undefined ? where : { ...where, pointer },
      ...(expected === undefined ? {} : { expected }),
      ...(was === undefined ? {} : { was: this.#redact(was) }),
      advice: known.advice,
      ...(basis === undefined ? {} : { basis }),
    });
  }

  /** Keys that a vendor repeats in an answer do not come into a report. */
  #redact(text: string): string {
    const { key, accessToken } = this.#options;
    return [key, accessToken].reduce<string>(
      (shown, secret) => (secret ? shown.replaceAll(secret, '[redacted]') : shown),
      text,
    );
  }
}
