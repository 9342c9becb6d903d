import { expect, test } from 'vitest';
import type { ExploreFinding } from '../../src/explore/report/report.js';
import { renderFinding } from '../../src/explore/report/text.js';
import type { Story } from '../../src/explore/stories/story.js';
import type { Message, Row } from './receivers/app.js';
import type { Meeting } from '../../src/explore.js';
import { broken } from './receivers/explore-broken.js';
import { Notes } from './receivers/notes.js';
import { foundIn } from './receivers/replayed.js';

const told = (findings: readonly ExploreFinding[]): string[][] =>
  findings.map(({ oracle, sentence, mistake }) => [oracle, sentence, mistake.name]);

interface Told {
  readonly new_state?: string;
  readonly created_at?: string;
}
const dataOf = ({ raw }: Message): Told => (raw as { readonly data?: Told }).data ?? {};

/** Shows its user how the agent is, by the vendor's newest word. */
class Shows extends Notes {
  override async handle(message: Message, request: Request): Promise<Response> {
    const { created_at: at = '' } = dataOf(message);
    const row = this.find(message, request);
    if (row && !this.isKnown(message) && this.isNewer(at, this.shown(row.id).at)) this.show(row, message, at);
    return super.handle(message, request);
  }
  isNewer(at: string, than: string): boolean {
    return at > than;
  }
  show({ id }: Row, message: Message, at: string): void {
    this.disk.kept.set(`shown ${id}`, { at, state: dataOf(message).new_state });
  }
  shown(id: string): { readonly at: string; readonly state: string } {
    return (this.disk.kept.get(`shown ${id}`) ?? { at: '', state: 'scheduled' }) as ReturnType<Shows['shown']>;
  }
  override state(id: string): unknown {
    return { shown: this.shown(id).state };
  }
}

/** A message is a copy if its bot was in that state before. */
class KnowsByBotAndState extends Shows {
  override isKnown(message: Message): boolean {
    return this.disk.seen.has(`${message.agent} ${dataOf(message).new_state}`);
  }
  override remember(message: Message): void {
    this.disk.seen.add(`${message.agent} ${dataOf(message).new_state}`);
  }
}

test.each([
  ['recording-withdrawn', 'joined_recording_permission_denied'],
  ['breakout-rooms', 'joining_breakout_room'],
])('A state that comes again in %s and is taken for a copy is found', async (scenario, kept) => {
  expect(await foundIn(Shows, { scenario })).toEqual([]);
  const found = await foundIn(KnowsByBotAndState, { scenario });
  expect(told(found)).toEqual([
    ['noticed', 'The app does not notice that its agent is joined_recording again', 'a state comes once'],
  ]);
  expect(found[0]).toMatchObject({
    expected: '"joined_recording" at /shown, as after the first bot.state_change joined_recording',
    was: `"${kept}"`,
  });
});

/** Knows no word for either, and counts what is new. */
class CountsStates extends KnowsByBotAndState {
  override state(id: string): unknown {
    const { agent = '' } = this.disk.rows.get(id) ?? {};
    return { states: [...this.disk.seen].filter((key) => key.startsWith(agent)).length };
  }
}

test('An app that counts the states that there were does not have to count one twice', async () => {
  expect(await foundIn(CountsStates, { scenario: 'recording-withdrawn' })).toEqual([]);
});

/** Fails where it finds no word of its own for a state. */
class KnowsFewStates extends Notes {
  override async handle(message: Message, request: Request): Promise<Response> {
    const isStrange = dataOf(message).new_state !== undefined && message.status === undefined;
    return isStrange ? new Response('no such state', { status: 500 }) : super.handle(message, request);
  }
}

test('A state that the app does not know is told as such', async () => {
  expect(told(await foundIn(KnowsFewStates, { scenario: 'recording-withdrawn' }))).toEqual([
    [
      'answers',
      'The app fails at bot.state_change joined_recording_permission_denied, which the vendor really sends',
      'unexpected message',
    ],
  ]);
});

/** The lobby has no word, either. */
class KnowsNoLobby extends Notes {
  override async handle(message: Message, request: Request): Promise<Response> {
    return message.status === 'waiting' ? new Response('', { status: 500 }) : super.handle(message, request);
  }
}

test('The same is told where all goes well', async () => {
  expect(told(await foundIn(KnowsNoLobby, {}))).toEqual([
    ['answers', 'The app fails at bot.state_change waiting_room, which the vendor really sends', 'unexpected message'],
  ]);
});

const LATE: Partial<Story> = {
  deviations: [{ at: { delivery: { type: 'bot.state_change', state: 'post_processing' } }, do: { delay: '1m' } }],
};

/** Of the times of messages it compares the minutes. */
class ComparesMinutes extends Shows {
  override isNewer(at: string, than: string): boolean {
    return at.slice(0, 16) > than.slice(0, 16);
  }
}

test('Where the quiet life itself has dropped a message, that is told', async () => {
  expect(await foundIn(Shows, LATE)).toEqual([]);
  const [found] = await foundIn(ComparesMinutes, LATE);
  expect(found!.mistake).toMatchObject({
    name: 'newer taken for older',
    evidence: 'bot.state_change ended is answered 2xx and changes nothing, even if nothing goes wrong',
  });
});

