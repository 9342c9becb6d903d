import { describe, expect, test as base } from 'vitest';
import { startGreenroom, type DeliveryFault, type Greenroom } from '../../src/index.js';
import { matchers, roomFixtures, type RoomFixtures } from '../../src/vitest.js';
import { assertReached, type ExpectedDelivery } from '../../src/testing.js';
import { attendee, botRequest, cronofy, agentRequest } from '../support/room.js';

expect.extend(matchers);
const test = base.extend<RoomFixtures>(roomFixtures());

const HOOK = 'https://myapp.test/hooks';
const JOINS = '2026-01-01T09:30:00Z';

/** What somebody says who expected otherwise. */
const complaintOf = async (expectation: Promise<unknown>): Promise<string> =>
  expectation.then(
    () => 'nothing to complain of',
    (error: unknown) => (error as Error).message,
  );

describe('A test with a room', () => {
  const ids: string[] = [];

  test('has a workspace of its own with credentials', async ({ room }) => {
    ids.push(room.id);
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await room.clock.until({ subject: bot.id, state: 'ended' });
    await expect(bot).toHaveReached('ended');
    await expect(room.subject(bot)).toHaveReached('joined_recording');
    await expect(bot.id).not.toHaveReached('fatal_error');
    await expect(room).toHaveDelivered({ type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
    await expect(room).toHaveNoViolations();
  });

  test('shares its server with the others and nothing else', async ({ room, greenroom }) => {
    ids.push(room.id);
    expect(new Set(ids).size).toBe(2);
    expect(room.url).toBe(greenroom.url);
    expect((await room.timeline()).entries).toEqual([]);
  });

  test('names an agent by its key or by what was answered', async ({ room }) => {
    const { json } = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(HOOK));
    const keyed = agentRequest(HOOK, { scheduling_key: 'key', join_time: JOINS });
    await cronofy(room, 'POST', '/v1/meeting_agents', keyed);
    await room.clock.advance({ by: '2h' });
    await expect(json).toHaveReached('complete');
    await expect(room.subject({ scheduling_key: 'key' })).toHaveReached('complete');
    await expect(room).toHaveDelivered({ type: 'meeting_agent_complete', subject: { scheduling_key: 'key' } });
  });

  test('asks an agent for its state, which it has reached before it has gone a step', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(HOOK, { scheduling_key: 'k', join_time: JOINS }));
    await assertReached(bot, 'scheduled');
    await expect(bot).toHaveReached('scheduled');
    await expect(bot).not.toHaveReached('staged');
    await expect(room.subject({ scheduling_key: 'k' })).toHaveReached('scheduled');
    expect(await complaintOf(expect(bot).not.toHaveReached('scheduled'))).toContain('it is "scheduled"');
    expect(await room.subject({ scheduling_key: 'k' }).state()).toBe('scheduled');
    await room.clock.until({ subject: bot, state: 'joining' });
    expect(await room.subject(bot).state()).toBe('joining');
    expect(await room.subject('bot_none').state()).toBeUndefined();
  });

  describe('of another scenario', () => {
    test.override({ roomOptions: { scenario: 'manual', seed: 7 } });

    test('plays that', async ({ room }) => {
      const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
      await room.clock.advance({ by: '2h' });
      await expect(bot).not.toHaveReached('joined_recording');
    });
  });
});

describe('What comes after the end of its test', () => {
  // Servers of other files of this worker may stand, and know the bots of the usual seed.
  test.override({ roomOptions: { seed: 8087 } });
  const late: { room?: Greenroom; matchers: Promise<string>[] } = { matchers: [] };

  test('forgets to wait', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    late.room = room;
    // What nobody waits for runs on when the room is gone.
    await room.close();
    late.matchers.push(complaintOf(expect(bot).toHaveReached('ended')));
    late.matchers.push(complaintOf(expect(room.subject(bot)).toHaveReached('ended')));
    late.matchers.push(complaintOf(expect(room).toHaveDelivered({ subject: bot })));
    late.matchers.push(complaintOf(expect(room).toHaveNoViolations()));
  });

  test('hears which test that was, and which call or matcher', async () => {
    const test = 'What comes after the end of its test > forgets to wait';
    const end = `the room "${late.room!.id}" of the test "${test}" is closed. An await is probably missing: await every call and every matcher before the room is closed, as that of a test is at its end.`;
    expect(await Promise.all(late.matchers)).toEqual([
      expect.stringContaining('no room of a running test is open. Has its test ended, for want of an await?'),
      `Failed to finish expect(…).toHaveReached(…): ${end}`,
      `Failed to finish expect(…).toHaveDelivered(…): ${end}`,
      `Failed to finish expect(…).toHaveNoViolations(…): ${end}`,
    ]);
    expect(await complaintOf(late.room!.clock.now())).toBe(`Failed to call room.clock.now(): ${end}`);
  });
});

