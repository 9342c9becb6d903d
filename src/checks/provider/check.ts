import { delayed, wallClock } from '../../clock/real-time.js';
import type { ProviderWrite, VendorProfile } from '../../contracts/vendor.js';
import type { WireMessage } from '../../contracts/wire.js';
import type { Finding } from '../finding.js';
import { counted, type Report } from '../report.js';
import { createClient, type Answer, type Call, type Client } from './client.js';
import { judgeAnswer, type Verdict } from './judge.js';
import { safeProbes, type Keys, type Probe } from './probes.js';
import { newerThanKnown } from '../versions.js';
import { PROVIDER_RULES, type ProviderRule } from './rules.js';
import { lifeOf, parse, probeOf, textIn } from './writes.js';
import { messageOf } from '../../errors.js';

export interface ProviderOptions extends Keys {
  readonly vendor: VendorProfile;
  /** The version that is expected of it, in full; without it, the API is asked. */
  readonly version?: string | undefined;
  /** Make a bot or an agent, and remove it again. */
  readonly allowWrites: boolean;
  readonly timeoutMs: number;
  /** The vendor's messages that come with greenroom. */
  readonly messages: readonly WireMessage[];
  /** Ends the probes; what was made is still removed. */
  readonly signal: AbortSignal;
}

/** Holds a live API against its contract, both ways. Only with `allowWrites` does it make anything, and removes it. */
export async function checkProvider(url: URL, options: ProviderOptions): Promise<Report> {
  const run = new Run(url, options);
  await run.findVersion();
  await run.probe();
  if (options.allowWrites) await run.write();
  return run.report();
}

/** Real seconds for which an API that says how long is waited for. */
const LONGEST_WAIT_S = 5;
/** So many probes one after the other are turned away before the check ends. */
const MOST_TURNED_AWAY = 3;

/** What a newer server may do otherwise without a fault. */
const DRIFT: ReadonlySet<ProviderRule> = new Set([
  'operation-missing',
  'unexpected-status',
  'undocumented-status',
  'answer-lacks',
  'answer-outside',
  'answer-new-field',
  'answer-not-empty',
  'content-type',
  'challenge-missing',
  'fixture-differs',
]);

/** One run: what was asked and found, and what has to be removed. */
class Run {
  readonly #options: ProviderOptions;
  readonly #call: Client;
  readonly #url: URL;
  readonly #findings: Finding[] = [];
  /** With the contract of the version that is checked. */
  #vendor: VendorProfile;
  /** What the API says, if it is newer than all that is known. */
  #newer: string | undefined;
  #answered = 0;
  /** How many answers were among those that were expected. */
  #fitting = 0;
  /** How many of the last answers were 429. */
  #turnedAway = 0;
  #stopped = false;
  /** The vendor's own now, in milliseconds, as its answers say it; until then, this machine's. */
  #now = Math.floor(wallClock() / 1000);

  constructor(url: URL, options: ProviderOptions) {
    this.#url = url;
    this.#options = options;
    this.#vendor = options.vendor;
    this.#call = createClient(url, options.vendor.access.basePath, options.timeoutMs);
  }

  /** Chooses the contract: of the version that was named, or that the API says. */
  async findVersion(): Promise<void> {
    const { vendor, version } = this.#options;
    const { versions } = vendor;
    if (!versions) return;
    const said = version ?? (await this.#askVersion());
    const read = said === undefined ? undefined : versions.read(said);
    if (read && 'version' in read) this.#vendor = { ...vendor, contract: versions.at(read.version) };
    if (said === undefined || !versions.isNewer(said)) return;
    this.#vendor = { ...vendor, contract: versions.at(versions.newest) };
    this.#newer = said;
    const message = `The API says ${said}; greenroom knows ${vendor.title} up to ${versions.newest}.`;
    this.#add({ rule: 'newer-version', message }, {});
  }

  async #askVersion(): Promise<string | undefined> {
    const { live } = this.#options.vendor.versions!;
    if (!live) return undefined;
    try {
      const { status, body } = await this.#call({ method: 'GET', path: live.path });
      return status === 200 ? live.read(parse(body)) : undefined;
    } catch {
      return undefined;
    }
  }

