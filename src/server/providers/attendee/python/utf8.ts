type Range = readonly [low: number, high: number];

const CONTINUATION: Range = [0x80, 0xbf];
/** Lead bytes whose next byte has a narrower range. */
const NARROW: Readonly<Record<number, Range>> = {
  0xe0: [0xa0, 0xbf],
  0xed: [0x80, 0x9f],
  0xf0: [0x90, 0xbf],
  0xf4: [0x80, 0x8f],
};

/** How many bytes follow a lead byte; `undefined` for one that leads nothing. */
function followers(lead: number): number | undefined {
  if (lead < 0x80) return 0;
  if (lead < 0xc2 || lead > 0xf4) return undefined;
  return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/**
 * The error of a Python stream reader at the first bytes that are no UTF-8; `undefined` if there are none. What is cut
 * off at the end is no error: the reader waits for more.
 */
export function utf8Fault(bytes: Uint8Array): string | undefined {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    const count = followers(lead);
    if (count === undefined) return undecodable(bytes, at, 1, 'invalid start byte');
    for (let n = 1; n <= count; n++) {
      const [low, high] = (n === 1 && NARROW[lead]) || CONTINUATION;
      const next = bytes[at + n];
      if (next === undefined) return undefined;
      if (next < low || next > high) return undecodable(bytes, at, n, 'invalid continuation byte');
    }
    at += count + 1;
  }
  return undefined;
}

function undecodable(bytes: Uint8Array, at: number, count: number, reason: string): string {
  const which =
    count === 1
      ? `byte 0x${bytes[at]!.toString(16).padStart(2, '0')} in position ${at}`
      : `bytes in position ${at}-${at + count - 1}`;
  return `'utf-8' codec can't decode ${which}: ${reason}`;
}
