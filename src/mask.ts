/** The ways in which two lives of one kind may differ without meaning anything: instants, ids, signed queries. */

const INSTANT = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Ids as the vendors make them, and digests. */
const VENDOR_ID =
  /\b[a-z]{2,8}_(?=[A-Za-z]*\d|[a-z]*[A-Z])[A-Za-z0-9]{10,}\b|\b[0-9a-f]{16,}\b|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[A-Za-z0-9]{20,}\b/g;
/** A mask may stand in a URL, with blanks in it: for its beginning, an id in its path, a value of its query. */
const QUERY = /((?:https?:\/\/|<[^<>"]*>\/)(?:<[^<>"]*>|[^\s"?<])*)\?(?:<[^<>"]*>|[^\s"<])*/g;

/** A text that one life alone has, and what stands for it. */
export type Name = readonly [name: string, mask: string];

/** Longer ones first: a name may be a part of another. What is too short says nothing. */
export const namesInOrder = (names: readonly Name[]): readonly Name[] =>
  names.filter(([name]) => name.length > 2).sort(([a], [b]) => b.length - a.length);

/** A text as any life of its kind could have it. */
export function masked(text: string, names: readonly Name[] = []): string {
  let done = text;
  for (const [name, mask] of names) done = done.replaceAll(name, mask);
  return done.replace(QUERY, '$1').replace(INSTANT, '<instant>').replace(UUID, '<id>').replace(VENDOR_ID, '<id>');
}
