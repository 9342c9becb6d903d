import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.js';
import { toldFindings, userAct } from '../support/told-findings.js';
import { BooksAgain, exploredPlanner } from './receivers/planner.js';

/** Enough for each life in a calendar, after the two quiet ones. */
const LIVES = { scenarios: ['happy-path'], executions: 15, seed: 1 };

describe('What users do in their calendars', () => {
  test('is found where an app takes each change for a new meeting', async () => {
    const report = await explore({ ...exploredPlanner(BooksAgain, 'attendee', { follows: true }), ...LIVES });
    expect(toldFindings(report)).toEqual([
      [
        'converges',
        'A meeting of the calendar has several agents at its time',
        userAct('-1h', 'moves', '+1h'),
        'every change is a new meeting',
      ],
    ]);
  });
});
