import { describe, expect } from 'vitest';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';

const FORMS = 'a duration such as "90s", "5m", "1h30m", "PT5M" or a number of milliseconds, of 285 years at the most';

describe('A text of millions of characters', () => {
  test.for([
    ['/by', '/clock/advance', (by: string) => ({ by })],
    ['/within', '/clock/advance', (within: string) => ({ until: { subject: 'x', state: 'ended' }, within })],
  ] as const)('is no duration at %s', async ([pointer, path, body], { room }) => {
    for (const text of ['1s'.repeat(5_000_000), `${'1'.repeat(10_000_000)}s`, 'x'.repeat(10_000_000)]) {
      const { status, json } = await control(room, 'POST', path, body(text));
      expect([status, json]).toEqual([
        422,
        expect.objectContaining({ code: 'INVALID_BODY', pointer, expected: FORMS, was: `"${text.slice(0, 76)}…` }),
      ]);
    }
  });

  const FILLINGS: Readonly<Record<string, string>> = {
    letters: 'b'.repeat(15_000_000),
    'escaped quotes': '"'.repeat(7_500_000),
    'escaped backslashes': '\\'.repeat(7_500_000),
    'letters that are no ASCII': 'é'.repeat(7_500_000),
    'the digits of a meeting': `https://zoom.us/j/${'1'.repeat(1_000_000)}?pwd=${'2'.repeat(9_000_000)}`,
  };
  test.for(Object.entries(FILLINGS))(
    'of %s is written down beside a secret, and the secret is not',
    async ([, text], { room }) => {
      const more = { text, token: 'MARKED' };
      expect((await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, more))).status).toBe(200);
      for (const meeting of [{}, { meeting_url: text }])
        expect(
          (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { ...more, ...meeting })))
            .status,
        ).toBeLessThan(500);
      const requests = await control(room, 'GET', '/requests');
      expect([requests.status, requests.text.includes('[redacted]')]).toEqual([200, true]);
      for (const { text: shown } of [requests, await control(room, 'GET', '/timeline')])
        expect(shown.includes('MARKED')).toBe(false);
    },
  );
});
