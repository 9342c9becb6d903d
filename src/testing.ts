/// <reference lib="esnext.disposable" preserve="true" />
export { assertDelivered, assertNoViolations, assertReached } from './testing/assertions.js';
export { testRoom, withRoom, type TestHooks } from './testing/life.js';
export { matchers, type GreenroomMatchers, type MatcherResult } from './testing/matchers.js';
export type { ExpectedDelivery } from './testing/delivered.js';
export type { ViolationOptions } from './testing/violations.js';
