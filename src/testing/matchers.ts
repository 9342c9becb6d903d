import type { Greenroom } from '../client/greenroom.js';
import { assertKnown } from '../client/options.js';
import type { Ending } from '../client/unheard.js';
import type { SubjectState } from '../client/vendors.js';
import { judgeDelivered, type ExpectedDelivery } from './delivered.js';
import { judged, type Judgement } from './judgement.js';
import { asRoom, callsAbout, findSubject } from './open-rooms.js';
import { judgeReached } from './reached.js';
import { judgeNoViolations, type ViolationOptions } from './violations.js';

/** The result of a matcher, as `expect.extend` of Vitest, Jest and Playwright wants it. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** How the matchers read in a test. Each is awaited. */
export interface GreenroomMatchers<R = Promise<void>> {
  /**
   * The agent or bot is, or was once, in this state. `in` says the room of a bare id where several rooms could know it.
   *
   * @example await expect(bot).toHaveReached('ended');
   */
  readonly toHaveReached: (state: SubjectState, options?: { readonly in?: Greenroom }) => R;
  /** @example await expect(room).toHaveDelivered({ type: 'bot.state_change', subject: bot, state: 'ended' }); */
  readonly toHaveDelivered: (expected: ExpectedDelivery) => R;
  /** @example await expect(room).toHaveNoViolations(); */
  readonly toHaveNoViolations: (options?: ViolationOptions) => R;
}

/** The matchers for `expect.extend`, which calls them with what it knows of the assertion. */
export const matchers = {
  async toHaveReached(
    this: unknown,
    received: unknown,
    state: SubjectState,
    options: { readonly in?: Greenroom } = {},
  ): Promise<MatcherResult> {
    return resultOf({ matcher: 'toHaveReached', about: options?.in ?? received, context: this }, async () => {
      assertKnown('look for the state', options, ['in']);
      return judgeReached(await findSubject(received, options.in), state);
    });
  },
  async toHaveDelivered(this: unknown, received: unknown, expected: ExpectedDelivery): Promise<MatcherResult> {
    return resultOf({ matcher: 'toHaveDelivered', about: received, context: this }, async () =>
      judgeDelivered(asRoom(received), expected),
    );
  },
  async toHaveNoViolations(this: unknown, received: unknown, options?: ViolationOptions): Promise<MatcherResult> {
    return resultOf({ matcher: 'toHaveNoViolations', about: received, context: this }, async () =>
      judgeNoViolations(asRoom(received), options),
    );
  },
};

interface Assertion {
  readonly matcher: keyof typeof matchers;
  readonly about: unknown;
  readonly context: unknown;
}

function resultOf({ matcher, about, context }: Assertion, judge: () => Promise<Judgement>): Promise<MatcherResult> {
  const name = `expect(\u2026).${matcher}(\u2026)`;
  const { isNot } = Object(context) as { readonly isNot?: unknown };
  // A runner would tell of it a second time, as of a rejection that nobody waits for.
  const said: MatcherResult = { pass: isNot !== true, message: () => `${name} was not awaited.` };
  const run = async ({ done, failed, isTold }: Ending): Promise<MatcherResult> => {
    try {
      const { holds, denied, affirmed } = await judged(name, judge);
      return isTold() ? said : { pass: holds, message: () => (holds ? affirmed : denied) };
    } catch (error) {
      if (isTold()) return said;
      failed(error);
      throw error;
    } finally {
      done();
    }
  };
  // What a runner gives the test is a promise of its own.
  return callsAbout(about).begin(name, run, { ofTest: true, heard: true, from: matchers[matcher] });
}
