import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Greenroom } from '../client/greenroom.js';
import { GreenroomError, reasonOf } from '../errors.js';

/** The rooms whose calls are kept: one may be closed by its test, and then by its runner. */
const kept = new WeakSet<Greenroom>();

/**
 * Adds the calls of a room to the file that GREENROOM_JOURNAL names, if it does, one a line: `greenroom check traffic` judges those of all
 * tests. Throws USAGE if they cannot be added, for a check of fewer would pass.
 */
export async function keepCalls(room: Greenroom): Promise<void> {
  const file = process.env['GREENROOM_JOURNAL'];
  if (!file || kept.has(room)) return;
  kept.add(room);
  const { requests } = await room.requests.list();
  if (requests.length === 0) return;
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    // In one piece: the other workers of the runner write into it too. Calls hold credentials of tests: nobody else is to read them.
    appendFileSync(file, lines.join(''), { mode: 0o600 });
  } catch (error) {
    throw new GreenroomError(
      'USAGE',
      `Failed to keep the calls of the test: expected a file in which can be written, as GREENROOM_JOURNAL names it, was ${file}: ${reasonOf(error)}.`,
    );
  }
}
