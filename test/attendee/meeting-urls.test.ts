import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, test } from '../support/room.js';

/** The meeting URL that a bot gets from a text, or the refusal. */
async function urlOf(room: Greenroom, meeting_url: string): Promise<string | number> {
  const answer = await attendee(room, 'POST', '/api/v1/bots', { meeting_url, bot_name: 'Notes' });
  if (answer.status === 500) return 500;
  const { meeting_url: answered } = answer.json as { meeting_url: string | string[] };
  return typeof answered === 'string' ? answered : answered.join();
}

async function urlsOf(room: Greenroom, texts: readonly string[]): Promise<Record<string, string | number>> {
  const urls: Record<string, string | number> = {};
  for (const text of texts) urls[text] = await urlOf(room, text);
  return urls;
}

const INVALID = 'Invalid meeting URL';
const refused = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text) => [text, INVALID]));

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('A meeting URL of Zoom', () => {
  test('keeps host, port and user, a plain path, the password and the token', async ({ room }) => {
    const urls = {
      'https://us02web.zoom.us/j/81234567890?pwd=abcDEF&from=addon': 'https://us02web.zoom.us/j/81234567890?pwd=abcDEF',
      'https://US02WEB.zoom.us/j/1': 'https://us02web.zoom.us/j/1',
      'https://acme.zoom.com/j/1?tk=%20y%20&pwd=': 'https://acme.zoom.us/j/1?tk=y',
      'https://zoom.us/j/1?pwd=&pwd=zz': 'https://zoom.us/j/1?pwd=zz',
      'https://zoom.us//j///1;x?pwd=a.1b#f': 'https://zoom.us/j/1?pwd=a.1',
      'https://zoom.us:443/j/1': 'https://zoom.us:443/j/1',
      'https://zoom.com:443/j/1': 'https://zoom.com:443/j/1',
      'https://me:pw@zoom.us/j/1': 'https://me:pw@zoom.us/j/1',
      'https://zoom.us./j/1': 'https://zoom.us./j/1',
      'https://zoom\u3002us/j/1': 'https://zoom\u3002us/j/1',
      'zoom.us/j/1': 'https://zoom.us/j/1',
      'zoom.us:443/j/1': 'https:///443/j/1',
      'https://zoom.us/j/1>>': 'https://zoom.us/j/1',
      'https%253A%252F%252Fzoom.us%252Fj%252F1%253Fpwd%253Dq': 'https://zoom.us/j/1?pwd=q',
    };
    expect(await urlsOf(room, Object.keys(urls))).toEqual(urls);
  });

  test('is none with a host in another case, without a number, or with a second URL in it', async ({ room }) => {
    const none = [
      'https://ZOOM.us/j/1',
      'https://zoom.US/j/1',
      'https:zoom.us/j/1',
      '//zoom.us/j/1',
      'https://zoom.us/my/room',
      'https://zoomgov.com/j/1',
      'https://evilzoom.us/j/1',
      'https://zoom.us.example.com/j/1',
      'https%25253A%25252F%25252Fzoom.us%25252Fj%25252F1',
      'https://zoom.us/j/1?tk=https%3A%2F%2Fexample.com',
      `https://zoom.us/j/1?tk=${base64('https://example.com')}`,
      `https://zoom.us/j/1?tk=a-${base64('https://example.com')}`,
      `https://zoom.us/j/1?tk=AA==${base64('https://example.co')}`,
    ];
    expect(await urlsOf(room, none)).toEqual(refused(none));
  });

  test('may hold what only begins like a URL in base64', async ({ room }) => {
    for (const token of [base64('https://example.com').slice(0, -1), base64('https://example.com\xff').slice(0, 25)])
      expect(await urlOf(room, `https://zoom.us/j/1?tk=${token}`)).toBe(`https://zoom.us/j/1?tk=${token}`);
  });

  test('breaks the vendor where Python cannot take it apart', async ({ room }) => {
    for (const text of ['https://a[b@zoom.us/j/1', 'https://a\uff1ab.zoom.us/j/1'])
      expect(await urlOf(room, text)).toBe(500);
  });
});

const CONTEXT = '{"Tid":"t-1","Oid":"o-2"}';
const JOIN = `https://teams.microsoft.com/l/meetup-join/19:m@thread.v2/0?context=${CONTEXT}`;
const LIGHT = 'https://teams.microsoft.com/light-meetings/launch?agent=web&coords=';
const coordinates = (facts: unknown): string => LIGHT + base64(JSON.stringify(facts));

