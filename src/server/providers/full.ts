import type { Reply } from './provider.js';

/** Insufficient storage, in greenroom's own voice: no vendor says that a world is full, or a call too much for it. */
export function full(why: string): Reply {
  const reason = `greenroom has no room: ${why}`;
  return { status: 507, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: reason, reason };
}
