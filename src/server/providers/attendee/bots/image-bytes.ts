/**
 * What a picture is made of, as far as the vendor's library for pictures asks before it looks at a pixel (observed: OpenCV
 * 4.10). Pixels themselves are not read here.
 */

type IsPicture = (bytes: Buffer) => boolean;

const POLYNOMIAL = 0xedb88320;

function checksum(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0);
  }
  return ~sum >>> 0;
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_LENGTH = 13;

/** What a reader may do without has a small first letter, and its checksum is not looked at. */
const isNeeded = (kind: string): boolean => /^[A-Z]/.test(kind);

/** How many bits a sample may have, by the type of colours. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const OF_A_PALETTE = 3;
/** The bit of the types that are not grey. */
const COLOURED = 2;
const MOST_COLOURS = 256;
const MOST_ACROSS = 1_000_000;
const MOST_PIXELS = 2 ** 30;

/** What has been read of a picture. */
interface Seen {
  readonly kinds: Set<string>;
  colours: number;
}

/** A header, some pixels and an end, each with its checksum. What stands behind the end does not matter. */
function isPng(bytes: Buffer): boolean {
  if (!bytes.subarray(0, PNG.length).equals(PNG)) return false;
  const seen: Seen = { kinds: new Set(), colours: 0 };
  for (let at = PNG.length; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (end + 4 > bytes.length || !/^[a-z]{4}$/i.test(kind)) return false;
    if (at === PNG.length && kind !== 'IHDR') return false;
    if (isNeeded(kind)) {
      if (bytes.readUInt32BE(end) !== checksum(bytes.subarray(at + 4, end))) return false;
      if (!PIECES[kind]?.(bytes.subarray(at + 8, end), seen)) return false;
    }
    if (kind === 'IEND') return true;
    at = end + 4;
  }
  return false;
}

/** Whether a piece that a reader needs may stand where it does. */
const PIECES: Readonly<Record<string, (content: Buffer, seen: Seen) => boolean>> = {
  IHDR(content, seen) {
    if (seen.kinds.has('IHDR') || !isHeader(content)) return false;
    seen.kinds.add('IHDR');
    seen.colours = content[9]!;
    return true;
  },
  PLTE({ length }, { kinds, colours }) {
    if (kinds.has('PLTE')) return false;
    if (kinds.has('IDAT')) return true;
    kinds.add('PLTE');
    if (!(colours & COLOURED)) return true;
    return length > 0 && (colours !== OF_A_PALETTE || (length <= MOST_COLOURS * 3 && length % 3 === 0));
  },
  IDAT({ length }, { kinds, colours }) {
    if (length > 0) kinds.add('IDAT');
    return colours !== OF_A_PALETTE || kinds.has('PLTE');
  },
  IEND: (_, { kinds }) => kinds.has('IDAT'),
};

function isHeader(header: Buffer): boolean {
  if (header.length !== HEADER_LENGTH) return false;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colours, compression, filter, interlace] = header.subarray(8);
  return (
    Math.min(width, height) > 0 &&
    Math.max(width, height) <= MOST_ACROSS &&
    width * height <= MOST_PIXELS &&
    DEPTHS[colours!]?.includes(depth!) === true &&
    compression === 0 &&
    filter === 0 &&
    interlace! <= 1
  );
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];
const PROGRESSIVE = [0xc2, 0xca];
const TABLES = 0xdb;
const SCAN = 0xda;
const END = 0xd9;
const RESTARTS = 0xdd;
/** Of the other markers a reader skips what it does without: tables of codes, comments, and what applications add. */
const isSkipped = (marker: number): boolean =>
  [0xc4, 0xcc, 0xdc, 0xfe].includes(marker) || (marker >= 0xe0 && marker <= 0xef);

/**
 * A frame, the tables that its components ask for, and the head of a scan. What is missing of the scan is made up, but of a
 * picture that gets clearer scan by scan all are read.
 */
