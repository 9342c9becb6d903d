/** Secrets in running text: URLs with a user or a query, wherever they stand, also percent-encoded. */

export const REDACTED = '[redacted]';

export interface TextRules {
  readonly isSecret: (name: string) => boolean;
  /** Cheap to ask of a whole text: false if it holds no secret. */
  readonly mayHold: (text: string) => boolean;
  /** The same for a text that is written in this one, so many levels above the deepest that is read. */
  readonly within: (text: string, levels: number) => string;
}

/** Without one of these, a text has neither a URL with a user nor a parameter. */
const SIGNS = /[?&#@%]/;
/** What stands before a host. */
const USER = /:\/\/[^/?#\s]*@/g;
const NAME = /[?&#]([^?&#=\s]+)=/g;
const VALUE = /[^&#\s]*/y;
/** What may be percent-encoded as a whole. */
const RUN = /[^\s?&#=]+/g;
const ESCAPES = /(?:%[\da-f]{2})+/gi;

/** The text with what stands before hosts, and with the secret ones of the parameters that it names, taken out. */
export function redactText(text: string, rules: TextRules, levels: number): string {
  if (!SIGNS.test(text) || !rules.mayHold(text)) return text;
  const shown = redactParameters(text.replace(USER, `://${REDACTED}@`), rules.isSecret);
  if (levels === 0 || !shown.includes('%')) return shown;
  return shown.replace(RUN, (run) => (run.includes('%') ? redactEncoded(run, rules, levels - 1) : run));
}

/** A query, or a form: what is no secret may be a URL, or JSON. */
export function redactQuery(text: string, rules: TextRules, levels: number): string {
  if (!rules.mayHold(text)) return text;
  const shown = (part: string): string => rules.within(part, levels);
  return text
    .split('&')
    .map((pair) => {
      const end = pair.indexOf('=');
      if (end < 0) return shown(pair);
      const name = pair.slice(0, end);
      return `${shown(name)}=${isSecretParameter(name, rules.isSecret) ? REDACTED : shown(pair.slice(end + 1))}`;
    })
    .join('&');
}

const isSecretParameter = (name: string, isSecret: TextRules['isSecret']): boolean => {
  const plain = decoded(name.replaceAll('+', ' '));
  return isSecret(plain) || /signature$/i.test(plain);
};

function redactParameters(text: string, isSecret: TextRules['isSecret']): string {
  const pieces: string[] = [];
  let copied = 0;
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found; found = NAME.exec(text)) {
    if (!isSecretParameter(found[1]!, isSecret)) continue;
    const start = NAME.lastIndex;
    VALUE.lastIndex = start;
    VALUE.test(text);
    pieces.push(text.slice(copied, start), REDACTED);
    NAME.lastIndex = copied = VALUE.lastIndex;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied);
}

function redactEncoded(run: string, { within }: TextRules, levels: number): string {
  // A form has a plus for each space.
  const text = decoded(/^%[57]B/i.test(run) ? run.replaceAll('+', ' ') : run);
  if (text === run) return run;
  const shown = within(text, levels);
  return shown === text ? run : encoded(shown);
}

/** Escapes that are none of UTF-8 stay. */
const decoded = (text: string): string =>
  text.replace(ESCAPES, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return REDACTED;
  }
}
