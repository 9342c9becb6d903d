/** What a bundle calls at hundreds of places: as names of its own, which have a letter or two there, five kilobytes less. */
export const { stringify: $stringify } = JSON;
export const { isArray: $isArray } = Array;
export const { entries: $entries, fromEntries: $fromEntries, hasOwn: $hasOwn, keys: $keys } = Object;
export const { max: $max, min: $min } = Math;
