import { expect, test } from 'vitest';
import { explore, type ExploreReport } from '../../src/explore.js';
import type { Message, Row } from './receivers/app.js';
import { explored, type MakeApp } from './receivers/explored.js';
import { Notes } from './receivers/notes.js';

const exploreApp = (App: MakeApp, executions: number, more: object = {}): Promise<ExploreReport> =>
  explore({ ...explored(App, 'attendee'), scenarios: ['happy-path'], executions, ...more });

test('A list that grows from one execution to the next is told once, and is no finding', async () => {
  const told: string[] = [];
  class Keeping extends Notes {
    override apply(row: Row, message: Message): void {
      told.push(`${row.id} ${message.status}`);
      super.apply(row, message);
    }
    override state(id: string): unknown {
      return { ...(super.state(id) as object), told };
    }
  }
  const { findings, notes } = await exploreApp(Keeping, 8);
  expect(findings).toEqual([]);
  expect(notes).toEqual([
    expect.stringMatching(
      /differ at \/told: .* That is probably no chance, but what the app keeps from one execution to the next; it is left out/,
    ),
    expect.stringMatching(/^Each execution has what "app" starts, .* such as a variable of a module/),
  ]);
});

test('A state that throws in some stories takes no finding away, and is told once', async () => {
  class Throwing extends Notes {
    override isKnown(): boolean {
      return false;
    }
    override apply(row: Row, message: Message): void {
      if (message.status === 'done') row.mails.push('notes are ready');
      super.apply(row, message);
    }
    override begin(): void {
      // The mail is sent above.
    }
    override state(id: string): unknown {
      const state = super.state(id) as { readonly mails: readonly string[] };
      if (state.mails.length > 2) throw new Error('one mail too many');
      return state;
    }
  }
  const { findings, notes } = await exploreApp(Throwing, 12, { without: ['lost'] });
  expect(findings.map(({ oracle }) => oracle)).toEqual(['idempotent']);
  expect(notes).toEqual([
    expect.stringMatching(
      /^The state of the app could not be read after every story, .* it failed: one mail too many\. A meeting that the app does not know is null/,
    ),
  ]);
});

test('An app that does not start any more stops the search, which tells what it has found', async () => {
  let started = 0;
  class Ailing extends Notes {
    constructor(...words: ConstructorParameters<typeof Notes>) {
      super(...words);
      if (++started > 16) throw new Error('no connection is left in the pool');
    }
    override isKnown(): boolean {
      return false;
    }
    override begin(row: Row, message?: Message): void {
      this.background(() => this.work(row, message));
    }
    override advance(row: Row, status: string, message?: Message): void {
      if (status === 'done') this.begin(row, message);
      else super.advance(row, status, message);
    }
  }
  const report = await exploreApp(Ailing, 300);
  expect(report.findings.length).toBeGreaterThan(0);
  expect(report.executions).toBeLessThan(16);
  expect(report.text()).toMatch(
    /The search stopped early: Failed to start the app: .* it threw: no connection is left in the pool/,
  );
});

test('A time ends the search whatever the number of executions, and what it was doing is not begun again', async () => {
  const { executions, seconds } = await exploreApp(Notes, 100_000, { time: '1s' });
  expect(executions).toBeLessThan(100_000);
  expect(seconds).toBeLessThan(10);
});

test('An app that works for longer than the vendor waits is found though nothing goes wrong, and told so', async () => {
  class Slow extends Notes {
    override async handle(message: Message, request: Request): Promise<Response> {
      const isNew = !this.isKnown(message);
      const response = await super.handle(message, request);
      if (isNew && message.status === 'done') await this.sleep(20_000);
      return response;
    }
  }
  const { findings } = await exploreApp(Slow, 4);
  expect(findings.map(({ oracle, was, mistake }) => [oracle, was, mistake.name])).toEqual([
    ['answers', 'no answer in time', 'work before the answer'],
  ]);
  expect(findings[0]!.story.deviations).toEqual([]);
});
