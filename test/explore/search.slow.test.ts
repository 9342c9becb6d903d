import { expect, test } from 'vitest';
import { explore, type ExploreOptions } from '../../src/explore.js';
import { KINDS } from '../../src/explore/stories/kinds.js';
import { attendeeClient, type Client, type Message, type Row } from './receivers/app.js';
import { exploreBroken } from './receivers/explore-broken.js';
import { explored } from './receivers/explored.js';
import { Notes } from './receivers/notes.js';

/** Sends a mail for each callback of the end, and does nothing else. */
class MailApp {
  readonly mails: string[] = [];
  readonly receivers = {
    'https://mail.test': async (request: Request) => {
      const { meeting_agent: agent } = (await request.json()) as { meeting_agent: { sub: string; state: string } };
      if (agent.state === 'complete') this.mails.push(agent.sub);
      return new Response();
    },
  };
}

test('A receiver that does everything right is left alone, with a state and without one', async () => {
  for (const blunt of [false, true]) {
    const report = await explore({
      ...explored(Notes, 'cronofy', { blunt }),
      scenarios: ['happy-path'],
      executions: 30,
    });
    expect(report.findings, report.text()).toEqual([]);
  }
});

/** What is left are meetings that overlap, early in the search. */
const OVERLAPS: Pick<ExploreOptions, 'scenarios' | 'executions' | 'without'> = {
  scenarios: ['happy-path'],
  executions: 16,
  without: KINDS.map(({ name }) => name).filter((name) => name !== 'duplicate'),
};

test('An app that shows whose its bot and its meeting are is left alone when meetings overlap', async () => {
  class Showing extends Notes {
    override state(id: string): unknown {
      const { agent, url } = this.disk.rows.get(id)!;
      return { ...(super.state(id) as object), id, agent, url };
    }
  }
  for (const vendor of ['attendee', 'cronofy'] as const) {
    const lines: string[] = [];
    const report = await explore({
      ...explored(Showing, vendor),
      ...OVERLAPS,
      progress: (line) => lines.push(line),
    });
    expect(lines.filter((line) => line.endsWith('now meetings that overlap'))).toHaveLength(1);
    expect(report.findings, report.text()).toEqual([]);
  }
});

test('An app that shows the bot of another meeting is found when meetings overlap', async () => {
  class Mixing extends Notes {
    override state(id: string): unknown {
      const newest = [...this.disk.rows.values()].at(-1)!;
      return { ...(super.state(id) as object), agent: newest.agent };
    }
  }
  const { findings } = await explore({
    ...explored(Mixing, 'attendee'),
    ...OVERLAPS,
  });
  expect(findings.map(({ story, differences }) => [story.meetings, differences])).toEqual([
    [2, [{ pointer: '/agent', expected: '<agent>', was: '<agent of another meeting>' }]],
  ]);
});

test('One current meeting is told from messages that are known by their state alone', async () => {
  const mistakes = [];
  for (const name of ['one current meeting', 'dedupe by state']) {
    const { findings } = await exploreBroken(name, 26);
    mistakes.push(findings.find(({ story }) => story.meetings === 2)?.mistake.name);
  }
  expect(mistakes).toEqual(['one global current meeting', 'dedupe by state']);
});

test('The same seed gives the same report, and another number of workers too', async () => {
  const options: ExploreOptions<MailApp> = {
    app: () => new MailApp(),
    state: ({ mails }, id) => mails.filter((to) => to === id),
    provider: 'cronofy',
    scenarios: ['happy-path'],
    executions: 4,
    without: ['forged', 'unsigned', 'truncated', 'garbled', 'old-secret'],
    lockstep: false,
  };
  const [one, again, three] = [
    await explore(options),
    await explore(options),
    await explore({ ...options, workers: 3 }),
  ];
  expect(one.findings.length).toBeGreaterThan(0);
  expect(again.text()).toBe(one.text());
  expect(three.text()).toBe(one.text());
});

test('What waits in the memory of the app is lost when it is started anew, and found so', async () => {
  class Forgetful extends Notes {
    override resume(row: Row): void {
      // It looks how the meeting is, and begins nothing that was begun before.
      if (row.status !== 'done') super.resume(row);
    }
  }
  const few = {
    scenarios: ['happy-path'],
    executions: 16,
    without: KINDS.map(({ name }) => name).filter((name) => name !== 'call-unavailable'),
  };
  const { findings } = await explore({ ...explored(Forgetful, 'attendee'), ...few });
  expect(findings.map(({ mistake }) => mistake.name)).toEqual(['kept in memory']);
  const [call, restart] = findings[0]!.story.deviations;
  expect(call).toMatchObject({ at: { call: { operation: 'getTranscript' } }, do: { status: 503 } });
  expect(restart).toMatchObject({ do: { restart: true } });
  const right = await explore({ ...explored(Notes, 'attendee'), ...few });
  expect(right.findings, right.text()).toEqual([]);
});

const IN_ENGLISH = /^[\0-\x7f]*$/;

/** Counts what is written in the chat in English, each time that it is told. */
class CountsChat extends Notes {
  override makeClient(): Client {
    return attendeeClient(this.room, ['bot.state_change', 'chat_messages.update']);
  }
  override isKnown(message: Message): boolean {
    return isChat(message) ? false : super.isKnown(message);
  }
  override apply(row: Row, message: Message): void {
    if (isChat(message) && IN_ENGLISH.test(JSON.stringify(message.raw))) row.mails.push('to be answered');
    super.apply(row, message);
  }
  override begin(): void {
    // Nothing is to be done at the end.
  }
  override isOver(row: Row): boolean {
    return row.status === 'failed' || row.status === 'done';
  }
}

const isChat = ({ raw }: Message): boolean => (raw as { readonly trigger?: string }).trigger === 'chat_messages.update';

test('A message of a type that comes in few scenarios goes wrong as others do', async () => {
  const { findings } = await explore({
    ...explored(CountsChat, 'attendee'),
    without: KINDS.map(({ name }) => name).filter((name) => name !== 'duplicate'),
    executions: 90,
  });
  expect(findings).toMatchObject([{ oracle: 'idempotent', story: { deviations: [{ do: { duplicate: 1 } }] } }]);
});
