import type { Greenroom } from '../../client/greenroom.js';
import { lastOf } from './cursor.js';
import { clockChangeEve, nextStart } from './meetings.js';
import type { RunningApp } from '../options.js';
import { versionIn, type Crash, type Rest, type Session, type Stage, type Wakes } from './stage.js';

/** An app in another process: it lives on from one execution to the next, and so does its world. */
export interface LivingApp extends RunningApp {
  readonly url: string;
  /** The environment in which it was started, and in which its user acts. */
  readonly env: Readonly<Record<string, string>>;
  /** Why it has ended by itself, or was ended because it answered nobody any more. */
  readonly ended: () => Crash | undefined;
  /** Resolves when it has ended, or does not within a moment. */
  readonly endedSoon: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Living {
  readonly room: Greenroom;
  readonly start: () => Promise<LivingApp>;
  /** It can be ended and started anew: it is a child of this process. */
  readonly isChild: boolean;
  /** The app's timers follow the clock. */
  readonly led: boolean;
  /** Those of an app that keeps its own time. */
  readonly wakes?: Wakes;
  readonly rest?: Rest;
  /** What the apps of this place print, one after the other. */
  readonly printout?: { readonly mark: number; readonly since: (mark: number) => readonly string[] };
}

/**
 * Plays against apps that go on running, each in a world of its own. Each execution has fresh ids and a later time, so that
 * nothing needs a reset; an app that carries something over to the next is started anew. No other run has the number of this one.
 */
export async function openLivingStage(all: readonly Living[], run: number): Promise<Stage<LivingApp>> {
  const lanes: Lane[] = [];
  const close = async (): Promise<void> => void (await Promise.all(lanes.map((lane) => lane.close())));
  try {
    for (const living of all) lanes.push(await openLane(living));
  } catch (error) {
    await close();
    throw error;
  }
  const free = [...lanes];
  const open: Lane['open'] = async (...words) => {
    const lane = free.pop()!;
    const session = await lane.open(...words);
    return { ...session, end: () => session.end().finally(() => free.push(lane)) };
  };
  return { lanes: lanes.length, first: run, open, howToTell: HOW_TO_TELL, close };
}

const HOW_TO_TELL =
  'Give the command of the app after --: greenroom starts it anew then, and what still differs is chance.';

type Lane = Omit<Stage<LivingApp>, 'lanes' | 'first' | 'howToTell'>;

async function openLane(living: Living): Promise<Lane> {
  const { room } = living;
  let app = await living.start();
  const restart = async (): Promise<void> => {
    await app.close();
    app = await living.start();
  };
  // Timers of an app that is led go alike in each execution that begins as long before its hour.
  const toNextStart = async () => room.clock.advance({ to: nextStart(await room.clock.now()) });
  let carriesOver = false;
  return {
    open: async (number, settings, anew = false): Promise<Session<LivingApp>> => {
      const isRenewed = living.isChild && (anew || carriesOver);
      if (living.led || isRenewed) await toNextStart();
      if (isRenewed) await restart();
      else if (app.ended() !== undefined) await restart();
      carriesOver = false;
      await room.patch({ scenario: settings.scenario, ...versionIn(settings) });
      if (settings.day !== undefined) await room.clock.advance({ to: clockChangeEve(await room.clock.now()) });
      const { printout } = living;
      const mark = printout?.mark ?? 0;
      return {
        room,
        app: () => app,
        restart,
        crashes: async (isMute) => {
          if (isMute) await app.endedSoon();
          return [app.ended() ?? []].flat();
        },
        led: living.led,
        ...(printout ? { printed: () => printout.since(mark) } : {}),
        ...(living.wakes ? { wakes: living.wakes } : {}),
        ...(living.rest ? { rest: living.rest } : {}),
        number,
        since: await lastOf(room),
        ...(living.isChild ? { renewAfter: () => void (carriesOver = true) } : {}),
        end: async () => {
          await room.faults.remove();
        },
      };
    },
    close: () => app.close(),
  };
}
