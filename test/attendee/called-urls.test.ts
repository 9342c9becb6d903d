import { expect, test } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

/** As requests 2.32.3 with urllib3 2.2.3 calls them. */
const CALLED: Readonly<Record<string, string>> = Object.fromEntries([
  ['/%41b', '/Ab'],
  ['/a[b]', '/a%5Bb%5D'],
  ['/a|b', '/a%7Cb'],
  ['/%zz', '/%25zz'],
  ['/%41%zz', '/%2541%25zz'],
  ['//x//y', '/x//y'],
  ['/%2f', '/%2F'],
  ['/a%20b c', '/a%20b%20c'],
  ['/a/../b/./c', '/b/c'],
  ['/a^b', '/a%5Eb'],
  ['/ü', '/%C3%BC'],
  ['/a;b=c', '/a;b=c'],
  ['/a\\b', '/a%5Cb'],
  ['/{id}', '/%7Bid%7D'],
  ['/a\'b"c', "/a'b%22c"],
  ['/p?x=%41[1]&y=|', '/p?x=A%5B1%5D&y=%7C'],
  ['/p?q=a b', '/p?q=a%20b'],
  ['/p?', '/p'],
  ['', '/'],
  ['/%7e~', '/~~'],
  ['/a%', '/a%25'],
  ['/%e4', '/%E4'],
  ['/<x>', '/%3Cx%3E'],
  ['/p?x=ü&y=%zz', '/p?x=%C3%BC&y=%25zz'],
  ['/a+b?c+d', '/a+b?c+d'],
  ['/`x`', '/%60x%60'],
  ['/a%2Eb', '/a.b'],
  ['/?a=/../b', '/?a=/../b'],
  ['/p?a=%2f', '/p?a=%2F'],
  ["/a@b:c!$&'()*,=", "/a@b:c!$&'()*,="],
]);

test('a webhook goes to the path that the client of the vendor makes of the one that is written', async () => {
  const heard: string[] = [];
  const receive = ({ url }: Request): Response => {
    heard.push(url.slice('https://hooks.test'.length));
    return new Response();
  };
  await using room = await startGreenroom({ receivers: { 'https://hooks.test': receive } });
  for (const [written, called] of Object.entries(CALLED)) {
    heard.length = 0;
    const made = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `https://hooks.test${written}`));
    expect([written, made.status]).toEqual([written, 201]);
    await room.clock.until({ webhook: {} });
    await room.reset();
    expect([written, heard[0]]).toEqual([written, called]);
  }
});
