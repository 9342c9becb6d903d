import { parsePython, type PyValue } from '../../contracts/json/python-json.js';
import { parseJson } from '../../contracts/signed-message.js';

/** What is made of a body as JavaScript reads it; `undefined` for what is not JSON. */
export function inJavaScript(body: Buffer, write: (value: unknown) => string): Buffer | undefined {
  const value = parseJson(body);
  return value === undefined ? undefined : Buffer.from(write(value));
}

/** The same as Python reads it: `1.0` stays a float, and keys stay in their order. `undefined` also for what is nested too deep to be written. */
export function inPython(body: Buffer, write: (value: PyValue) => string): Buffer | undefined {
  try {
    return Buffer.from(write(parsePython(body.toString('utf8'))));
  } catch {
    return undefined;
  }
}
