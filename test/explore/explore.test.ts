import { expect, test } from 'vitest';
import { explore, expectExplored } from '../../src/explore.js';
import type { Greenroom } from '../../src/index.js';
import { replayOn } from '../../src/explore/replay.js';
import { openStage } from '../../src/explore/playing/stage.js';
import { KINDS } from '../../src/explore/stories/kinds.js';
import type { Story } from '../../src/explore/stories/story.js';
import { broken, exploreBroken } from './receivers/explore-broken.js';
import { explored, type MakeApp } from './receivers/explored.js';
import { attendeeClient, ORDER, type Client, type Message, type Row } from './receivers/app.js';
import { Notes } from './receivers/notes.js';
import { foundIn } from './receivers/replayed.js';
import { embeddedIn } from '../support/embedded.js';

test('A mail that is sent twice is found, in a story of one copy', async () => {
  const { App, vendor } = broken('mail per delivery');
  const options = { ...explored(App, vendor), scenarios: ['happy-path'], executions: 6, seed: 1 };
  const { findings } = await explore({ ...options, room: { attendee: { version: '1.81' } } });
  expect(findings.map(({ oracle, signature }) => ({ oracle, signature }))).toEqual([
    { oracle: 'idempotent', signature: 'idempotent | mails | bot.state_change post_processing → ended × duplicate' },
  ]);
  const { story, mistake } = findings[0]!;
  expect(story.deviations).toEqual([
    { at: { delivery: { type: 'bot.state_change', state: 'ended' } }, do: { duplicate: 1 } },
  ]);
  expect(mistake.name).toBe('mail per delivery');

  // It carries the version of the vendor that it was found in, and is played again in that version.
  expect(story).toMatchObject({ provider: 'attendee', vendor_version: '1.81.1' });
  const versions: string[] = [];
  const stage = await openStage({
    ...options,
    app: (room) => {
      versions.push(room.attendee.version);
      return options.app(room);
    },
  });
  const { fails } = await replayOn(stage, options, story);
  await stage.close();
  // The first world only shows where the app listens.
  expect([fails, ...versions.slice(1)]).toEqual([true, '1.81.1', '1.81.1', '1.81.1']);
});

test('What was found is a page, too: each story beside its quiet life, of the times in which nothing else happened', async () => {
  const { App, vendor } = broken('mail per delivery');
  const options = { ...explored(App, vendor), scenarios: ['happy-path'], executions: 6, seed: 1 };
  const report = await explore({ ...options, record: true });
  const { title, heads, lines } = embeddedIn(report.html('URL -- CMD'));
  expect(title).toBe('explore: 1 finding · greenroom');
  const [finding] = report.findings;
  expect(heads).toMatchObject([
    { title: 'quiet life of happy-path, a day longer' },
    {
      title: `story ${finding!.hash}`,
      about: { beside: 0, verdict: expect.stringMatching(/^1\. A message that comes/) },
    },
  ]);
  expect(heads[1]!.about.facts).toContainEqual(['/mails/1', 'expected nothing, was "notes are ready"']);
  const ends = lines.map((told) => told.filter((line) => line.startsWith('bot.state_change ended')).length);
  expect(ends).toEqual([1, 2]);
  // What explore itself asks the vendor when all is over is no part of it.
  expect(report.html()).not.toContain('greenroom-explore');
});

test('What a short search did not reach is one line, which counts the places of each kind', async () => {
  const options = { ...explored(Notes, 'attendee'), scenarios: ['happy-path'], seed: 1 };
  const { not_tried } = await explore({ ...options, executions: 4 });
  const told = not_tried.filter((line) => line.includes('more executions'));
  const line = /^\d+ pairs of a change and a kind were not reached: .* By kind: duplicate \d+ of \d+, reordered /;
  expect(told).toEqual([expect.stringMatching(line)]);
});

