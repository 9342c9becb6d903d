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

/** A header, some pixels and an end, each with its checksum. What stands behind the end does not matter. */
function isPng(bytes: Buffer): boolean {
  if (!bytes.subarray(0, PNG.length).equals(PNG)) return false;
  let pixels = false;
  for (let at = PNG.length; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (end + 4 > bytes.length) return false;
    if (isNeeded(kind) && bytes.readUInt32BE(end) !== checksum(bytes.subarray(at + 4, end))) return false;
    if (at === PNG.length && !(kind === 'IHDR' && length === HEADER_LENGTH && hasSize(bytes, at + 8))) return false;
    if (kind === 'IEND') return pixels;
    pixels ||= kind === 'IDAT' && length > 0;
    at = end + 4;
  }
  return false;
}

const hasSize = (bytes: Buffer, at: number): boolean => bytes.readUInt32BE(at) > 0 && bytes.readUInt32BE(at + 4) > 0;

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const FRAMES = [0xc0, 0xc1, 0xc2];
const TABLES = 0xdb;
const SCAN = 0xda;

/** A frame, the tables that its components ask for, and the head of a scan. What is missing of the scan is made up. */
function isJpeg(bytes: Buffer): boolean {
  if (!bytes.subarray(0, JPEG.length).equals(JPEG)) return false;
  const tables = new Set<number>();
  let wanted: readonly number[] | undefined;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1]!;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (bytes[at] !== 0xff || end > bytes.length) return false;
    const content = bytes.subarray(at + 4, end);
    if (marker === TABLES) for (const table of tablesIn(content)) tables.add(table);
    if (FRAMES.includes(marker)) wanted = tablesOf(content);
    if (marker === SCAN) return wanted?.every((table) => tables.has(table)) ?? false;
    at = end;
  }
  return false;
}

/** Each has its precision and its number in one byte, and 64 values of one byte or two. */
function tablesIn(content: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at < content.length; at += 1 + 64 * (content[at]! >> 4 ? 2 : 1)) found.push(content[at]! & 0xf);
  return found;
}

/** The tables of the components of a frame; `undefined` for one without a size. */
function tablesOf(frame: Buffer): readonly number[] | undefined {
  if (frame.length < 6 || frame.readUInt16BE(1) === 0 || frame.readUInt16BE(3) === 0) return undefined;
  return Array.from({ length: frame[5]! }, (_, component) => frame[8 + 3 * component] ?? -1);
}

/** By content type. */
export const PICTURES: Readonly<Record<string, IsPicture>> = { 'image/png': isPng, 'image/jpeg': isJpeg };
