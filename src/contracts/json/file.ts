import { parseWithin } from './depth.js';

/** Editors on Windows put a byte order mark before a text, which is no part of it. */
const MARK = /^\uFEFF/;

/** As many as the control plane takes: what reads a value goes down as far, and could run out of stack. */
const LEVELS = 200;

/** A text as it is meant: shells on Windows send a file with its mark. */
export const withoutMark = (text: string): string => text.replace(MARK, '');

/** The value in a file of JSON that a person may have written. Throws what JSON.parse throws, and RangeError. */
export const parseJsonFile = (text: string): unknown => parseWithin(LEVELS, withoutMark(text));
