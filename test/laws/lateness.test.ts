import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lateness } from '../../src/clock/rest/lateness.js';

const RUNS = Number(process.env['GREENROOM_RUNS'] ?? 1000);
const LIMIT = 500;
const QUIET = 5;

/** What a greenroom that is driven from outside knows of an app, as the host's time goes on. */
function observed() {
  const lateness = new Lateness(LIMIT);
  lateness.driven({});
  let now = 0;
  const wait = (): number => Math.max(QUIET, lateness.quiet);
  const call = (motion: 'moved' | 'still', at: number) =>
    lateness.called((now = at), { connection: {}, motion, quiet: QUIET });
  return {
    wait,
    /** An advance with one delivery, after which the app calls so late, or not at all, and then the test so long after its end. */
    advance: ({ app, client }: { readonly app?: number; readonly client?: number }): void => {
      const from = (now += 1000);
      const end = from + wait();
      lateness.delivered(from);
      if (app !== undefined && from + app <= end) call('moved', from + app);
      lateness.over(false);
      if (app !== undefined && from + app > end) call('still', from + app);
      if (client !== undefined) call('still', end + client);
    },
  };
}

const milliseconds = (max: number) => fc.integer({ min: 1, max });

describe('For every client that calls after its advances, and no app that does', () => {
  test('the quiet time grows no longer than the longest of its pauses needs, and is what it was in the end', () => {
    const pauses = fc.array(milliseconds(2 * LIMIT), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(pauses, (all) => {
        const { wait, advance } = observed();
        for (const [i, client] of all.entries()) {
          advance({ client });
          expect(wait()).toBeLessThanOrEqual(2 * (QUIET + Math.max(...all.slice(0, i + 1))));
        }
        for (let i = 0; i < 10; i++) advance({ client: 20 });
        expect(wait()).toBe(QUIET);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('For every app that calls later than the quiet time, and not too late', () => {
  test('its second call comes in time, and so do all after it', () => {
    fc.assert(
      fc.property(milliseconds(LIMIT / 2), (app) => {
        const { wait, advance } = observed();
        advance({ app });
        for (let i = 0; i < 20; i++) {
          expect(wait()).toBeGreaterThanOrEqual(app);
          advance({ app });
        }
      }),
      { numRuns: RUNS },
    );
  });
});
