import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { test } from '../support/room.js';

async function detailOf(room: Greenroom, body: Uint8Array<ArrayBuffer>, encoding?: string): Promise<unknown> {
  const response = await fetch(`${room.url}/api/v1/bots`, {
    method: 'POST',
    headers: {
      authorization: `Token ${room.attendee.api_key}`,
      'content-type': 'application/json',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    body,
  });
  return [response.status, ((await response.json()) as { detail?: string }).detail];
}

const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

test('a body in gzip is refused at its second byte, whatever its header says', async ({ room }) => {
  const body = Uint8Array.from(gzipSync('{"bot_name":"Notes"}'));
  for (const encoding of [undefined, 'gzip'])
    expect(await detailOf(room, body, encoding)).toEqual([
      400,
      "JSON parse error - 'utf-8' codec can't decode byte 0x8b in position 1: invalid start byte",
    ]);
});

test('a body that is no UTF-8 is refused at its first wrong bytes', async ({ room }) => {
  const fault = async (...values: readonly number[]) => ((await detailOf(room, bytes(...values))) as unknown[])[1];
  const at = (which: string, reason: string) => `JSON parse error - 'utf-8' codec can't decode ${which}: ${reason}`;
  expect(await fault(0x22, 0xc3, 0xa9, 0xff)).toBe(at('byte 0xff in position 3', 'invalid start byte'));
  expect(await fault(0xc3, 0x22)).toBe(at('byte 0xc3 in position 0', 'invalid continuation byte'));
  expect(await fault(0x20, 0xe2, 0x82, 0x22)).toBe(at('bytes in position 1-2', 'invalid continuation byte'));
  expect(await fault(0xf0, 0x9f, 0x98, 0x22)).toBe(at('bytes in position 0-2', 'invalid continuation byte'));
  expect(await fault(0xed, 0xa0, 0x80)).toBe(at('byte 0xed in position 0', 'invalid continuation byte'));
  expect(await fault(0xc0, 0x80)).toBe(at('byte 0xc0 in position 0', 'invalid start byte'));
  // What is cut off at the end is what a reader waits for, and the JSON before it is read.
  expect(await fault(0x7b, 0xe2, 0x82)).toMatch(/^JSON parse error - Expecting property name/);
});
