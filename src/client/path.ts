import { GreenroomError } from '../errors.js';

/**
 * A path of the control plane: whatever is put into it is one step of it. Throws USAGE for what no URL carries as a step.
 *
 * @example pathOf`/deliveries/${id}/redeliver`
 */
export const pathOf = (texts: TemplateStringsArray, ...names: readonly string[]): string =>
  texts.reduce((path, text, i) => path + stepOf(names[i - 1]) + text);

/** Dots alone lead up, and half a character has no bytes. */
const NO_STEP = /^\.{0,2}$|\p{Surrogate}/u;

function stepOf(name: unknown): string {
  if (typeof name === 'string' && !NO_STEP.test(name)) return encodeURIComponent(name);
  throw new GreenroomError(
    'USAGE',
    `Failed to call the control plane: expected a name or an id, was ${typeof name === 'string' ? JSON.stringify(name) : String(name)}.`,
  );
}
