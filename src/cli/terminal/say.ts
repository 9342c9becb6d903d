import { visible } from '../../contracts/visible.js';
import { isTerminal } from './colors.js';

/** Prints for a person: what others wrote cannot act on the terminal, nor on the log of CI. JSON stays the same data. */
export const say = (text: string): void => void process.stdout.write(visible(text));

/** The same beside what the command gives. */
export const tell = (text: string): void => void process.stderr.write(visible(text));

/** A sentence of its own line there. */
export const warn = (text: string): void => tell(`${text}\n`);

const CLEAR = '\r\u001B[K';

/** Takes away the line of a terminal that tells how far something is. */
export const clear = (): void => void (isTerminal(process.stderr) && process.stderr.write(CLEAR));