describe('A meeting URL of Teams', () => {
  test('is found behind the launchers, and is a conversation or a meeting', async ({ room }) => {
    const urls = {
      [JOIN]: JOIN,
      [JOIN.replace('microsoft', 'live')]: JOIN,
      [encodeURI(JOIN)]: JOIN,
      [JOIN.replace('/l/', '/v2/?meetingjoin=true#/l/')]: JOIN,
      [JOIN.replace('{', '{"Tid":"",')]: JOIN,
      [`https://teams.microsoft.com/dl/launcher/launcher.html?url=${encodeURIComponent(JOIN.slice(27))}`]: JOIN,
      [coordinates({ conversationId: '19:m@thread.v2', tenantId: 't-1', organizerId: 'o-2' })]: JOIN,
      [coordinates({ conversationId: 'c', tenantId: 5, organizerId: 'o', messageId: null })]:
        'https://teams.microsoft.com/l/meetup-join/c/None?context={"Tid":"5","Oid":"o"}',
      'https://teams.live.com/meet/93?p=x&y=1': 'https://teams.live.com/meet/93?p=x',
      'https://teams.live.com/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F93%3Fp%3Dx%26anon%3Dtrue':
        'https://teams.live.com/meet/93?p=x',
    };
    expect(await urlsOf(room, Object.keys(urls))).toEqual(urls);
  });

  test('is none at another host, with a port, or where a part is missing', async ({ room }) => {
    const none = [
      'https://teams.microsoft.com:443/meet/2?p=x',
      JOIN.replace('.com/', '.com:443/'),
      'https://gov.teams.microsoft.us/meet/2?p=x',
      JOIN.replace('teams.microsoft.com', 'dod.teams.microsoft.us'),
      'https://teams.cloud.microsoft/meet/2?p=x',
      'https://TEAMS.microsoft.com/meet/2?p=x',
      'https://www.teams.microsoft.com/meet/2?p=x',
      'https://teams.microsoft.com./meet/93?p=x',
      'https://teams.microsoft.com/meet/2',
      'https://teams.microsoft.com/meet/?p=x',
      JOIN.replace(CONTEXT, '{}'),
      JOIN.replace(',', '\n,'),
      coordinates({ conversationId: 'c', tenantId: 't', organizerId: [] }),
      `${LIGHT}bm90IGpzb24=`,
    ];
    expect(await urlsOf(room, none)).toEqual(refused(none));
  });

  test('breaks the vendor where its coordinates are no object', async ({ room }) => {
    expect(await urlOf(room, coordinates([1]))).toBe(500);
  });
});

test('a meeting URL of Google Meet is the code that stands right after the host', async ({ room }) => {
  const urls = {
    'meet.google.com/abc-defg-hij?x=1': 'https://meet.google.com/abc-defg-hij',
    'https://me@meet.google.com/ABC': 'https://meet.google.com/ABC',
    'https://meet.google.com/abc https://meet.google.com/def': 'https://meet.google.com/abc',
    ...refused([
      'https://MEET.google.com/abc',
      'https://meet.google.com:443/abc',
      'https://meet.google.com./abc',
      'https://meet.google.com/_meet/abc',
    ]),
  };
  expect(await urlsOf(room, Object.keys(urls))).toEqual(urls);
});

/** Texts that an expression or a scanner may look through again from each of their characters. */
const SLOW: Readonly<Record<string, (size: number) => string>> = {
  'beginnings of base64': (size) => `https://zoom.us/j/1?tk=${'aHR0cHM6Ly9h'.repeat(size / 12)}!`,
  'beginnings of broken base64': (size) => `https://zoom.us/j/1?tk=${'aHR0cHM6Ly9h'.repeat(size / 12)}A`,
  'paddings in base64': (size) => `https://zoom.us/j/1?tk=aHR0c${'AA=='.repeat(size / 4)}`,
  'letters h': (size) => `https://meet.google.com/${'h'.repeat(size)}`,
  'escapes of escapes': (size) => `https://zoom.us/j/1?tk=${'%25'.repeat(size / 3)}`,
  'brackets at the end': (size) => `${'>'.repeat(size)}x`,
  'spaces in the middle': (size) => `x${'\u00a0'.repeat(size / 2)}x`,
  dots: (size) => `zoom.us${'.'.repeat(size)}x`,
  slashes: (size) => `https://teams.microsoft.com/${'/'.repeat(size)}`,
  'meetings without a passcode': (size) => `https://teams.microsoft.com${'/meet/'.repeat(size / 6)}`,
  'meetings with a question mark': (size) => `https://teams.microsoft.com${'/meet/1?'.repeat(size / 8)}`,
  'hosts of nobody': (size) => `https://teams.microsoft.com/${'teams.x.com/'.repeat(size / 12)}`,
  conversations: (size) => `https://teams.microsoft.com${'/l/meetup-join/a/b'.repeat(size / 18)}`,
  'contexts and tenants': (size) =>
    `https://teams.live.com${'/l/meetup-join/a/b?context='.repeat(size / 54)}${'"Tid":"x"'.repeat(size / 18)}`,
  'launches without coordinates': (size) =>
    `https://teams.live.com/${'teams.microsoft.com/light-meetings/launch?'.repeat(size / 42)}`,
  'launches on lines': (size) =>
    `https://teams.live.com/${'teams.microsoft.com/light-meetings/launch?\n'.repeat(size / 43)}`,
  'empty coordinates': (size) => `${LIGHT}${'&coords='.repeat(size / 8)}`,
};

const ROUNDS = 40;
/** Milliseconds in which nothing is measured. What takes the square of such a length takes seconds. */
const FLOOR = 100;

test.for(Object.keys(SLOW))('a text of %s takes time in proportion to its length', async (kind, { room }) => {
  /** Milliseconds of the processor: the waiting for it counts for nothing. */
  const workOf = async (size: number): Promise<number> => {
    const before = process.cpuUsage();
    await attendee(room, 'POST', '/api/v1/bots', { meeting_url: SLOW[kind]!(size), bot_name: 'Notes' });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  let [short, long] = [Number.POSITIVE_INFINITY, await workOf(8 * 8192)];
  // The fastest of each, as other work of the machine may slow down any.
  for (let round = 0; round < ROUNDS && long > FLOOR && long > 12 * short; round++) {
    short = Math.min(short, await workOf(8192));
    long = Math.min(long, await workOf(8 * 8192));
  }
  expect(long <= FLOOR || long <= 12 * short).toBe(true);
});
