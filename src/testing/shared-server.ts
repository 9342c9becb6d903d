import type { Greenroom } from '../client/greenroom.js';
import { inRealTime, startForTests } from '../start.js';
import { asNoTest } from './running-test.js';

/** Longer than most pauses between tests: those of a file have one server. */
const IDLE_MS = 5000;

let server: Promise<Greenroom> | undefined;
let users = 0;
let stayOn = (): void => undefined;

/**
 * Does something with the server that all tests of this process share, which does not keep the process alive; it is over when `leave` is
 * called, or with what is done if that fails. A server that nobody uses ends after a while: Jest loads greenroom anew for each file, and
 * would keep those of all files that a process has run.
 */
export async function withServer<T>(use: (server: Greenroom, leave: () => void) => Promise<T>): Promise<T> {
  stayOn();
  users++;
  let isUsed = true;
  const leave = (): void => {
    if (!isUsed) return;
    isUsed = false;
    if (--users === 0) stayOn = inRealTime(IDLE_MS, end);
  };
  try {
    return await use(await (server ??= asNoTest(startForTests)), leave);
  } catch (error) {
    leave();
    throw error;
  }
}

function end(): void {
  const idle = server;
  server = undefined;
  idle?.then((one) => one.close()).catch(() => undefined);
}
