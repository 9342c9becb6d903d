import fs from 'node:fs';
import path from 'node:path';
import { GreenroomError, reasonOf } from '../../errors.js';
import { ENDING, wholeLines } from './run-folder.js';

/** So many names are told. */
const SHOWN = 20;

/** The lines of a run in a file, or of the only one in a folder. Nothing is written. Throws USAGE where there is none. */
export function readRunPath(
  place: string,
  warn: (text: string) => void,
): { readonly name: string; readonly lines: Iterable<string> } {
  try {
    const name = fs.statSync(place).isDirectory() ? onlyRunIn(place) : place;
    const dropped = (bytes: number): void =>
      warn(`The last line of ${name} was never finished: its ${bytes} bytes are left out.`);
    fs.accessSync(name, fs.constants.R_OK);
    return { name, lines: wholeLines(name, dropped) };
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    throw cannot(place, reasonOf(error));
  }
}

function onlyRunIn(folder: string): string {
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .toSorted();
  const [first, ...others] = files;
  if (first === undefined) throw cannot(folder, `it holds no run, which is a file that ends with ${ENDING}`);
  if (others.length === 0) return path.join(folder, first);
  const shown = files.slice(0, SHOWN).join(', ') + (files.length > SHOWN ? ', …' : '');
  throw cannot(
    folder,
    `it holds ${files.length} runs: ${shown}. Name one of them, such as ${path.join(folder, first)}`,
  );
}

const cannot = (place: string, reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to open the run ${place}: ${reason}.`);