test('Scenarios that the user names are played before anything goes wrong, and those that were not reached are told', async () => {
  const named = ['happy-path', 'lobby-denied', 'recording-withdrawn'];
  const lines: string[] = [];
  const options = { ...explored(Notes, 'attendee'), scenarios: named, seed: 1 };
  const all = await explore({ ...options, executions: 5, progress: (line) => lines.push(line) });
  expect([all.tried.scenarios, lines[0]]).toEqual([3, expect.stringMatching(/now quiet lives$/)]);
  expect(all.not_tried.filter((line) => line.startsWith('not reached: '))).toEqual([]);
  const few = await explore({ ...options, executions: 2 });
  const line =
    'not reached: 2 scenarios (lobby-denied, recording-withdrawn). Give it more executions, or name some with --scenario.';
  expect(few.not_tried).toContain(line);
});

test.each([
  [true, []],
  [false, [expect.stringMatching(/^how soon the app calls again when it is told to wait: .*--lockstep/)]],
])('A report says that a retry storm is not judged in the own time of an app: %j', async (lockstep, told) => {
  const options = { ...explored(Notes, 'attendee'), scenarios: ['happy-path'], executions: 1, lockstep };
  const { not_tried } = await explore(options);
  expect(not_tried.filter((line) => line.startsWith('how soon'))).toEqual(told);
});

test('What was left out on request is one line, however many kinds that are', async () => {
  const options = { ...explored(Notes, 'attendee'), scenarios: ['happy-path'], executions: 1 };
  const { not_tried } = await explore({ ...options, without: ['forged', 'unsigned', 'garbled'] });
  expect(not_tried.filter((line) => line.includes('on request'))).toEqual([
    'forged, unsigned, garbled: left out on request.',
  ]);
});

test('Without what was recorded there is no page', async () => {
  const report = await explore({ ...explored(Notes, 'attendee'), scenarios: ['happy-path'], executions: 1 });
  expect(() => report.html()).toThrow('Explore with { record: true }.');
});

test('A message that is not the vendor’s is found out by the calls that it causes', async () => {
  const { findings } = await exploreBroken('unsigned is fine', 12, { blunt: true });
  expect(findings.map(({ oracle, mistake }) => [oracle, mistake.name])).toEqual([['forged', 'no verification']]);
});

test('A message that is refused in its turn is found without a state', async () => {
  const { findings } = await exploreBroken('knows all fields', 14, { blunt: true });
  expect(findings.map(({ oracle, sentence, mistake }) => [oracle, sentence, mistake.name])).toEqual([
    [
      'answers',
      'The app refuses bot.state_change joining, which it takes when nothing goes wrong',
      'unknown field refused',
    ],
  ]);
});

test('An app that writes back what it has read is found by two messages at the same time', async () => {
  const { App, vendor } = broken('reads and writes');
  const { findings } = await explore({
    ...explored(App, vendor),
    scenarios: ['happy-path'],
    without: KINDS.map(({ name }) => name).filter((name) => name !== 'beside'),
    executions: 8,
  });
  expect(findings).toMatchObject([
    {
      oracle: 'confluence',
      story: { deviations: [{ do: { hold_until: { type: 'transcript.update' }, together: true } }] },
      mistake: { name: 'read, change, write' },
    },
  ]);
});

test('A signature that is verified after parsing is told as such', async () => {
  const { findings } = await exploreBroken('verification after parsing', 18);
  expect(findings.map(({ mistake }) => mistake.name)).toContain('verification after parsing');
});

test('An app that compares the whole header of signatures is found by a rotation of secrets', async () => {
  const without = KINDS.map(({ name }) => name).filter((name) => name !== 'rotation');
  const few = { scenarios: ['happy-path'], executions: 6, without };
  const { App, vendor } = broken('whole header');
  const { findings } = await explore({ ...explored(App, vendor, { blunt: true }), ...few });
  expect(findings).toMatchObject([
    {
      oracle: 'answers',
      story: { deviations: [{ do: { signature: 'rotation' } }] },
      mistake: { name: 'one signature alone' },
    },
  ]);
  // It stays where it was, and has not gone back.
  const withState = await explore({ ...explored(App, vendor), ...few });
  const told = withState.findings.flatMap(({ sentence, also }) => [sentence, ...also]).join('\n');
  expect(told).toMatch(/^The app refuses meeting_agent_\w+ [^]*^The state depends on when and how the messages come$/m);
  expect(told).not.toContain('goes back');
  // Attendee signs with one secret: two never stand side by side.
  for (const [vendor, storms] of [
    ['cronofy', 1],
    ['attendee', 0],
  ] as const) {
    const lines: string[] = [];
    const right = await explore({ ...explored(Notes, vendor), ...few, progress: (line) => lines.push(line) });
    expect(right.findings).toEqual([]);
    expect(lines.filter((line) => line.endsWith('storm of rotation'))).toHaveLength(storms);
  }
});