/** Looks for the recording when the bot has left, and once. */
class LooksOnce extends Notes {
  override advance(row: Row, status: string, message?: Message): void {
    if (status === 'processing' && row.status !== status) this.background(() => this.look(row));
    super.advance(row, status, message);
  }
  async look({ id, agent }: Row): Promise<void> {
    const { attendee, fetch } = this.room;
    const headers = { authorization: `Token ${attendee.api_key}` };
    const { ok } = await fetch(`${attendee.base_url}/api/v1/bots/${agent}/recording`, { headers });
    this.disk.kept.set(`recording ${id}`, ok ? 'there' : 'none');
  }
  override state(id: string): unknown {
    return { recording: this.disk.kept.get(`recording ${id}`) ?? 'unknown' };
  }
}

test('Where the quiet life itself has asked too early, that is told', async () => {
  const found = await foundIn(LooksOnce, LATE);
  expect(found.map(({ mistake }) => mistake.name)).toContain('asked too early');
});

/** Looks every 45 seconds whether there is work that is not done. */
class Sweeps extends Notes {
  override resume(row: Row): void {
    super.resume(row);
    const isDone = (): boolean => row.mails.length > 0 || row.status === 'failed';
    const sweep = async (): Promise<void> => (row.status === 'done' ? this.work(row) : undefined);
    this.every(45_000, sweep, isDone);
  }
}

/** The same, and whoever begins with it says so before. */
class Claims extends Sweeps {
  readonly #claimed = new Set<string>();
  override async work(row: Row, message?: Message): Promise<void> {
    if (this.#claimed.has(row.id)) return;
    this.#claimed.add(row.id);
    await super.work(row, message).finally(() => this.#claimed.delete(row.id));
  }
}

const BUSY: Partial<Story> = {
  deviations: [{ at: { call: { operation: 'getTranscript' } }, do: { rate_limit: { retry_after: 30 } }, times: 2 }],
};

test('Work that is begun again while it is tried again is not told as given up', async () => {
  expect(await foundIn(Claims, BUSY)).toEqual([]);
  const [found] = await foundIn(Sweeps, BUSY);
  expect(found!.mistake).toMatchObject({ name: 'begun twice', evidence: '/mails/1 has more when a call fails' });
});

/** Asks every two minutes how the bot is, does not listen, and has it leave when it has asked often enough. */
class Impatient extends Notes {
  override resume(row: Row): void {
    let asked = 0;
    const ask = async (): Promise<void> => {
      await this.client.look!(row);
      asked++;
      if (asked === 60) await this.leave(row);
    };
    this.every(120_000, ask, () => this.isOver(row));
  }
  async leave({ agent }: Row): Promise<void> {
    const { attendee, fetch } = this.room;
    const headers = { authorization: `Token ${attendee.api_key}` };
    await fetch(`${attendee.base_url}/api/v1/bots/${agent}/leave`, { method: 'POST', headers });
  }
}

test('What differs once is shown before calls that are made over and over', async () => {
  const found = await foundIn(Impatient, {
    deviations: [{ at: { delivery: { type: 'bot.state_change', state: 'ended' } }, do: { delay: '2h' } }],
  });
  const refused = found.find(({ sentence }) => sentence.startsWith('The app calls leaveMeeting'))!;
  expect(renderFinding(refused, 1)).toMatch(/\+ +\+1h30m → leaveMeeting {2}400\n/);
});

/** Keeps in memory which meetings there are. */
class Forgetful extends Notes {
  readonly #known = new Set<string>();
  override async schedule(meeting: Meeting): Promise<{ id: string }> {
    const { id } = await super.schedule(meeting);
    this.#known.add(id);
    return { id };
  }
  override resume(row: Row): void {
    if (row.agent === undefined) super.resume(row);
  }
  override find(message: Message, request: Request): Row | undefined {
    const row = super.find(message, request);
    return row && this.#known.has(row.id) ? row : undefined;
  }
}

test('What is done to a meeting and to the app stands among what happens', async () => {
  const [restarted] = await foundIn(Forgetful, { deviations: [{ at: { instant: '-8m' }, do: { restart: true } }] });
  expect(renderFinding(restarted!, 1)).toMatch(/\n {2}\+ +-8m \* the app is restarted\n/);
  const moved = { at: { instant: '-9m' }, do: { reschedule: '15m' } };
  const [kept] = await foundIn(broken('moved gets another').App, { deviations: [moved] });
  // The meeting is a quarter of an hour later now, from which the lines count.
  expect(renderFinding(kept!, 1)).toMatch(/\n {2}\+ +-24m \* the meeting is moved by 15m\n/);
});

test.each([5, 800])('An app that waits for %i ms before it answers is in time', async (ms) => {
  class Waits extends Notes {
    override async handle(message: Message, request: Request): Promise<Response> {
      await this.sleep(ms);
      return super.handle(message, request);
    }
  }
  expect(await foundIn(Waits, {})).toEqual([]);
});
