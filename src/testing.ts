/// <reference lib="esnext.disposable" preserve="true" />
import './needs.js';
export { assertDelivered, assertNoViolations, assertReached } from './testing/assertions.js';
export { testRoom, withRoom, type TestHooks } from './testing/life.js';
export { matchers, type GreenroomMatchers, type MatcherResult } from './testing/matchers.js';
// By this the compiler finds, from one door alone, the names of all that a room gives: a user's own declarations need them.
export type { Greenroom, WorkspaceOptions } from './index.js';
export type { ExpectedDelivery } from './testing/delivered.js';
export type { ViolationOptions } from './testing/violations.js';
