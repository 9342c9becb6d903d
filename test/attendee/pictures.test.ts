import { crc32, deflateSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, test } from '../support/room.js';

/** Pictures of odd kinds, each as the vendor's library for pictures takes it (seen at OpenCV 4.10). */

/** Whether a bot may look like this. */
async function takes(room: Greenroom, type: 'png' | 'jpeg', bytes: Buffer): Promise<boolean> {
  const bot_image = { type: `image/${type}`, data: bytes.toString('base64') };
  const { status } = await attendee(room, 'POST', '/api/v1/bots', { ...botRequest(undefined), bot_image });
  return status === 201;
}

function piece(kind: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(kind), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

interface Header {
  readonly width?: number;
  readonly depth?: number;
  readonly colours?: number;
  readonly compression?: number;
  readonly filter?: number;
  readonly interlace?: number;
}

function header({ width = 1, depth = 8, colours = 2, compression = 0, filter = 0, interlace = 0 }: Header = {}) {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width);
  size.writeUInt32BE(1, 4);
  return piece('IHDR', Buffer.concat([size, Buffer.from([depth, colours, compression, filter, interlace])]));
}

const PIXELS = piece('IDAT', deflateSync(Buffer.alloc(9)));
const palette = (colours: number) => piece('PLTE', Buffer.alloc(3 * colours));
const png = (...pieces: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...pieces, piece('IEND')]);

describe('A PNG', () => {
  test('has as many bits as its colours allow', async ({ room }) => {
    const taken: string[] = [];
    for (const colours of [0, 1, 2, 3, 4, 5, 6, 7])
      for (const depth of [0, 1, 2, 3, 4, 8, 16, 32])
        if (await takes(room, 'png', png(header({ colours, depth }), palette(2), PIXELS)))
          taken.push(`${colours}/${depth}`);
    expect(taken.join(' ')).toBe('0/1 0/2 0/4 0/8 0/16 2/8 2/16 3/1 3/2 3/4 3/8 4/8 4/16 6/8 6/16');
  });

  test.for([
    [
      'of a million pixels across',
      png(header({ width: 1_000_000 }), piece('IDAT', deflateSync(Buffer.alloc(3_000_001)))),
      true,
    ],
    ['of more', png(header({ width: 1_000_001 }), PIXELS), false],
    ['that is interlaced', png(header({ interlace: 1 }), PIXELS), true],
    ['that is interlaced otherwise', png(header({ interlace: 2 }), PIXELS), false],
    ['that is packed otherwise', png(header({ compression: 1 }), PIXELS), false],
    ['that is filtered otherwise', png(header({ filter: 64 }), PIXELS), false],
    ['with two headers', png(header(), header(), PIXELS), false],
    ['with something before its header', png(piece('tEXt', Buffer.from('a\0b')), header(), PIXELS), false],
    ['with a piece that readers do without', png(header(), piece('abCD'), PIXELS), true],
    ['with an unknown piece that they need', png(header(), piece('ABCD'), PIXELS), false],
    ['with a piece of no name', png(header(), piece('a1b2'), PIXELS), false],
    ['without its palette', png(header({ colours: 3 }), PIXELS), false],
    ['whose palette comes late', png(header({ colours: 3 }), PIXELS, palette(1)), false],
    ['whose palette is too long', png(header({ colours: 3 }), palette(257), PIXELS), false],
    ['with two palettes', png(header(), palette(1), palette(1), PIXELS), false],
    ['with a palette that it does not need', png(header({ colours: 0 }), palette(1), PIXELS), true],
  ] as const)('%s', async ([, bytes, isTaken], { room }) => {
    expect(await takes(room, 'png', bytes)).toBe(isTaken);
  });
});

/** One grey pixel that gets clearer in six scans. */
const PROGRESSIVE = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wgALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/aAAgBAQAAAAE//wD/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAEFAn//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAY/An//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAE/IX//2gAIAQEAAAAQf//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAT8Qf//Z',
  'base64',
);
/** The same in one scan, as far as anybody asks. */
const JPEG = Buffer.from(
  PROGRESSIVE.toString('hex')
    .replace('ffc2', 'ffc0')
    .replace(/ffda0008010100000.*/, 'ffda0008010100003f003fffd9'),
  'hex',
);
const FRAME = JPEG.indexOf('ffc0', 'hex');

/** The JPEG with other bytes in the place of these. */
const edited = (at: number, count: number, hex: string): Buffer =>
  Buffer.concat([JPEG.subarray(0, at), Buffer.from(hex, 'hex'), JPEG.subarray(at + count)]);

describe('A JPEG', () => {
  test.for([
    ['in one scan', JPEG, true],
    ['in several', PROGRESSIVE, true],
    ['in several, of which the last is cut off', PROGRESSIVE.subarray(0, -4), false],
    ['in several, without the end', PROGRESSIVE.subarray(0, -2), false],
    ['with bytes that fill the space between its pieces', edited(FRAME, 0, 'ffffff'), true],
    ['with something between its pieces', edited(FRAME, 0, '616263'), true],
    ['with a marker that stands alone', edited(FRAME, 0, 'ffd0'), true],
    ['with an unknown marker', edited(FRAME, 0, 'fff00002'), false],
    ['of codes in arithmetic', edited(FRAME, 2, 'ffc9'), true],
    ['without loss', edited(FRAME, 2, 'ffc3'), false],
    ['of twelve bits', edited(FRAME + 4, 1, '0c'), false],
    ['of 65500 pixels', edited(FRAME + 5, 4, 'ffdc0001'), true],
    ['of more', edited(FRAME + 5, 4, 'ffdd0001'), false],
    ['of two components', edited(FRAME + 2, 11, '000e080001000102011100021100'), false],
    ['with an odd number of samples', edited(FRAME + 11, 1, '51'), false],
    ['with two frames', edited(FRAME, 0, JPEG.subarray(FRAME, FRAME + 13).toString('hex')), false],
    ['whose scan names another component', edited(JPEG.indexOf('ffda', 'hex') + 5, 1, '07'), false],
    ['whose tables are cut short', edited(JPEG.indexOf('ffdb', 'hex') + 2, 3, '004200'), false],
  ] as const)('%s', async ([, bytes, isTaken], { room }) => {
    expect(await takes(room, 'jpeg', bytes)).toBe(isTaken);
  });
});
