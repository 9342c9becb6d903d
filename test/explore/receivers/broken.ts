import type { Meeting } from '../../../src/explore.js';
import { attendeeClient, FINAL, ORDER, type Client, type Message, type Row } from './app.js';
import type { MakeApp } from './explored.js';
import { Notes, type VendorName } from './notes.js';

/** A receiver with one real mistake. */
export interface Broken {
  readonly name: string;
  readonly vendor: VendorName;
  readonly App: MakeApp;
  /** Where the mistake was met in public; without it, it is of our own experience. */
  readonly source?: string;
}

/** The header is compared as a whole: it has several signatures while secrets are rotated. */
class WholeHeader extends Notes {
  override isGenuine(text: string, signature: string | null): boolean {
    return signature === this.client.sign(text);
  }
}

/** Every change of state is written as it comes. */
class LastWriteWins extends Notes {
  override advance(row: Row, status: string, message?: Message): void {
    row.status = status;
    if (status === 'done') this.begin(row, message);
  }
}

class MailPerDelivery extends Notes {
  override isKnown(): boolean {
    return false;
  }
  override apply(row: Row, message: Message): void {
    if (message.status === 'done') this.background(() => this.work(row, message));
    else super.apply(row, message);
    if (message.status === 'done') row.status = 'done';
  }
}

/** The key is looked up, and written down a moment later. */
class CheckThenAct extends Notes {
  override async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    if (!row || this.isKnown(message)) return new Response();
    await Promise.resolve().then(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    this.remember(message);
    if (message.status === 'done') {
      row.status = 'done';
      await this.work(row, message);
    } else this.apply(row, message);
    return new Response();
  }
}

/** What was told of any meeting is taken for told of this one. */
class DedupeByState extends Notes {
  override isKnown({ status }: Message): boolean {
    return this.disk.seen.has(status ?? '');
  }
  override remember({ status }: Message): void {
    this.disk.seen.add(status ?? '');
  }
  override apply(row: Row, message: Message): void {
    super.apply(row, message);
    if (message.status === 'ready') row.mails.push('we are on our way');
  }
  override isOver(row: Row): boolean {
    return row.status === 'failed' || row.notes.length > 0;
  }
}

/** The agent's id is written down when the answer is there; a webhook that is earlier finds nothing. */
class WebhookBeforeAnswer extends Notes {
  override makeClient(): Client {
    const client = attendeeClient(this.room);
    return { ...client, schedule: (row) => client.schedule({ ...row, joinAt: undefined as never }) };
  }
  override find({ agent }: Message): Row | undefined {
    return [...this.disk.rows.values()].find((row) => row.agent === agent);
  }
  override apply(row: Row, message: Message): void {
    if (message.status === 'joining') row.mails.push('we are on our way');
    super.apply(row, message);
  }
  override isOver(row: Row): boolean {
    return row.status === 'failed' || row.notes.length > 0;
  }
}

