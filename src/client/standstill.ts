/** The clocks that have moved while the fake timers of this process stood still; all handles of a room have its clock. */
const clocks = new WeakSet<object>();

interface Handle {
  readonly clock: object;
}

export const noteStandstill = ({ clock }: Handle): void => void clocks.add(clock);

export const hadStandstill = ({ clock }: Handle): boolean => clocks.has(clock);
