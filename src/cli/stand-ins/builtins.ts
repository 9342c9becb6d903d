/** What a bundle calls at hundreds of places: as names of its own, which have a letter or two there, six kilobytes less. */
export const { parse: $parse, stringify: $stringify } = JSON;
export const { isArray: $isArray } = Array;
export const {
  assign: $assign,
  entries: $entries,
  freeze: $freeze,
  fromEntries: $fromEntries,
  hasOwn: $hasOwn,
  keys: $keys,
} = Object;
export const { isFinite: $isFinite, isInteger: $isInteger } = Number;
// oxlint-disable-next-line typescript/unbound-method -- neither looks at what it is called on
export const { byteLength: $byteLength, from: $bytesOf } = Buffer;
export const { floor: $floor, max: $max, min: $min } = Math;