/** Says goodbye in the chat whenever it hears that the recording ends. */
class DeadBotCalledAgain extends Notes {
  override isKnown(): boolean {
    return false;
  }
  override apply(row: Row, message: Message): void {
    super.apply(row, message);
    if (message.status !== 'recording') return;
    this.background(async () => {
      await this.room.fetch(`/api/v1/bots/${row.agent}/send_chat_message`, {
        method: 'POST',
        headers: { authorization: `Token ${this.room.attendee.api_key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message: 'We take notes', to: 'everyone' }),
      });
    });
  }
}

/** A line of the transcript means that the meeting goes on. */
class TranscriptReopens extends Notes {
  override makeClient(): Client {
    return attendeeClient(this.room, ['bot.state_change', 'transcript.update']);
  }
  override apply(row: Row, message: Message): void {
    if (message.line) row.status = 'recording';
    super.apply(row, message);
  }
  override isOver(row: Row): boolean {
    return row.status === 'failed' || row.mails.length > 0;
  }
}

class NoReconciliation extends Notes {
  override resume(row: Row): void {
    if (row.status === 'done' && row.mails.length === 0) this.begin(row);
  }
}

/** There is one meeting at a time. */
class OneCurrentMeeting extends Notes {
  override find(): Row | undefined {
    return [...this.disk.rows.values()].at(-1);
  }
}

class VerifiesAfterParsing extends Notes {
  override isGenuine(text: string, signature: string | null): boolean {
    return super.isGenuine(JSON.stringify(JSON.parse(text)), signature);
  }
}

class VerifiesNothing extends Notes {
  override isGenuine(): boolean {
    return true;
  }
}

/** A message without a signature comes from our own tests. */
class UnsignedIsFine extends Notes {
  override isGenuine(text: string, signature: string | null): boolean {
    return signature === null || super.isGenuine(text, signature);
  }
}

class RetryStorm extends Notes {
  override async retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt > 50) throw error;
      }
    }
  }
}

/** Asks for the agent a while before the meeting, by a timer that stays when the meeting is moved. */
class TimerStays extends Notes {
  override async schedule({ url, joinAt }: Meeting): Promise<{ id: string }> {
    const row: Row = { id: this.keyOf(url), url, joinAt, status: 'scheduled', notes: [], mails: [] };
    this.disk.rows.set(row.id, row);
    this.resume(row);
    this.#plan(row);
    return { id: row.id };
  }
  #plan(row: Row): void {
    const { joinAt } = row;
    const ask = async (): Promise<void> => {
      row.agent = await this.client.schedule({ ...row, joinAt, id: `${row.id}-${Date.parse(joinAt)}` });
    };
    this.after(Math.max(0, Date.parse(joinAt) - 360_000 - Date.now()), () => this.background(ask));
  }
  override find({ agent }: Message): Row | undefined {
    return [...this.disk.rows.values()].find((row) => row.agent === agent) ?? [...this.disk.rows.values()][0];
  }
  override async reschedule(id: string, joinAt: string): Promise<void> {
    const row = this.disk.rows.get(id)!;
    row.joinAt = joinAt;
    this.#plan(row);
  }
}

/** What fails once has failed. */
class GivesUpAtOnce extends Notes {
  override retried<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

/** A unique index keeps copies out, and the error of the database goes out as it is. */
class CopyIsAnError extends Notes {
  override isKnown(message: Message): boolean {
    if (super.isKnown(message)) throw new Error('duplicate key value violates unique constraint');
    return false;
  }
}

/** A message that has a field more than expected is refused. */
class KnowsAllFields extends Notes {
  override async handle(message: Message, request: Request): Promise<Response> {
    const known = ['idempotency_key', 'bot_id', 'bot_metadata', 'trigger', 'data', 'user_id', 'object_metadata'];
    const stray = Object.keys(message.raw).find((name) => !known.includes(name));
    return stray === undefined ? super.handle(message, request) : new Response('', { status: 422 });
  }
}

class FailureUnheard extends Notes {
  override advance(row: Row, status: string, message?: Message): void {
    if (status !== 'failed') super.advance(row, status, message);
  }
  override isOver(row: Row): boolean {
    return row.mails.length > 0 || Date.now() > Date.parse(row.joinAt) + 14_400_000;
  }
}

/** The keys of messages are forgotten when the process ends. */
class ForgetsKeys extends Notes {
  readonly #seen = new Set<string>();
  override isKnown({ key }: Message): boolean {
    return this.#seen.has(key);
  }
  override remember({ key }: Message): void {
    this.#seen.add(key);
  }
  override apply(row: Row, message: Message): void {
    super.apply(row, message);
    if (message.status === 'ready') row.mails.push('we are on our way');
  }
}

/** Reminders wait in the memory of the process. */
class QueueInMemory extends Notes {
  override apply(row: Row, message: Message): void {
    super.apply(row, message);
    if (message.status !== 'ready') return;
    this.after(Math.max(0, Date.parse(row.joinAt) - Date.now()), () => row.notes.push('reminded'));
  }
}

/** Asks again with another key, for the answer was lost. */
class AsksTwice extends Notes {
  override makeClient(): Client {
    const client = attendeeClient(this.room);
    let asked = 0;
    return {
      ...client,
      schedule: (row) =>
        client
          .schedule({ ...row, id: row.id, joinAt: row.joinAt })
          .catch(() => client.schedule({ ...row, id: `${row.id}-${++asked}` })),
    };
  }
  override find({ agent }: Message): Row | undefined {
    return [...this.disk.rows.values()].find((row) => row.agent === agent) ?? [...this.disk.rows.values()][0];
  }
}

/** Lines are appended as they come. */
class AppendsLines extends Notes {
  override makeClient(): Client {
    return attendeeClient(this.room, ['bot.state_change', 'transcript.update']);
  }
  override apply(row: Row, message: Message): void {
    if (message.line) row.notes.push(message.line.text);
    super.apply(row, message);
  }
  override begin(row: Row): void {
    if (row.mails.length === 0) row.mails.push('notes are ready');
  }
}

/** The whole row is read, changed and written again, as a document is; what came meanwhile is lost. */
class ReadsAndWrites extends AppendsLines {
  override async handle(message: Message, request: Request): Promise<Response> {
    const row = this.find(message, request);
    if (!row || this.isKnown(message)) return new Response();
    this.remember(message);
    const read = structuredClone(row);
    await new Promise((resolve) => setImmediate(resolve));
    this.apply(read, message);
    read.notes.sort();
    Object.assign(row, read);
    return new Response();
  }
}

/** The same, and a copy is a line more. */
class CountsLines extends AppendsLines {
  override isKnown(message: Message): boolean {
    const { line } = message;
    return line === undefined && super.isKnown(message);
  }
  override apply(row: Row, message: Message): void {
    super.apply(row, message);
    row.notes.sort();
  }
}

/** The user's meeting is called off here, and the vendor is not told. */
class CancelStaysHere extends Notes {
  override async cancel(id: string): Promise<void> {
    this.disk.rows.get(id)!.cancelled = true;
  }
}

/** A meeting that is moved gets a new agent, and the old one is not called off. */
class MovedGetsAnother extends Notes {
  override async reschedule(id: string, joinAt: string): Promise<void> {
    const row = this.disk.rows.get(id)!;
    row.joinAt = joinAt;
    row.agent = await this.client.schedule({ ...row, id: `${id}-moved` });
  }
  override find({ agent, meeting }: Message): Row | undefined {
    return (
      this.disk.rows.get(meeting?.replace('-moved', '') ?? '') ??
      [...this.disk.rows.values()].find((row) => row.agent === agent)
    );
  }
}

/** Nobody waits for the work, and nobody hears that it failed. */
class Unhandled extends Notes {
  override background(work: () => Promise<void>): void {
    void work();
  }
  override retried<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

/** The minutes of a meeting are billed at each callback that tells of its end. */
class BillsAgain extends Notes {
  override isKnown(): boolean {
    return false;
  }
  override apply(row: Row, message: Message): void {
    super.apply(row, message);
    if (message.status === 'done' && row.mails.length > 0) this.background(() => this.work(row, message));
  }
}

/** Goes to a step only from the one before it. */
class StepByStep extends Notes {
  override advance(row: Row, status: string, message?: Message): void {
    const isNext = ORDER.indexOf(status) - ORDER.indexOf(row.status) === 1;
    if (FINAL.includes(row.status) || !(isNext || status === 'done' || status === 'failed')) return;
    if (status === 'done' && row.status === 'scheduled') return;
    row.status = status;
    if (status === 'done') this.begin(row, message);
  }
}

export const BROKEN: readonly Broken[] = [
  {
    name: 'last write wins',
    vendor: 'attendee',
    App: LastWriteWins,
    source: 'https://github.com/paypal/mirakl-hyperwallet-connector/issues/35',
  },
  {
    name: 'mail per delivery',
    vendor: 'attendee',
    App: MailPerDelivery,
    source: 'https://github.com/sendgrid/docs/issues/2933',
  },
  {
    name: 'check, then act',
    vendor: 'attendee',
    App: CheckThenAct,
    source: 'https://github.com/pay-rails/pay/pull/383',
  },
  {
    name: 'dedupe by state',
    vendor: 'attendee',
    App: DedupeByState,
    source: 'https://github.com/muxinc/mux-node-sdk/issues/83',
  },
  {
    name: 'webhook before the answer',
    vendor: 'attendee',
    App: WebhookBeforeAnswer,
    source: 'https://github.com/Shopify/shopify-app-js/issues/603',
  },
  {
    name: 'dead bot called again',
    vendor: 'attendee',
    App: DeadBotCalledAgain,
    source: 'https://github.com/elie222/inbox-zero/pull/3444',
  },
  { name: 'transcript reopens', vendor: 'attendee', App: TranscriptReopens },
  {
    name: 'no reconciliation',
    vendor: 'attendee',
    App: NoReconciliation,
    source: 'https://github.com/antiwork/flexile/issues/1615',
  },
  { name: 'one current meeting', vendor: 'attendee', App: OneCurrentMeeting },
  {
    name: 'verification after parsing',
    vendor: 'cronofy',
    App: VerifiesAfterParsing,
    source: 'https://github.com/octokit/webhooks.js/issues/76',
  },
  {
    name: 'whole header',
    vendor: 'cronofy',
    App: WholeHeader,
    source: 'https://github.com/cronofy/notification-hmac-examples/blob/master/node/index.js',
  },
  { name: 'no verification', vendor: 'attendee', App: VerifiesNothing },
  { name: 'unsigned is fine', vendor: 'cronofy', App: UnsignedIsFine },
  { name: 'retry storm', vendor: 'attendee', App: RetryStorm, source: 'https://github.com/curl/curl/issues/3794' },
  {
    name: 'timer stays',
    vendor: 'attendee',
    App: TimerStays,
    source: 'https://github.com/elie222/inbox-zero/pull/3071',
  },
  {
    name: 'gives up at once',
    vendor: 'attendee',
    App: GivesUpAtOnce,
    source: 'https://github.com/solana-foundation/solana-developer-platform/issues/325',
  },
  {
    name: 'copy is an error',
    vendor: 'attendee',
    App: CopyIsAnError,
    source: 'https://github.com/go-vela/server/pull/1175',
  },
  { name: 'knows all fields', vendor: 'attendee', App: KnowsAllFields },
  { name: 'failure unheard', vendor: 'attendee', App: FailureUnheard },
  { name: 'forgets keys', vendor: 'attendee', App: ForgetsKeys, source: 'https://github.com/saleor/apps/issues/339' },
  { name: 'queue in memory', vendor: 'attendee', App: QueueInMemory },
  {
    name: 'asks twice',
    vendor: 'attendee',
    App: AsksTwice,
    source: 'https://github.com/attendee-labs/attendee/issues/108',
  },
  {
    name: 'appends lines',
    vendor: 'attendee',
    App: AppendsLines,
    source: 'https://github.com/reapit/foundations/issues/9608',
  },
  { name: 'reads and writes', vendor: 'attendee', App: ReadsAndWrites },
  { name: 'counts lines', vendor: 'attendee', App: CountsLines },
  { name: 'cancel stays here', vendor: 'cronofy', App: CancelStaysHere },
  {
    name: 'moved gets another',
    vendor: 'attendee',
    App: MovedGetsAnother,
    source: 'https://github.com/Vexa-ai/vexa/pull/1185',
  },
  { name: 'unhandled', vendor: 'attendee', App: Unhandled },
  {
    name: 'bills again',
    vendor: 'cronofy',
    App: BillsAgain,
    source: 'https://github.com/keygen-sh/keygen-api/issues/68',
  },
  {
    name: 'step by step',
    vendor: 'attendee',
    App: StepByStep,
    source: 'https://github.com/google/go-github/issues/2706',
  },
];
