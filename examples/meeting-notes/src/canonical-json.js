// One token of JSON: a string, a number, a word, or a sign.
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y;

/**
 * JSON with its keys in the order of their code points and no spaces. Numbers stay as they were written: to JavaScript
 * `1.0` is `1`, and a signature over `1.0` would not verify.
 */
export function canonicalJson(text) {
  JSON.parse(text); // Whatever follows may trust the grammar.
  TOKEN.lastIndex = 0;
  return value(text, next(text));
}

function next(text) {
  return TOKEN.exec(text);
}

function value(text, [, string, literal, sign]) {
  if (string !== undefined) return JSON.stringify(JSON.parse(string));
  if (literal !== undefined) return literal;
  return sign === '{' ? object(text) : array(text);
}

function object(text) {
  const members = new Map();
  for (let token = next(text); token[3] !== '}'; token = next(text)) {
    if (token[3] === ',') token = next(text);
    const key = JSON.parse(token[1]);
    next(text); // the colon
    members.set(key, value(text, next(text)));
  }
  const keys = [...members.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${members.get(key)}`).join(',')}}`;
}

function array(text) {
  const items = [];
  for (let token = next(text); token[3] !== ']'; token = next(text)) {
    if (token[3] === ',') token = next(text);
    items.push(value(text, token));
  }
  return `[${items.join(',')}]`;
}
