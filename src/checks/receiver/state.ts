import { monotonic, waited } from '../../clock/real-time.js';

/** What the app shows of its state; `undefined` where it shows nothing. */
export type ReadState = () => Promise<string | undefined>;

const POLL_MS = 50;
const SETTLE_MS = 300;

/** Why no change of the state says anything; `undefined` if one does. */
export async function whyUnread(read: ReadState | undefined): Promise<string | undefined> {
  if (!read) return 'there is no --state-url';
  const before = await read();
  await waited(POLL_MS);
  const after = await read();
  if (before === undefined || after === undefined) return '--state-url does not answer';
  return before === after ? undefined : 'what --state-url shows changes by itself';
}

/** Whether an act changes the state. Work that goes on after the answer is waited for, until it rests. */
export async function changes(read: ReadState, act: () => Promise<void>): Promise<boolean> {
  const before = await read();
  await act();
  const until = monotonic() + SETTLE_MS;
  let state = await read();
  let isAtRest = false;
  while (monotonic() < until && (state === before || !isAtRest)) {
    await waited(POLL_MS);
    const next = await read();
    isAtRest = next === state;
    state = next;
  }
  return state !== before;
}
