import './needs.js';
// Without it the compiler does not look for what is augmented below.
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers
import type {} from 'expect';
import type { GreenroomMatchers } from './testing/matchers.js';

export { testRoom, withRoom } from './testing/life.js';
export { matchers } from './testing/matchers.js';
export type { ExpectedDelivery, Greenroom, MatcherResult, ViolationOptions, WorkspaceOptions } from './testing.js';
export type { GreenroomMatchers };

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends GreenroomMatchers {}
}

declare global {
  // @types/jest names its matchers so.
  namespace jest {
    interface Matchers<R, T> extends GreenroomMatchers {}
  }
}
