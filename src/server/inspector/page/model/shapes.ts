import type { LineKind } from './line.js';

/** What marks look like, around 0, in a square of 12: the same paths in lists and on lanes. */
export const SHAPES: Readonly<Record<LineKind | 'bad', string>> = {
  /** An arrow down: somebody calls. */
  request: 'M-4,-4H4L0,4Z',
  transition: 'M-4,-2H4V2H-4Z',
  /** An arrow up: somebody is told. */
  delivery: 'M0,-4L4,4H-4Z',
  violation: 'M-5,-5H-2L0,-2L2,-5H5L2,0L5,5H2L0,2L-2,5H-5L-2,0Z',
  /** A diamond. */
  fault: 'M0,-5L5,0L0,5L-5,0Z',
  backstage: 'M-4,-4H4V4H-4Z',
  note: 'M-3,0A3,3 0 1 0 3,0A3,3 0 1 0 -3,0Z',
  /** A cross. */
  bad: 'M-5,-5H-2L0,-2L2,-5H5L2,0L5,5H2L0,2L-2,5H-5L-2,0Z',
};
