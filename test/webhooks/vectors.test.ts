import { describe, expect, test } from 'vitest';
import { canonicalizeAttendee, signAttendee, signCronofy, verifyAttendee, verifyCronofy } from '../../src/webhooks.js';
import attendee from '../../fixtures/vectors/attendee.json' with { type: 'json' };
import cronofy from '../../fixtures/vectors/cronofy.json' with { type: 'json' };

const told = (verdict: { readonly ok: boolean; readonly reason?: string }) => (verdict.ok ? 'ok' : verdict.reason);

describe('verifyCronofy', () => {
  test.each(cronofy.vectors)('$name: $verdict', ({ body, secrets, signature, verdict }) => {
    expect(told(verifyCronofy({ body, signature, secret: secrets }))).toBe(verdict);
    expect(told(verifyCronofy({ body: Buffer.from(body), signature, secret: secrets }))).toBe(verdict);
  });

  test('takes what signCronofy makes for several secrets, whichever of them the receiver knows', () => {
    const body = '{"notification":{"type":"change"}}';
    const signature = signCronofy(body, ['CRN_old', 'CRN_new']);
    for (const secret of ['CRN_old', 'CRN_new']) {
      expect(verifyCronofy({ body, signature, secret })).toEqual({
        ok: true,
        webhook: { type: 'change', body: { notification: { type: 'change' } } },
      });
    }
  });
});

describe('verifyAttendee', () => {
  test.each(attendee.vectors)('$name: $verdict', ({ body, secret, signature, verdict }) => {
    expect(told(verifyAttendee({ body, signature, secret }))).toBe(verdict);
    expect(told(verifyAttendee({ body: Buffer.from(body), signature, secret: ['b2xk', secret] }))).toBe(verdict);
  });

  test.each(attendee.vectors.filter(({ canonical }) => canonical !== undefined))(
    'signs the canonical text: $name',
    ({ body, secret, signature, canonical }) => {
      expect(canonicalizeAttendee(body)).toBe(canonical);
      expect(signAttendee(body, secret)).toBe(signature);
    },
  );

  test('refuses JSON that is nested too deep to be read, and does not throw', () => {
    const body = '['.repeat(200_000);
    const [{ secret, signature }] = attendee.vectors as [(typeof attendee.vectors)[number]];
    expect(told(verifyAttendee({ body, signature, secret }))).toBe('body_not_json');
  });
});

describe('Wrong use is told at once, as USAGE', () => {
  const signature = signCronofy('{}', 'CRN_a');

  test('a secret that is missing, because its variable is not set', () => {
    for (const secret of [undefined, '', [], [undefined]] as unknown as string[]) {
      expect(() => verifyCronofy({ body: '{}', signature, secret })).toThrow('environment variable');
      expect(() => verifyAttendee({ body: '{}', signature, secret })).toThrow('environment variable');
    }
  });

  test('an Attendee secret that is no base64', () => {
    expect(() => verifyAttendee({ body: '{}', signature, secret: 'not base64!' })).toThrow('base64');
  });

  test('a body that a parser has had already', () => {
    const body = {} as unknown as string;
    expect(() => verifyCronofy({ body, signature, secret: 'CRN_a' })).toThrow('expected the raw body');
    expect(() => verifyAttendee({ body, signature, secret: 'b2xk' })).toThrow('expected the raw body');
  });
});
