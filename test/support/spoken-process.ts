import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import type { Greenroom } from '../../src/index.js';

/** Milliseconds on the clock that the processes of this machine share. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What a process tells of a job that is in a queue now. */
export const job = (id: string, at = now()) => ({ id, queue: 'the queue late', name: 'leave', at });

/**
 * A process of the app of a room, which is at rest whenever it is asked, until it is `busy`: here it says what a probe does. `calls` are the
 * connections over which it has asked greenroom something, and has no answer.
 */
export async function joinRoom(room: Greenroom, pid: number, { calls }: { readonly calls?: readonly string[] } = {}) {
  const { GREENROOM_PROBE: place } = await room.clock.probes();
  const [secret, path] = [place.slice(0, place.indexOf('@')), place.slice(place.indexOf('@') + 1)];
  const socket = net.connect(path);
  const say = (message: object): void => void socket.write(`${JSON.stringify({ probe: 1, ...message })}\n`);
  const heard = new EventEmitter();
  let inHand: string | undefined;
  createInterface(socket).on('line', (text) => {
    const { ask } = JSON.parse(text) as { ask?: number };
    if (ask !== undefined && inHand !== undefined) say({ busy: ask, why: inHand });
    else if (ask !== undefined) say({ rest: ask, seen: 0, stirs: 0, started: [], calls });
    heard.emit(ask === undefined ? 'welcome' : 'ask');
  });
  say({ hello: { secret, pid, thread: 0 } });
  await once(heard, 'welcome');
  await room.timeline();
  const busy = (why: string): void => void (inHand = why);
  return { say, busy, isAsked: () => once(heard, 'ask'), leave: () => void socket.destroy() };
}
