import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Greenroom } from '../client/greenroom.js';
import { reasonOf } from '../errors.js';

/** Bytes of a file's name, without its ending. */
const LONGEST = 100;
/** Rooms hold credentials of tests: nobody else is to read them. */
const MODE = 0o600;
const PAGE = '.timeline.html';
const RUN = '.run.jsonl';

/**
 * Writes what happened in a failed test's room into the folder that GREENROOM_ARTEFACTS names, if it does: a page to look
 * at, and the run for `greenroom replay`. Says how to open them.
 */
export async function keepRun(test: string, room: Greenroom): Promise<void> {
  const folder = process.env['GREENROOM_ARTEFACTS'];
  if (!folder) return;
  const title = test.replace(/\s+/g, ' ');
  try {
    const page = writeNew(folder, nameOf(test), await room.timeline({ as: 'html', title: `${title} (${room.id})` }));
    say(`The timeline of "${title}" is kept, to be looked at in a browser: ${page}`);
    const file = page.slice(0, -PAGE.length) + RUN;
    writeFileSync(file, await room.run(), { mode: MODE });
    say(`The run of "${title}" is kept: greenroom replay ${file}`);
  } catch (error) {
    // It is the failure of the test that matters.
    say(`The run of "${title}" is not kept in ${folder}, which GREENROOM_ARTEFACTS names: ${reasonOf(error)}.`);
  }
}

/** Tests of one name, and of several workers, have files of their own. */
function writeNew(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  for (let number = 1; ; number++) {
    const file = join(folder, `${name}${number === 1 ? '' : `-${number}`}${PAGE}`);
    try {
      writeFileSync(file, text, { flag: 'wx', mode: MODE });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The words of a test's name, as the name of a file. */
function nameOf(test: string): string {
  const words = test.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  const cut = new TextDecoder().decode(Buffer.from(words).subarray(0, LONGEST));
  return cut.replace(/[-\uFFFD]+$/, '') || 'test';
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
