/** Editors on Windows put a byte order mark before a text, which is no part of it. */
const MARK = /^\uFEFF/;

/** The value in a file of JSON that a person may have written. Throws what JSON.parse throws. */
export const parseJsonFile = (text: string): unknown => JSON.parse(text.replace(MARK, '')) as unknown;