describe('A matcher that fails says what was there instead:', () => {
  test('the way that the bot went, and what comes next', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    expect(await complaintOf(expect(bot).toHaveReached('ended'))).toMatch(
      /^Expected "bot_\w+" to have reached "ended", but nothing has happened to it yet: it is "scheduled"\. The clock stands at 2026-01-01T09:00:00Z. Next is ".+" of bot_\w+ at /,
    );
    await room.clock.until({ subject: bot.id, state: 'joining' });
    expect(await complaintOf(expect(bot).toHaveReached('ended'))).toContain(
      'it went scheduled → staged → joining. The',
    );
    expect(await complaintOf(expect(bot).not.toHaveReached('staged'))).toContain('but it went scheduled → staged');
  });

  test('who is there, for an agent that is not', async ({ room }) => {
    expect(await complaintOf(expect('bot_missing').toHaveReached('ended'))).toContain('Did the app call it?');
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await room.clock.advance({ by: '2h' });
    expect(await complaintOf(expect('bot_missing').toHaveReached('ended'))).toContain(`These are there:\n  ${bot.id}`);
  });

  test('that a bare id is nobody in particular when two rooms know it', async ({ room, greenroom }) => {
    await using other = await greenroom.workspace();
    const { json: bot } = await attendee(other, 'POST', '/api/v1/bots', botRequest(JOINS));
    expect(await complaintOf(expect(bot.id).toHaveReached('ended', { in: room }))).toContain('no such agent');
    expect(await complaintOf(expect({ name: 'Notes' }).toHaveReached('ended'))).toContain('what the vendor answered');
  });

  test('that an id is that of the room which a test has made, and of neither where both know it', async ({ room }) => {
    await using second = await startGreenroom();
    const { json: late } = await attendee(second, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await second.clock.until({ subject: late.id, state: 'staged' });
    await expect(late).toHaveReached('staged');
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    expect(bot.id).toBe(late.id);
    await room.clock.advance({ by: '2h' });
    expect(await complaintOf(expect(late).toHaveReached('ended'))).toContain(
      '2 of the 2 rooms of running tests know it',
    );
    await second.close();
    await expect(bot).toHaveReached('ended');
  });

  test('the deliveries that came nearest, and in what they differ', async ({ room, greenroom }) => {
    const nothing = await complaintOf(expect(room).toHaveDelivered({ type: 'bot.state_change' }));
    expect(nothing).toContain(
      'it has delivered nothing at all. No call has come either: did the app call this room? The clock stands at 2026-01-01T09:00:00Z, and nothing is left',
    );
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await room.clock.until({ subject: bot.id, state: 'joining' });
    const complaint = await complaintOf(expect(room).toHaveDelivered({ subject: bot, state: 'ended', times: 1 }));
    expect(complaint).toContain('state is "joining", not "ended"\n  dlv_1  bot.state_change staged');
    expect(complaint).toContain('1 times, but it has not. Nearest of the others:');
    expect(await complaintOf(expect(room).toHaveDelivered({ state: 'staged', times: 2 }))).toContain('it has 1 times');
    expect(await complaintOf(expect(room).not.toHaveDelivered({ state: 'staged' }))).toContain('but it has:\n  dlv_1');
    const elsewhere = await complaintOf(expect(greenroom).toHaveDelivered({ state: 'staged' }));
    expect(elsewhere).toContain('nothing at all');
  });

  test('the deliveries that failed, and how', async ({ room }) => {
    await room.faults.add({ on: 'delivery', do: { answers: [500] } });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await room.clock.until({ subject: bot.id, state: 'staged' });
    expect(await complaintOf(expect(room).toHaveDelivered({ state: 'staged', times: 1 }))).toMatch(
      /https:\/\/myapp.test\/hooks: it is (pending|failed) \(answered 500\)/,
    );
  });

  test.for<[what: string, fault: DeliveryFault['do'], said: string]>([
    ['dropped', { drop: true }, 'it is dropped (the fault flt_1: it is never sent)'],
    ['late', { delay: '5h' }, 'it is pending (the fault flt_1: it is sent 5h late)'],
  ])('why a delivery has not arrived: %s by a fault', async ([, fault, said], { room }) => {
    await room.faults.add({ on: 'delivery', match: { state: 'ended' }, do: fault });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, HOOK));
    await room.clock.advance({ by: '2h' });
    expect(await complaintOf(expect(room).toHaveDelivered({ state: 'ended' }))).toContain(`${HOOK}: ${said}\n`);
  });

  test.for<[what: string, url: string | undefined, more: object, wanted: ExpectedDelivery, said: string]>([
    [
      'a webhook URL',
      undefined,
      {},
      {},
      'nothing at all. Agents have gone 6 steps, though: did the app name a webhook',
    ],
    ['the type', HOOK, {}, { type: 'transcript.update' }, 'No webhook of this type was due: did the app ask for them?'],
    [
      'what tells of the state',
      undefined,
      { webhooks: [{ url: HOOK, triggers: ['transcript.update'] }] },
      { state: 'ended' },
      'An agent has come to "ended", though: did the app ask for the webhooks that tell of it?',
    ],
    [
      'a bot that the room takes',
      HOOK,
      { meeting_url: 'none' },
      {},
      'No call was accepted, the last was POST /api/v1/bots → 400',
    ],
  ])('that the app has not asked for %s', async ([, url, more, wanted, said], { room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, url, more));
    await room.clock.advance({ by: '2h' });
    expect(await complaintOf(expect(room).toHaveDelivered(wanted))).toContain(said);
  });

  test('every violation, with its place', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS, undefined, { bot_nam: 'Notes' }));
    await attendee(room, 'POST', '/api/v1/bots/', botRequest(JOINS, undefined));
    const complaint = await complaintOf(expect(room).toHaveNoViolations());
    expect(complaint).toMatch(
      /^Expected no violations of the contracts, but there (is 1|are \d):\n {2}(error|warning) /,
    );
    await expect(room).toHaveNoViolations({ ignore: ['misspelt-field', 'unknown-operation'] });
  });
});

