import { afterEach, beforeEach, vi } from 'vitest';
import { createGreenroom, type Greenroom, type GreenroomOptions } from '../../src/index.js';
import { botRequest } from '../support/room.js';

/** Where the app of a test receives. */
export const APP = 'https://app.test';
/** What has happened in a test. */
export const log: string[] = [];
/** Those that are open. */
export const rooms: Greenroom[] = [];

/** Begins each test of a file with nothing, and leaves nothing of it. */
export function apart(): void {
  beforeEach(() => {
    log.length = 0;
  });

  afterEach(async () => {
    for (const room of rooms.splice(0)) await room.close();
    vi.useRealTimers();
  });
}

/** Writes down what happens, and when the app believes that it is. */
export const note = (what: string): void => void log.push(`${new Date().toISOString().slice(11, 23)} ${what}`);

/** A room without a socket, in lockstep with this process. */
export async function lockstepRoom(options: GreenroomOptions = {}): Promise<Greenroom> {
  const room = await createGreenroom({ lockstep: true, ...options });
  rooms.push(room);
  return room;
}

export async function postBot(room: Greenroom, more: object = {}): Promise<string> {
  const response = await room.fetch(
    new Request(`${room.url}/api/v1/bots`, {
      method: 'POST',
      headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify(botRequest(undefined, `${APP}/hooks`, more)),
    }),
  );
  return ((await response.json()) as { id: string }).id;
}

export const stateOf = async (request: Request): Promise<string> =>
  ((await request.json()) as { data: { new_state: string } }).data.new_state;
