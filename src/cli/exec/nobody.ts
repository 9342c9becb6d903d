const NOBODY_CALLED = 'Nobody called a vendor here.';
const ELSEWHERE =
  'Tests that start a greenroom of their own have to judge that themselves: with toHaveNoViolations, or in other ' +
  'languages by what GET /_greenroom/timeline?kind=violation lists. Those that take the one at GREENROOM_URL are judged here, too.';

/** Of a command that called nobody. Whoever has ended it has seen what it did. */
export const nobodyCalled = (isInterrupted: boolean): string =>
  isInterrupted ? NOBODY_CALLED : `${NOBODY_CALLED} ${ELSEWHERE}`;