function isJpeg(bytes: Buffer): boolean {
  if (!bytes.subarray(0, JPEG.length).equals(JPEG)) return false;
  const picture: JpegSoFar = { tables: new Set(), frame: undefined, hasScan: false };
  for (let at = markerFrom(bytes, 2); at + 2 <= bytes.length;) {
    const marker = bytes[at + 1]!;
    if (marker === END || at + 4 > bytes.length) return marker === END && picture.hasScan;
    const end = at + 2 + Math.max(bytes.readUInt16BE(at + 2), 2);
    if (end > bytes.length || !takesPiece(picture, marker, bytes.subarray(at + 4, end))) return false;
    if (picture.hasScan && !picture.frame?.isProgressive) return true;
    at = markerFrom(bytes, end);
  }
  return false;
}

interface JpegSoFar {
  readonly tables: Set<number>;
  frame: Frame | undefined;
  hasScan: boolean;
}

function takesPiece(picture: JpegSoFar, marker: number, content: Buffer): boolean {
  const { frame, tables } = picture;
  if (marker === SCAN) return (picture.hasScan = frame !== undefined && isScan(content, frame, tables));
  if (marker === TABLES) return readTables(content, tables);
  if (marker === RESTARTS) return content.length === 2;
  if (!FRAMES.includes(marker)) return isSkipped(marker);
  picture.frame = frame ? undefined : frameIn(content, PROGRESSIVE.includes(marker));
  return picture.frame !== undefined;
}

/** Where the next marker stands that has something to say; in between may be anything, and markers that stand alone. */
function markerFrom(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && !(bytes[at] === 0xff && saysMore(bytes[at + 1]!))) at++;
  return at;
}

const saysMore = (marker: number): boolean => marker > 1 && marker < 0xff && (marker < 0xd0 || marker > 0xd7);

/** Each has its precision and its number in one byte, and 64 values of one byte or two. */
function readTables(content: Buffer, tables: Set<number>): boolean {
  let at = 0;
  while (at < content.length && (content[at]! & 0xf) < 4) {
    tables.add(content[at]! & 0xf);
    at += 1 + 64 * (content[at]! >> 4 ? 2 : 1);
  }
  return at === content.length;
}

interface Component {
  readonly id: number;
  readonly blocks: number;
  readonly table: number;
}

interface Frame {
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
}

const MOST_OF_A_JPEG = 65_500;

/** What a frame says; `undefined` if it says what no picture has. */
function frameIn(content: Buffer, isProgressive: boolean): Frame | undefined {
  const count = content[5] ?? 0;
  if (content[0] !== 8 || ![1, 3, 4].includes(count) || content.length !== 6 + 3 * count) return undefined;
  const [height, width] = [content.readUInt16BE(1), content.readUInt16BE(3)];
  if (width * height === 0 || width * height > MOST_PIXELS || Math.max(width, height) > MOST_OF_A_JPEG)
    return undefined;
  const components = Array.from({ length: count }, (_, n): Component => {
    const [id, sampling, table] = content.subarray(6 + 3 * n);
    const [across, down] = [sampling! >> 4, sampling! & 0xf];
    return { id: id!, blocks: Math.max(across, down) > 4 ? 0 : across * down, table: table! };
  });
  return components.every(({ blocks }) => blocks > 0) ? { isProgressive, components } : undefined;
}

const MOST_BLOCKS = 10;

/** A scan names components of the frame, each with its codes; several stand in one only if that is small. */
function isScan(content: Buffer, { components, isProgressive }: Frame, tables: ReadonlySet<number>): boolean {
  const count = content[0] ?? 0;
  if (count < 1 || count > 4 || content.length !== 4 + 2 * count) return false;
  const named = Array.from({ length: count }, (_, n) => components.find(({ id }) => id === content[1 + 2 * n]));
  const blocks = named.reduce((sum, component) => sum + (component?.blocks ?? MOST_BLOCKS + 1), 0);
  const [first, last] = content.subarray(1 + 2 * count);
  return (
    named.every((component) => component !== undefined) &&
    (count === 1 || blocks <= MOST_BLOCKS) &&
    components.every(({ table }) => tables.has(table)) &&
    (!isProgressive || (first === 0 ? last === 0 : count === 1 && first! <= last! && last! < 64))
  );
}

/** By content type. */
export const PICTURES: Readonly<Record<string, IsPicture>> = { 'image/png': isPng, 'image/jpeg': isJpeg };
