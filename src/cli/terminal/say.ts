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

/** Tells each sentence once, whatever its numbers: an app is started again and again, and may fail in the same way each time. */
export function onceEach(tell: (line: string) => void): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    const sentence = line.replace(/\d+/g, '0');
    if (!told.has(sentence)) tell(line);
    told.add(sentence);
  };
}
