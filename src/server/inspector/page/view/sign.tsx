import { SHAPES } from '../model/shapes.js';
import { KIND_WORDS, type LineKind, type Weight } from '../model/line.js';

/** The sign of a line: the shape says what it is, and how bad; the colour says it again. */
export function Sign({ kind, weight }: { readonly kind: LineKind; readonly weight: Weight }) {
  return (
    <svg class={`sign ${kind} ${weight}`} viewBox="-6 -6 12 12" aria-hidden="true">
      <title>{KIND_WORDS[kind]}</title>
      <path d={SHAPES[weight === 'bad' ? 'bad' : kind]} />
    </svg>
  );
}
