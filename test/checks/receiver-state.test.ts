import { describe, expect, test } from 'vitest';
import { check, markOf, named } from './judge-receiver.js';
import * as attendee from './wrong-receivers/attendee.js';
import { type App } from './wrong-receivers/app.js';
import * as cronofy from './wrong-receivers/cronofy.js';

describe.concurrent('With --state-url', () => {
  type Life = { status?: string; mails: number };
  const STEPS = ['joining', 'joined_not_recording', 'joined_recording', 'ended'];

  /** An app that keeps the state of bots; `apply` is where apps differ. */
  const stateful = (apply: (life: Life, state: string) => void, isKnown: (bot: string) => boolean = () => true) => {
    const bots: Record<string, Life> = {};
    const seen = new Set<string>();
    const app: App = (webhook) => {
      const status = attendee.right(webhook);
      if (status !== 200 || webhook.method !== 'POST') return status;
      const { bot_id, idempotency_key, data } = JSON.parse(webhook.body.toString());
      if (!isKnown(bot_id) || seen.has(idempotency_key)) return 200;
      if (apply !== sendsAMailEachTime) seen.add(idempotency_key);
      apply((bots[bot_id] ??= { mails: 0 }), data?.new_state ?? '');
      return 200;
    };
    return { app, readState: () => Promise.resolve(JSON.stringify(bots)) };
  };
  const moves = (life: Life, state: string): void => {
    if (STEPS.indexOf(state) > STEPS.indexOf(life.status ?? '')) life.status = state;
  };
  const sendsAMailEachTime = (life: Life, state: string): void => {
    moves(life, state);
    if (state === 'ended') life.mails++;
  };
  const lastWins = (life: Life, state: string): void => {
    life.status = state;
  };

  const checkLife = async ({ app, readState }: ReturnType<typeof stateful>) => {
    const report = await check('attendee', app, { readState });
    return { report, found: named(report) };
  };

  test('an app that moves forward, each message once, gets both marks', async () => {
    const { report, found } = await checkLife(stateful(moves));
    expect(found).toEqual([]);
    expect(markOf(report, 'duplicate-processed-twice')).toMatchObject({ passed: 3, of: 3 });
    expect(markOf(report, 'reordered-processed')).toMatchObject({ passed: 1, of: 1 });
  });

  test('an app that sends two mails for an end that comes twice is found', async () => {
    const { report, found } = await checkLife(stateful(sendsAMailEachTime));
    expect(found).toEqual(['duplicate-processed-twice']);
    expect(report.findings[0]!.message).toMatch(/: bot\.state_change ended once more$/);
  });

  test('an app whose end is undone by a late beginning is found', async () => {
    const { report, found } = await checkLife(stateful(lastWins));
    expect(found).toEqual(['reordered-processed']);
    expect(report.findings[0]!.message).toMatch(/: bot\.state_change joining after bot\.state_change ended$/);
  });

  test('an app that knows no bot of the check gets no mark for what was not judged, unless it is told of one', async () => {
    const known = (): ReturnType<typeof stateful> => stateful(lastWins, (bot) => bot === 'bot_OfTheApp12345678');
    const { report, found } = await checkLife(known());
    expect(found).toEqual([]);
    for (const rule of ['duplicate-processed-twice', 'reordered-processed'])
      expect(markOf(report, rule)).toMatchObject({ of: 0, unjudged: expect.stringContaining('does the app know') });
    expect(report.rules.map(({ name }) => name)).not.toContain('duplicate-processed-twice');
    const { app, readState } = known();
    expect(named(await check('attendee', app, { readState, bot: 'bot_OfTheApp12345678' }))).toContain(
      'reordered-processed',
    );
  });

  test('a state that cannot be read, or changes by itself, judges nothing', async () => {
    let reads = 0;
    for (const [readState, why] of [
      [() => Promise.resolve(undefined), '--state-url does not answer'],
      [() => Promise.resolve(String(reads++)), 'what --state-url shows changes by itself'],
    ] as const)
      expect(markOf(await check('cronofy', cronofy.right, { readState }), 'reordered-processed')).toMatchObject({
        of: 0,
        unjudged: why,
      });
  });
});
