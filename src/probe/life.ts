import type { Life } from './wire.js';

/** What the host names while something from outside may come: servers, connections, watched files. */
const DOORS = /^(TCP|UDP|PipeServer|FSEvent|StatWatcher)/;

const STDIN = 0;

/** What keeps this process alive now. `isKept` by timers that greenroom leads. */
export function lifeNow(isKept: boolean): Life {
  if (process.getActiveResourcesInfo().some((name) => DOORS.test(name)) || isReading()) return 'outside';
  return isKept ? 'time' : 'nothing';
}

/** True if somebody may type something. */
function isReading(): boolean {
  const handles = (
    process as unknown as { _getActiveHandles: () => readonly { readonly fd?: number }[] }
  )._getActiveHandles();
  return handles.some(({ fd }) => fd === STDIN);
}
