/**
 * What acts on a terminal, or turns the direction of what stands beside it, a line feed apart; and one sign of what CI takes for
 * a command: `::` that begins a line, `##[` and `##vso[` anywhere.
 */
const ACTING =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]|:(?=:)(?<=^[^\S\n]*:)|#(?=\[|vso\[)(?<=##)/gm;

/** A text that strangers may have written, for a terminal or the log of CI: what would act there stands as an escape. */
export const visible = (text: string): string =>
  text.replace(ACTING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same on one line. */
export const onOneLine = (text: string): string => visible(text).replaceAll('\n', '\\n');