describe('A word that nothing has is no denial that holds:', () => {
  test.for<[options: object, said: string]>([
    [{ severty: 'error' }, 'Did you mean "severity"?'],
    [{ severity: 'errors' }, 'expected the severity "error" or "warning", was "errors".'],
    [{ ignore: ['mispelt-field'] }, 'Did you mean "misspelt-field"?'],
    [{ ignore: 'misspelt-field' }, 'expected a list of rules to ignore, was "misspelt-field".'],
  ])('no violation is looked for by %j', async ([options, said], { room }) => {
    expect(await complaintOf(expect(room).toHaveNoViolations(options))).toContain(said);
  });

  test.for([['1'], [-1], [1.5], [{ at_least: 1 }]])('no delivery came %j times', async ([times], { room }) => {
    expect(await complaintOf(expect(room).not.toHaveDelivered({ times: times as number }))).toContain(
      'Failed to look for a delivery: expected a whole number of times, was ',
    );
  });

  test('no state is reached in a room that is an option by itself', async ({ room }) => {
    const complaint = await complaintOf(expect('bot_1').not.toHaveReached('ended', room as object));
    expect(complaint).toContain('Failed to look for the state: expected the options in, was ');
  });

  test.for([
    [{ tpye: 'bot.state_change' }, 'Did you mean "type"?'],
    [{ type: 'bot.statechange' }, 'Did you mean "bot.state_change"?'],
    [{ state: 'endd' }, 'Did you mean "ended"?'],
  ])('no delivery has %j', async ([wanted, meant], { room }) => {
    expect(await complaintOf(expect(room).not.toHaveDelivered(wanted as object))).toContain(meant);
    expect(await complaintOf(expect(room).toHaveDelivered(wanted as object))).toContain(meant);
  });

  test('no agent has a misspelt state', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOINS));
    const misspelt = 'endd' as 'ended';
    for (const by of [undefined, '2h']) {
      if (by) await room.clock.advance({ by });
      expect(await complaintOf(expect(bot).not.toHaveReached(misspelt))).toContain('Did you mean "ended"?');
    }
    expect(await complaintOf(room.clock.until({ subject: bot.id, state: misspelt }))).toContain(
      'Did you mean "ended"?',
    );
  });

  test('an app that takes its times from its own clock is told what makes the clocks one', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-11-26T12:00:00Z'));
    expect(await complaintOf(expect(bot).toHaveReached('ended'))).toContain('{ lockstep: true }');
    const until = await complaintOf(room.clock.until({ subject: bot.id, state: 'ended' }));
    expect(until).toContain('If the app took that time from its own clock, lockstep');
  });
});
