import { formatInstant, MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../clock/instant.js';
import type { World } from '../../engine/world.js';
import type { Reply } from '../provider.js';
import { refused } from './errors.js';
import { settingsOf, type RateLimits } from './settings.js';
import { sliceOf } from './state.js';

/** Windows are whole seconds and minutes of virtual time (assumed). */
const WINDOWS: readonly { readonly limit: keyof RateLimits; readonly name: string; readonly length: Micros }[] = [
  { limit: 'per_second', name: 'second', length: MICROS_PER_SECOND },
  { limit: 'per_minute', name: 'minute', length: MICROS_PER_MINUTE },
];

/** Counts a call of the application; answers 429 if a window is full. A frozen clock never opens the next one. */
export function countCall(world: World): Reply | undefined {
  const { rateLimit } = settingsOf(world);
  if (!rateLimit) return undefined;
  const { windows } = sliceOf(world);
  const now = world.now();
  const open = WINDOWS.map(({ limit, name, length }) => {
    const start = Math.floor(now / length) * length;
    const present = windows[name];
    const window = present?.start === start ? present : (windows[name] = { start, calls: 0 });
    return { name, end: start + length, window, most: rateLimit[limit] };
  });
  const full = open.findLast(({ window, most }) => most !== undefined && window.calls >= most);
  if (full) {
    return refused(
      429,
      `${full.most} calls were made in this ${full.name}, as many as are allowed; the window is empty again at ` +
        `${formatInstant(full.end)}. POST /_greenroom/clock/advance {"to":"${formatInstant(full.end)}"} gets there.`,
    );
  }
  for (const { window } of open) window.calls++;
  return undefined;
}

/** The refusal of a call too many. The vendor documents no header; a fault that names the wait gets one (assumed). */
export const tooManyCalls = (seconds: number): Reply =>
  refused(429, `a fault rule allows no call for ${seconds} s`, { 'Retry-After': String(seconds) });