/** Lists who was there, page by page. */
class Guests extends Notes {
  override makeClient(): Client {
    return { ...attendeeClient(this.room), notes: ({ agent }) => this.namesAt(`/api/v1/bots/${agent}/participants`) };
  }
  async namesAt(page: string): Promise<string[]> {
    const headers = { authorization: `Token ${this.room.attendee.api_key}` };
    const response = await this.room.fetch(page, { headers });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const { next, results } = (await response.json()) as { next: string | null; results: readonly { name: string }[] };
    return [...results.map(({ name }) => name), ...(next === null ? [] : await this.others(next))];
  }
  others(next: string): Promise<string[]> {
    return this.namesAt(next);
  }
}

class FirstGuests extends Guests {
  override others(): Promise<string[]> {
    return Promise.resolve([]);
  }
}

test('An app that reads the first page of a list alone is found by pages of one', async () => {
  const without = KINDS.map(({ name }) => name).filter((name) => name !== 'short-pages');
  const few = { scenarios: ['happy-path'], executions: 6, without };
  const { findings } = await explore({ ...explored(FirstGuests, 'attendee'), ...few });
  expect(findings).toMatchObject([
    {
      oracle: 'converges',
      sentence: 'The app does not make the same of a list that comes in more pages',
      story: { deviations: [{ at: { call: { operation: 'listParticipants' } }, do: { page_size: 1 } }] },
      mistake: { name: 'first page alone' },
    },
  ]);
  const right = await explore({ ...explored(Guests, 'attendee'), ...few });
  expect(right.findings, right.text()).toEqual([]);
});

test('An app that is not deterministic is told so first, and what differs is left out', async () => {
  class Chancy extends Notes {
    override state(id: string): unknown {
      return { ...(super.state(id) as object), lucky: Math.random() };
    }
  }
  const report = await explore({ ...explored(Chancy, 'cronofy'), scenarios: ['happy-path'], executions: 8 });
  expect(report.findings).toEqual([]);
  expect(report.notes[0]).toMatch(
    /^Two quiet executions of happy-path differ at \/lucky: .* as --ignore \/lucky does\.$/,
  );
});

test('An app that works for seconds before it answers each message is explored as any other', async () => {
  class Slow extends Notes {
    override async handle(message: Message, request: Request): Promise<Response> {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return super.handle(message, request);
    }
  }
  const options = { ...explored(Slow, 'attendee'), scenarios: ['happy-path'], executions: 4 };
  const { findings, stopped, executions } = await explore(options);
  expect([findings, stopped, executions]).toEqual([[], undefined, 4]);
});

test('A place to leave out that no state has is told, with the places that there are', async () => {
  const options = { ...explored(Notes, 'attendee'), scenarios: ['happy-path'], executions: 4 };
  const { notes } = await explore({ ...options, ignore: ['/sate', '/*/nothing'] });
  expect(notes[0]).toMatch(/^--ignore \/sate leaves nothing out: no state had such a place\. It has \/\w+/);
  expect(notes[1]).toMatch(/^--ignore \/\*\/nothing leaves nothing out/);
  const [place = ''] = /\/\w+/.exec(notes[0]!.slice('--ignore /sate'.length)) ?? [];
  expect((await explore({ ...options, ignore: [place] })).notes).toEqual([]);
});

