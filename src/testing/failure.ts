import type { Greenroom } from '../client/greenroom.js';
import { hadStandstill } from '../client/standstill.js';
import { callsOf } from '../client/unheard.js';
import { seemsDisbelief } from '../contracts/signing.js';
import { messageOf } from '../errors.js';
import { keepRun } from './artefacts.js';
import { describeNext } from './pending.js';
import { say } from './say.js';
import { tellWaits } from './waiting.js';

const LINES_SHOWN = 200;
const STRAY_SHOWN = 5;

/** The servers of the rooms of tests, by the clock, which all handles of a room share. */
const servers = new WeakMap<object, Greenroom>();

/** Says whose workspace the room of a test is: calls with keys of no room come to the server's own. */
export const noteServer = ({ clock }: Greenroom, server: Greenroom): void => void servers.set(clock, server);

/** The newest lines of a room's timeline, and what comes next, or why there are none: it is the failure of the test that matters. */
async function timelineOf(room: Greenroom): Promise<string> {
  try {
    const text = newest(await room.timeline({ as: 'text' }), LINES_SHOWN);
    const { entries: calls } = await room.timeline({ kind: 'request', limit: 1 });
    const strays = calls.length === 0 ? await strayCalls(room) : [];
    // Most missing things are still to come.
    const refusals = await refusalsIn(room);
    return [text || 'Nothing has happened in it.', ...strays, await describeNext(room), ...refusals].join('\n');
  } catch (error) {
    return `It is not to be had: ${messageOf(error)}`;
  }
}

/** The calls that may have been meant for a room to which none has come: those with keys that no room has. */
async function strayCalls(room: Greenroom): Promise<readonly string[]> {
  const server = servers.get(room.clock);
  // A service shows its own workspace to few.
  const text = await server?.timeline({ as: 'text', kind: 'request' }).catch(() => '');
  if (!server || !text) return [];
  return [
    `No call has come with its keys. The newest of those with keys of no room, which come to "${server.id}":`,
    newest(text, STRAY_SHOWN),
  ];
}

/** Whether the app has refused webhooks that no fault has altered, which are signed right: often it verifies with another secret. */
async function refusalsIn(room: Greenroom): Promise<readonly string[]> {
  const { entries } = await room.timeline({ kind: 'delivery' });
  const takesSome = entries.some(({ status = 0 }) => status >= 200 && status < 300);
  const refused = entries.filter(({ status, fault }) => fault === undefined && seemsDisbelief(status, takesSome));
  if (refused.length === 0) return [];
  return [
    `The app has refused ${refused.length} of ${entries.length} attempts of webhooks with ${[...new Set(refused.map(({ status }) => status))].join(' and ')}, though they are signed right. Does it verify with the secret of this room, as the room gives it? greenroom doctor signature says what is wrong with the signature that it has computed.`,
  ];
}

function newest(text: string, limit: number): string {
  const lines = text.trimEnd().split('\n');
  const left = lines.length - limit;
  return (left > 0 ? [`\u2026 ${left} earlier lines`, ...lines.slice(-limit)] : lines).join('\n');
}

const STANDSTILL =
  'Fake timers of this process stood still while the clock moved, so nothing has happened that the app does by a timer: after await room.clock.lockstep() they move with it.';

const STUCK =
  'queueMicrotask or process.nextTick of this process is faked, and in Node fetch and streams wait for them for ever: leave them out of toFake.';

/**
 * Whether calls of this process cannot come to an end; fake timers leave their clock on the functions that they put in place. Where
 * a runner gives tests globals of their own, as Jest does, `fetch` is made elsewhere, and has what is real there.
 */
const areCallsStuck = (): boolean =>
  Function.prototype.isPrototypeOf(fetch) &&
  [queueMicrotask, Reflect.get(process, 'nextTick')].some(
    (given) => (given as { clock?: unknown }).clock !== undefined,
  );

/** The timeline of a failed test's room, and what was not awaited in it, which is no fault of its end then. */
export async function storyOf(room: Greenroom): Promise<string> {
  const unheard = (await callsOf(room)?.take()) ?? [];
  // Before all that waits until nothing is in hand any more.
  const waits = await tellWaits(room);
  const still = hadStandstill(room) ? [STANDSTILL] : [];
  const stuck = areCallsStuck() ? [STUCK] : [];
  return [await timelineOf(room), ...waits, ...still, ...stuck, ...new Set(unheard.map(({ text }) => text))].join('\n');
}

/** Prints the story of a failed test's room, and keeps its run where that is asked for. */
export async function tellOfFailure(test: string, room: Greenroom): Promise<void> {
  const told = await storyOf(room);
  say(`\nThe timeline of the room "${room.id}" of "${test}":\n${told}\n`);
  await keepRun(test, room);
}
