import type { Deviation, MessageHeaders } from '../../contracts/signing.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { WRAPPINGS } from './deviations.js';

/** A signature that is to be examined, with what it should be of. */
export interface SignedSample {
  readonly vendor: VendorProfile;
  /** The other headers of the message, by lower-case name. */
  readonly headers?: MessageHeaders | undefined;
  /** The value of the signature header. */
  readonly header: string;
  readonly body: Buffer;
  /** One secret, or several while they are changed. */
  readonly secrets: readonly string[];
  /** What the Content-Length header said, if it is known. */
  readonly length?: number | undefined;
}

/** The name is that of the commonest form. */
const malformedSecret = (expected: string): Deviation => ({
  name: expected.includes('base64') ? 'secret-not-base64' : 'secret-malformed',
  title: expected.includes('base64')
    ? 'The secret that you gave is no base64'
    : 'The secret that you gave has another form',
  advice: `Give it as the vendor shows it: ${expected}.`,
});

/** What can be said where no known mistake makes the signature. */
export function unexplained(sample: SignedSample): readonly Deviation[] {
  const { body, length, secrets } = sample;
  const { signing } = sample.vendor;
  if (!secrets.some((secret) => signing.secret.pattern.test(secret.trim())))
    return [malformedSecret(signing.secret.expected)];
  for (const wrapping of WRAPPINGS) {
    const inner = wrapping.apply(body);
    if (inner) return [wrapping, ...unexplained({ ...sample, body: inner, length: undefined })];
  }
  if (length !== undefined && length !== body.length) {
    const how = body.length < length ? 'truncated' : 'longer than what was sent';
    return [
      {
        name: body.length < length ? 'body-truncated' : 'body-too-long',
        title: `The body is ${how}: Content-Length says ${length} bytes, it has ${body.length}`,
        advice: 'Read the body to its end, and give exactly what was received.',
      },
    ];
  }
  const whole = isJson(body);
  return [
    whole
      ? {
          name: 'other-secret-or-body',
          title: 'No known mistake explains this signature: it belongs to another secret or to another body',
          advice:
            'Compare the secret with the one of the dashboard (of this environment and this project), and take header and body of the same request.',
        }
      : {
          name: 'body-truncated',
          title: 'The body is not whole JSON: it was truncated, or is something else',
          advice: 'Read the body to its end before you verify it.',
        },
  ];
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