  async probe(): Promise<void> {
    const keys = { ...this.#options, known: await this.#findKnown() };
    for (const probe of safeProbes(this.#vendor, keys, this.#options.messages)) {
      if (this.#isOver()) return;
      await this.#take(probe);
    }
  }

  async write(): Promise<void> {
    const { messages } = this.#options;
    const vendor = this.#vendor;
    const { steps, remove } = lifeOf(vendor, messages, this.#now);
    let first: unknown;
    let made: ReturnType<typeof remove>;
    try {
      for (const [index, step] of steps.entries()) {
        if (this.#isOver()) return;
        const write = step(first);
        const probe = probeOf(vendor, this.#options, write);
        const answer = await this.#take(probe);
        const body = answer && parse(answer.body);
        if (index === 0) made = remove(answer && { status: answer.status, body });
        // Without the thing itself, nothing can be said of its life.
        if (!made) return answer?.status === 429 ? this.#giveUp(probe, answer) : undefined;
        first ??= body;
        if (write.keeps && answer?.status === probe.expected[0]) this.#judgeKept(probe, write.keeps, body);
      }
    } finally {
      if (made) await this.#remove(made);
    }
  }

  #judgeKept(probe: Probe, [field, expected]: readonly [string, string], body: unknown): void {
    const was = textIn(body, field);
    if (was === expected) return;
    const message = `${probe.operation.id} ${probe.what} does not give back what was written.`;
    this.#find(probe, { rule: 'write-not-kept', message, expected, was });
  }

  report(): Report {
    if (this.#answered > 0 && this.#fitting === 0 && this.#findings.every(({ severity }) => severity !== 'error'))
      this.#add(
        {
          rule: 'nothing-judged',
          message: `None of ${counted(this.#answered, 'answer')} was one that the contract has for its call.`,
        },
        {},
      );
    const { allowWrites } = this.#options;
    const vendor = this.#vendor;
    return {
      check: 'provider',
      subject: this.#url.href,
      summary: `${counted(this.#answered, 'probe')} of ${vendor.contract.title} ${vendor.contract.version} ${wereIn(this.#answered)} answered, ${allowWrites ? 'with' : 'without'} writes.`,
      rules: PROVIDER_RULES,
      findings: this.#findings.map((finding) => ({ ...finding, where: { provider: vendor.name, ...finding.where } })),
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
    if (answer.status === 429 && (await this.#isTurnedAwayForLong(answer))) {
      this.#giveUp(probe, answer);
      return answer;
    }
    if (answer.status !== 429) this.#turnedAway = 0;
    if (probe.expected.includes(answer.status)) this.#fitting++;
    for (const verdict of judgeAnswer(probe, answer)) {
      this.#find(probe, verdict);
      // Every further call would say the same.
      if (verdict.rule === 'key-refused' || (verdict.rule === 'redirected' && this.#fitting === 0))
        this.#stopped = true;
    }
    return answer;
  }

  /** Waits as long as the API asks for, if that is not long: then, and if it goes on so, the check has to end. */
  async #isTurnedAwayForLong({ headers }: Answer): Promise<boolean> {
    const seconds = secondsIn(headers.get('retry-after'), this.#now);
    if (++this.#turnedAway >= MOST_TURNED_AWAY || seconds > LONGEST_WAIT_S) return true;
    await delayed(seconds * 1000);
    return false;
  }

  #giveUp(probe: Probe, { headers }: Answer): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const after = headers.get('retry-after');
    const when = after === null ? '' : `, with Retry-After: ${after}`;
    const { operation, what } = probe;
    const message = `${operation.id} ${what} was turned away${when}: ${counted(this.#fitting, 'probe')} ${wereIn(this.#fitting)} answered before.`;
    this.#find(probe, { rule: 'turned-away', message, expected: probe.expected.join(' or '), was: '429' });
  }

  /** An id that the access token leads to, where the vendor has such a read. */
  async #findKnown(): Promise<Keys['known']> {
    const { vendor, accessToken } = this.#options;
    const { known } = vendor.probes;
    if (!known || accessToken === undefined) return undefined;
    const answer = await this.#ask({ method: 'GET', path: known.path, authorization: `Bearer ${accessToken}` });
    const id = typeof answer !== 'string' && answer.status === 200 ? known.read(parse(answer.body)) : undefined;
    return id === undefined ? undefined : { parameter: known.parameter, id };
  }

  async #ask(call: Call): Promise<Answer | string> {
    try {
      const answer = await this.#call(call);
      this.#answered++;
      this.#now = Date.parse(answer.headers.get('date') ?? '') || this.#now;
      return answer;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return messageOf(cause);
    }
  }

  async #remove({ id, write }: { readonly id: string; readonly write: ProviderWrite }): Promise<void> {
    const { call } = probeOf(this.#vendor, this.#options, write);
    const answer = await this.#ask(call);
    if (typeof answer !== 'string' && write.expected.includes(answer.status)) return;
    const was = typeof answer === 'string' ? answer : String(answer.status);
    this.#add(
      { rule: 'not-cleaned-up', message: `${id} is still there.`, expected: write.expected.join(' or '), was },
      { operation: `${call.method} ${call.path}` },
    );
  }

  #find({ operation }: Probe, verdict: Verdict): void {
    this.#add(verdict, { operation: operation.id });
  }

  #add({ rule, message, pointer, expected, was, basis }: Verdict, where: Finding['where']): void {
    const known = PROVIDER_RULES.find(({ name }) => name === rule)!;
    const finding: Finding = {
      rule,
      severity: basis === 'assumed' ? 'note' : known.severity,
      message: this.#redact(message),
      where: pointer === undefined ? where : { ...where, pointer },
      ...(expected === undefined ? {} : { expected }),
      ...(was === undefined ? {} : { was: this.#redact(was) }),
      advice: known.advice,
      ...(basis === undefined ? {} : { basis }),
    };
    const isDrift = this.#newer !== undefined && DRIFT.has(rule);
    this.#findings.push(isDrift ? newerThanKnown(finding, this.#newer!) : finding);
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

const wereIn = (count: number): string => (count === 1 ? 'was' : 'were');

/** What Retry-After says, in seconds from `now` (milliseconds) on; 0 if it says nothing. */
function secondsIn(after: string | null, now: number): number {
  const said = after === null || /^\s*$/.test(after) ? 0 : Number(after);
  const seconds = Number.isNaN(said) ? (Date.parse(after!) - now) / 1000 : said;
  return Math.max(0, seconds || 0);
}
