/** Standard input, as command lines write it. */
export const STDIN = '-';

/** A file as people name it. */
export const nameOfFile = (file: string): string => (file === STDIN ? 'standard input' : file);
