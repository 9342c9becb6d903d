import { expect, test } from 'vitest';
import { explore, expectExplored, type ExploreOptions } from '../../src/explore.js';
import { KINDS } from '../../src/explore/kinds.js';
import { BROKEN } from './receivers/broken.js';
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

const broken = (name: string) => BROKEN.find((one) => one.name === name)!;

/** Explores a receiver of the set. */
const exploreBroken = (name: string, executions: number, { blunt = false, seed = 1 } = {}) => {
  const { App, vendor } = broken(name);
  return explore({ ...explored(App, vendor, { blunt }), scenarios: ['happy-path'], executions, seed });
};

test('A mail that is sent twice is found, in a story of one copy', async () => {
  const { findings } = await exploreBroken('mail per delivery', 6);
  expect(findings.map(({ oracle, signature }) => ({ oracle, signature }))).toEqual([
    { oracle: 'idempotent', signature: 'idempotent | mails | bot.state_change post_processing → ended × duplicate' },
  ]);
  expect(findings[0]!.story.deviations).toEqual([
    { at: { delivery: { type: 'bot.state_change', state: 'ended' } }, do: { duplicate: 1 } },
  ]);
  expect(findings[0]!.mistake.name).toBe('mail per delivery');
});

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

test('One current meeting is told from messages that are known by their state alone', async () => {
  const mistakes = [];
  for (const name of ['one current meeting', 'dedupe by state']) {
    const { findings } = await exploreBroken(name, 26);
    mistakes.push(findings.find(({ story }) => story.meetings === 2)?.mistake.name);
  }
  expect(mistakes).toEqual(['one global current meeting', 'dedupe by state']);
});

test('A signature that is verified after parsing is told as such', async () => {
  const { findings } = await exploreBroken('verification after parsing', 18);
  expect(findings.map(({ mistake }) => mistake.name)).toContain('verification after parsing');
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
    /expected the act to schedule a meeting, but it failed .* not logged in/,
  ],
  ['is of an unknown vendor', { provider: 'cronify' }, /was "cronify"\. Did you mean "cronofy"\?/],
  ['plays an unknown scenario', { scenarios: ['happy-pth'] }, /Did you mean "happy-path"\?/],
  ['has a misspelt option', { executons: 3 }, /was "executons"\. Did you mean "executions"\?/],
  ['leaves out an unknown kind', { without: ['duplicated'] }, /Did you mean "duplicate"\?/],
])('An app that %s is told so', async (_, wrong, expected) => {
  await expect(explore({ ...explored(Notes, 'cronofy'), executions: 2, ...wrong } as never)).rejects.toThrow(expected);
});

test('A runner fails with the whole report', async () => {
  const { App, vendor } = broken('bills again');
  const failing = expectExplored({ ...explored(App, vendor), scenarios: ['happy-path'], executions: 4 });
  await expect(failing).rejects.toThrow(
    /A message that comes again changes the state .*meeting_agent_complete.*comes twice/s,
  );
});