test.each<[string, object, RegExp]>([
  [
    'does not start',
    {
      app: () => {
        throw new Error('no database');
      },
    },
    /Failed to start the app: .* it threw: no database\. /,
  ],
  ['gives no receivers', { app: () => ({}) }, /expected "app" to give \{ receivers \} or \{ url \}, was neither/],
  [
    'has a state that throws',
    {
      state: () => {
        throw new Error('no such table');
      },
    },
    /Failed to read the state of the app: .* no such table\. /,
  ],
  ['schedules nothing', { act: () => undefined }, /expected the act to ask Cronofy for an agent, but none was made/],
  [
    'fails to schedule',
    {
      act: () => {
        throw new Error('not logged in');
      },
    },
    /expected the act to schedule a meeting, but it failed .* not logged in\nNo call of the app has come to greenroom/,
  ],
  [
    'is refused its call',
    {
      act: async ({ room }: Notes) => {
        const headers = { authorization: `Bearer ${room.cronofy.client_secret}`, 'content-type': 'application/json' };
        const { ok } = await room.fetch('/v1/meeting_agents', { method: 'POST', headers, body: '{}' });
        if (!ok) throw new Error('the vendor said no');
      },
    },
    /the vendor said no\nCronofy had answered its call POST \/v1\/meeting_agents with 422: \{"errors":/,
  ],
  ['is of an unknown vendor', { provider: 'cronify' }, /was "cronify"\. Did you mean "cronofy"\?/],
  ['plays an unknown scenario', { scenarios: ['happy-pth'] }, /Did you mean "happy-path"\?/],
  ['has a misspelt option', { executons: 3 }, /was "executons"\. Did you mean "executions"\?/],
  ['leaves out an unknown kind', { without: ['duplicated'] }, /Did you mean "duplicate"\?/],
])('An app that %s is told so', async (_, wrong, expected) => {
  await expect(explore({ ...explored(Notes, 'cronofy'), executions: 2, ...wrong } as never)).rejects.toThrow(expected);
});

/** Fetches where the recording lies when the meeting is over, and hands that on. */
class Recording extends Notes {
  override async work(row: Row, message?: Message): Promise<void> {
    await this.retried(() => this.locate(row));
    await super.work(row, message);
  }

  async locate({ agent }: Row): Promise<void> {
    const { attendee, fetch } = this.room;
    const headers = { authorization: `Token ${attendee.api_key}` };
    const { ok, status } = await fetch(`${attendee.base_url}/api/v1/bots/${agent}/recording`, { headers });
    if (!ok) throw new Error(`no recording: ${status}`);
  }
}

/** Takes the newest meeting for that which is over. */
class Newest extends Recording {
  override async locate(): Promise<void> {
    await super.locate([...this.disk.rows.values()].at(-1)!);
  }
}

/** Two meetings that overlap, in which nothing goes wrong. */
const overlapping = async (App: MakeApp): Promise<string[]> =>
  (await foundIn(App, { meetings: 2 })).map(({ sentence }) => sentence);

test('A signed link is no older answer than the next, which is signed for later', async () => {
  expect(await overlapping(Recording)).toEqual([]);
  expect(await overlapping(Newest)).toContain('The app never gets the answer to getRecording, which it needs');
});

/** Writes JSON as the languages of others do: slashes escaped as PHP has them, and letters that Java and Go escape. */
class Escapes extends Notes {
  override makeClient(): Client {
    const { attendee, fetch } = this.room;
    const escaped = (body: string): string =>
      body.replaceAll('/', String.raw`\/`).replace(/[-=&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
    return attendeeClient({
      attendee,
      fetch: async (url, init = {}) =>
        fetch(url, typeof init.body === 'string' ? { ...init, body: escaped(init.body) } : init),
    } as Greenroom);
  }
}

test('An app whose JSON escapes more than it must has asked for the agents of its meetings all the same', async () => {
  expect(await overlapping(Escapes)).toEqual([]);
});

/** Takes what it is told for told of the newest meeting, and never asks. */
class Current extends Notes {
  override find(): Row | undefined {
    return [...this.disk.rows.values()].at(-1);
  }
  override async reconcile(): Promise<void> {
    // It has no ear for what it was not told.
  }
  override state(id: string): unknown {
    return { sent: this.disk.rows.get(id)?.mails.length };
  }
}

test('A meeting that never gets on is not said to go back where nothing comes late', async () => {
  const [found] = await foundIn(Current, { meetings: 2 });
  expect(found).toMatchObject({ oracle: 'confluence', mistake: { name: 'one global current meeting' } });
});

/** Shows that a meeting is over, and not how it ended. */
class Over extends Notes {
  override state(id: string): unknown {
    return { over: this.isOver(this.disk.rows.get(id)!) };
  }
}

test('A failed meeting that leaves the state of a good one is a note that does not blame', async () => {
  const without = KINDS.map(({ name }) => name);
  const options = { scenarios: ['happy-path', 'attendee-absent', 'crash-while-recording'], executions: 30, without };
  const { notes, findings } = await explore({ ...explored(Over, 'attendee'), ...options });
  expect(findings).toEqual([]);
  expect(notes).toEqual([
    expect.stringMatching(
      /^The state after attendee-absent \(fatal_error\), crash-.* is the very same as after happy-path \(ended\)\./,
    ),
  ]);
  expect((await explore({ ...explored(Notes, 'attendee'), ...options })).notes).toEqual([]);
});

/** Asks at each message how the bot is, and takes a call that fails for one that is gone. */
class Doubting extends Notes {
  override resume(): void {
    // It asks when it hears something.
  }
  override apply(row: Row): void {
    const look = async (): Promise<void> => void (row.status = (await this.client.look!(row)) ?? row.status);
    this.background(() => look().catch(() => void (row.status = 'gone')));
  }
}

test('A bot that is taken for gone when the last of many calls for it is answered 503 is found, and told as such', async () => {
  const without = KINDS.map(({ name }) => name).filter((name) => name !== 'call-unavailable');
  const options = { ...explored(Doubting, 'attendee'), scenarios: ['happy-path'], executions: 30, without };
  const { findings } = await explore(options);
  const last = findings.find(({ differences }) => differences.some(({ was }) => was === 'gone'));
  expect(last).toMatchObject({
    story: { deviations: [{ at: { call: { operation: 'getBot', number: 7 } }, do: { status: 503 } }] },
    mistake: { name: 'outage taken for an answer' },
  });
});

/** Tells of a meeting that is over when nobody asks for it any more: what waits is in its memory alone. */
class Forgetful extends Notes {
  override resume(): void {
    // It begins nothing when it starts.
  }
}

test('What a restart loses is told as such, and not as a call that is not made again', async () => {
  const [found] = await foundIn(Forgetful, {
    deviations: [
      { at: { call: { operation: 'getTranscript' } }, do: { status: 503 } },
      { at: { instant: '31m' }, do: { restart: true } },
    ],
  });
  expect(found?.mistake.name).toBe('kept in memory');
});

/** Shows each line of the transcript as it comes. */
class Live extends Notes {
  override makeClient(): Client {
    return attendeeClient(this.room, ['bot.state_change', 'transcript.update']);
  }
  override apply(row: Row, message: Message): void {
    if (message.line) this.disk.kept.set(`${row.id} ${message.line.at}`, message.line.text);
    super.apply(row, message);
  }
  override state(id: string): unknown {
    return [...this.disk.kept].filter(([key]) => key.startsWith(`${id} `)).map(([, text]) => text);
  }
}

test('Messages that are not the vendor’s are missed alike whether they are refused or never come, after a copy too', async () => {
  const update = (number: number) => ({ delivery: { type: 'transcript.update', number } });
  const deviations: Story['deviations'] = [
    { at: update(2), do: { duplicate: 1 } },
    { at: update(11), do: { signature: 'wrong' } },
  ];
  expect(await foundIn(Live, { deviations })).toEqual([]);
});

/** Reads how things are for each message that is signed, before it looks what that says. */
class Reader extends Notes {
  override async fetch(request: Request): Promise<Response> {
    const { headers } = request;
    const text = await request.clone().text();
    if (this.isGenuine(text, headers.get(this.client.signatureHeader))) await this.look();
    await super.fetch(request);
    return new Response();
  }
  async look(): Promise<void> {
    const { cronofy, fetch } = this.room;
    await fetch(`${cronofy.base_url}/v1/account`, { headers: { authorization: `Bearer ${cronofy.access_token}` } });
  }
}

test('An app that reads how things are for half a message is not blamed, for that is signed as it stands', async () => {
  const complete = { delivery: { type: 'meeting_agent_complete' } };
  const half = { provider: 'cronofy', deviations: [{ at: complete, do: { corrupt: 'truncate' as const } }] };
  expect(await foundIn(Reader, half)).toEqual([]);
});

/** Writes, too. */
class Syncer extends Reader {
  override async look(): Promise<void> {
    const { cronofy, fetch } = this.room;
    const [start, end] = ['2026-02-01T09:00:00Z', '2026-02-01T09:30:00Z'];
    const event = { event_id: 'minutes', summary: 'Minutes', start, end };
    const written = await fetch(`${cronofy.base_url}/v1/calendars/${cronofy.calendar_id}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cronofy.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    expect(written.status).toBe(202);
  }
}

test('An app that makes up for what it missed on any signed message is not blamed for half of one', async () => {
  const complete = { delivery: { type: 'meeting_agent_complete' } };
  for (const corrupt of ['truncate', 'invalid_json'] as const)
    expect(await foundIn(Syncer, { provider: 'cronofy', deviations: [{ at: complete, do: { corrupt } }] })).toEqual([]);
});

test('A search that is called off tells what it has found until then', async () => {
  const { App, vendor } = broken('mail per delivery');
  const off = new AbortController();
  const options = { ...explored(App, vendor), scenarios: ['happy-path'], signal: off.signal, record: true };
  const report = await explore({ ...options, progress: (_, about) => about === 'finding' && off.abort() });
  expect(report.findings.map(({ mistake }) => mistake.name)).toEqual(['mail per delivery']);
  expect(report.stopped).toBe('It was interrupted.');
  expect(report.executions).toBeLessThan(20);
  expect(embeddedIn(report.html()).heads).toHaveLength(2);
});

test('A runner fails with the whole report', async () => {
  const { App, vendor } = broken('bills again');
  const failing = expectExplored({ ...explored(App, vendor), scenarios: ['happy-path'], executions: 4 });
  await expect(failing).rejects.toThrow(
    /A message that comes again changes the state .*meeting_agent_complete.*comes twice/s,
  );
});

/** Goes to a step from the one before it alone. */
class Stepping extends Notes {
  override advance(row: Row, status: string, message?: Message): void {
    if (ORDER.indexOf(status) - ORDER.indexOf(row.status) === 1) super.advance(row, status, message);
  }
}

/** Shows nothing else. */
class SteppingAlone extends Stepping {
  override state(id: string): unknown {
    return { status: this.disk.rows.get(id)?.status };
  }
}

test('An app that a late message stops for good is told by that', async () => {
  const at = { delivery: { type: 'bot.state_change', state: 'waiting_room' } };
  const [found] = await foundIn(SteppingAlone, { deviations: [{ at, do: { delay: '1m' } }] }, { lockstep: false });
  expect(found).toMatchObject({
    oracle: 'confluence',
    mistake: { name: 'only in order', evidence: '/status stays "waiting" for good' },
  });
});

test.each([
  ['takes one step after the other', Stepping, 'confluence', 'only in order'],
  ['writes what comes last', broken('last write wins').App, 'monotone', 'last write wins'],
])('An app that keeps its own time and %s is told by what it does out of order', async (_, App, oracle, mistake) => {
  const at = (state: string) => ({ type: 'bot.state_change', state });
  const deviations: Story['deviations'] = [
    { at: { delivery: at('joined_recording') }, do: { hold_until: at('ended') } },
  ];
  const [found] = await foundIn(App, { deviations }, { lockstep: false });
  expect([found!.oracle, found!.mistake.name]).toEqual([oracle, mistake]);
});
