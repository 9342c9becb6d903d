import { describe, expect, test } from 'vitest';
import { expectExplored, explore } from '../../src/explore.js';
import { toldFindings, userAct } from '../support/told-findings.js';
import { exploredPlanner, LooksOnce, Planner, SendsToEach } from './receivers/planner.js';

/** Enough for each life in a calendar, after the two quiet ones. */
const LIVES = { scenarios: ['happy-path'], executions: 15, seed: 1 };

describe('What users do in their calendars', () => {
  test.for(['attendee', 'cronofy'] as const)('is no finding for an app of %s that follows it', async (vendor) => {
    const { tried, not_tried } = await expectExplored({ ...exploredPlanner(Planner, vendor), ...LIVES });
    expect(tried).toMatchObject({ singles: 9, pairs: 3 });
    expect(not_tried.join()).not.toContain('calendar');
  });

  test.for(['attendee', 'cronofy'] as const)('is found where an app of %s looks once alone', async (vendor) => {
    const report = await explore({ ...exploredPlanner(LooksOnce, vendor), ...LIVES });
    const mistake = 'calendar unheard';
    expect(toldFindings(report)).toEqual([
      [
        'converges',
        'An agent goes to a meeting that its user has deleted in the calendar',
        userAct('-1h', 'deletes'),
        mistake,
      ],
      [
        'converges',
        'An agent comes at the time at which the meeting was, before its user moved it',
        userAct('-1h', 'moves', '+1h'),
        mistake,
      ],
      [
        'converges',
        'A meeting that stands in the calendar has no agent at its time',
        userAct('-2m', 'moves', '+1h'),
        mistake,
      ],
      [
        'converges',
        'An agent goes to a link that the meeting does not have any more',
        userAct('-1h', 'changes_conferencing'),
        mistake,
      ],
    ]);
    expect(report.text()).toMatch(/^ +\+ +-1h \* a user deletes the meeting in the calendar$/m);
  });

  // Two meetings have two bots, though no call for one names their link.
  test('is found where bots are for events that are there twice, or were asked for twice', async () => {
    const report = await explore({
      ...exploredPlanner(LooksOnce, 'attendee', { follows: true }),
      ...LIVES,
      executions: 60,
    });
    expect(report.findings.map(({ sentence }) => sentence)).toEqual([
      'A meeting that stands in the calendar has no agent at its time',
      'Two events of the calendar are one meeting, and each has an agent',
      'A meeting of the calendar has several agents at its time',
    ]);
  });
});

describe('An event that a user has repeat', () => {
  test('is found where an app sends a bot to it and to its first occurrence', async () => {
    const report = await explore({ ...exploredPlanner(SendsToEach, 'attendee'), ...LIVES, executions: 60 });
    expect(toldFindings(report)).toEqual([
      [
        'converges',
        'Two events of the calendar are one meeting, and each has an agent',
        userAct('-1h', 'repeats'),
        'an agent for each event',
      ],
    ]);
    expect(report.text()).toMatch(/^ +\+ +-1h → createBot {2}201$/m);
  });

  test('is no finding for an app that sends none to the event that repeats', async () => {
    await expectExplored({ ...exploredPlanner(Planner, 'attendee'), ...LIVES, executions: 60 });
  });
});
