import type { Signing } from '../../contracts/signing.js';
import type { Rule } from '../report.js';
import { remedyOf } from '../signature/texts.js';

/** A rule of the receiver check, with the group that its marks count for and what can be seen from outside. */
export interface ReceiverRule extends Rule {
  readonly name: ReceiverRuleName;
  readonly group: 'deliveries' | 'signatures' | 'bodies' | 'repetition' | 'robustness';
  /** One sentence: what the probe can judge from outside, and what it cannot. */
  readonly judges: string;
}

const VERIFY =
  'Verify what the vendor signs, with greenroom/webhooks or as the vendor documents it, and answer 401 if it fails.';
const FORGERY =
  'A 2xx means that a forged message gets in, or that the receiver answers before it verifies: from outside both look alike.';
const VALID = 'The message is as the vendor signs it, so anything but a 2xx in time loses it after the last retry.';
const WRITTEN_AGAIN =
  'The body was parsed and written again in another way than the vendor writes what it signs: verify that very text.';
const UNHARMED = 'Any answer below 500 is fine; what was done with the message cannot be seen.';

/** Group, name, title, what can be judged, advice, and the severity if it is not an error. */
type Row = readonly [
  group: ReceiverRule['group'],
  name: string,
  title: string,
  judges: string,
  advice: string,
  severity?: Rule['severity'],
];

const ROWS = [
  [
    'deliveries',
    'app-stopped',
    'Your app stopped after',
    'Whether somebody answers after each message. An app that a supervisor starts again is waited for; without one the rest is not judged.',
    'Let no message end the process or block it: catch what a handler throws, in its callbacks too, and answer 4xx. Then check again.',
  ],
  [
    'deliveries',
    'valid-accepted',
    'A message as the vendor sends it was not answered 2xx in time',
    `${VALID} A message about an agent that the receiver does not know wants a 2xx too.`,
    'Answer 2xx as soon as the message is stored, and do the work afterwards: links in the messages lead nowhere.',
  ],
  [
    'deliveries',
    'verifies-otherwise',
    'The receiver believes signatures that the vendor does not make',
    'Only tried when valid messages are refused: each known mistake is made on purpose until one is believed.',
    VERIFY,
  ],
  [
    'signatures',
    'needs-no-secret',
    'The receiver needs no secret: it accepted',
    'Only listed if every forged message was answered 2xx, which is also what a receiver does that answers before it verifies.',
    VERIFY,
  ],
  ['signatures', 'signature-missing', 'A message without a signature was not refused', FORGERY, VERIFY],
  ['signatures', 'signature-empty', 'A message with an empty signature was not refused', FORGERY, VERIFY],
  [
    'signatures',
    'signature-wrong',
    'A message with a wrong signature of the right form was not refused',
    FORGERY,
    VERIFY,
  ],
  [
    'signatures',
    'signature-malformed',
    'A signature of another form or length was not refused with a 4xx',
    'A 5xx here is mostly timingSafeEqual, which throws for buffers of different lengths.',
    'Compare lengths first, refuse with 401, and let nothing throw.',
  ],
  [
    'signatures',
    'signature-of-other-body',
    'A right signature of another body was not refused',
    FORGERY,
    'Compute the signature over the body of this very request.',
  ],
  [
    'signatures',
    'signature-old-secret',
    'A signature by a secret that is no longer in use was not refused',
    'The secret is one that this check made up; whether a secret that you have retired still works cannot be seen.',
    VERIFY,
  ],
  [
    'signatures',
    'signature-unset-secret',
    'A signature by an empty secret, or by the word "undefined", was not refused',
    `${FORGERY} A receiver whose secret is not configured shows itself here.`,
    'Refuse to start without a secret.',
  ],
  [
    'signatures',
    'rotation',
    'A header with several signatures, one of which is right, was not accepted',
    'While secrets are rotated the vendor sends one signature for each; the order is not promised.',
    'Split the header into its signatures, and believe the message if any one of them is right.',
  ],
  [
    'signatures',
    'rotation-all-wrong',
    'A header with several signatures, none of which is right, was not refused',
    FORGERY,
    VERIFY,
  ],
  ['bodies', 'whitespace-body', 'A body with unusual white space was refused', VALID, WRITTEN_AGAIN],
  [
    'bodies',
    'unicode-body',
    'A body with characters beyond ASCII was refused',
    VALID,
    'Read the body as UTF-8, and compute the digest of UTF-8: no Latin-1, and no \\u escapes that the vendor does not sign.',
  ],
  ['bodies', 'escaped-body', 'A body with escaped characters was refused', VALID, WRITTEN_AGAIN],
  [
    'bodies',
    'float-body',
    'A body with a number such as 1.0 was refused',
    VALID,
    'JSON.parse loses the .0, so that JSON.stringify writes 1: keep the numbers as they came, as greenroom/webhooks does.',
  ],
  [
    'bodies',
    'key-order',
    'A body whose keys stand in another order was refused',
    VALID,
    'Depend on no order: sort the keys of every object at every depth if the vendor does, and else take the raw bytes.',
  ],
  [
    'bodies',
    'integer-like-keys',
    'A body with keys such as "10" and "2" was refused',
    VALID,
    'A JavaScript object puts the key "2" before "10" whatever order it was given: write the sorted keys without an object, as greenroom/webhooks does.',
  ],
  [
    'bodies',
    'astral-keys',
    'A body whose keys sort differently by code point and by UTF-16 was refused',
    VALID,
    'Sort keys by their code points: `sort()` of JavaScript compares UTF-16 units, which puts an emoji before U+FFEE.',
  ],
  [
    'bodies',
    'unknown-field',
    'A message with a field that is new was not accepted',
    'Vendors add fields without notice.',
    'Ignore what you do not know.',
  ],
  [
    'bodies',
    'unknown-type',
    'A message of a type that is new was not accepted',
    'Vendors add types without notice; a refusal makes them try again for hours.',
    'Answer 2xx and ignore types that you do not know.',
  ],
  [
    'repetition',
    'duplicate-accepted',
    'The second delivery of the same message was not answered 2xx',
    'Vendors deliver at least once: a message that comes again is a duplicate, and no attack.',
    'Remember the key of each message, or what it says of which agent, and answer 2xx again.',
  ],
  [
    'repetition',
    'duplicate-processed-twice',
    'The second delivery of the same message changed the state that --state-url shows',
    'Only judged with --state-url, and if messages about the agent change what it shows.',
    'Make processing idempotent: a unique index on the idempotency key, or on the agent and the interaction.',
  ],
  [
    'repetition',
    'reordered-accepted',
    'A message that arrives after a later one was not answered 2xx',
    'Retries overtake each other.',
    'Answer 2xx, whether you have a use for the message or not.',
  ],
  [
    'repetition',
    'reordered-processed',
    'A message that arrives after a later one changed the state that --state-url shows',
    'Only judged with --state-url, and if messages about the agent change what it shows.',
    'Never let an older message undo a newer one: compare the states or the times of both.',
  ],
  ['robustness', 'truncated-body', 'A truncated body with the signature of the whole was not refused', FORGERY, VERIFY],
  ['robustness', 'invalid-json', 'A body that is not JSON made the receiver fail', UNHARMED, 'Answer 400.'],
  ['robustness', 'empty-body', 'An empty body was not refused', FORGERY, 'Answer 400 or 401.'],
  [
    'robustness',
    'wrong-content-type',
    'A message with another content type made the receiver fail',
    UNHARMED,
    'Answer 415, or read it all the same.',
  ],
  [
    'robustness',
    'large-body',
    'A valid message of 256 KiB made the receiver fail',
    'A 413 is fine here; no vendor says how large a message can be.',
    'Raise the limit of the body parser: express.json takes 100 KiB unless told otherwise.',
  ],
  [
    'robustness',
    'slow-delivery',
    'A message that arrives in pieces was not accepted',
    VALID,
    'Wait for the end of the body before you read it.',
  ],
  [
    'robustness',
    'half-delivery',
    'After a connection that broke in the middle of a body the next message was not accepted',
    'Whether the broken one left something behind cannot be seen.',
    'Handle the error of an aborted request.',
  ],
  ['robustness', 'other-methods', 'A GET or HEAD made the receiver fail', UNHARMED, 'Answer 404 or 405.'],
] as const satisfies readonly Row[];

export type ReceiverRuleName = (typeof ROWS)[number][1];

/** A rule by the words of its row. */
const ruleOf = ([group, name, title, judges, advice, severity = 'error']: Row): ReceiverRule => ({
  group,
  name: name as ReceiverRuleName,
  title,
  judges,
  advice,
  severity,
});

export const RECEIVER_RULES: readonly ReceiverRule[] = ROWS.map(ruleOf);

/** What to do about a rule that is broken: where another text was verified, with the one that this vendor signs. */
export const adviceOf = ({ advice }: ReceiverRule, signing: Signing): string =>
  advice === VERIFY || advice === WRITTEN_AGAIN ? `${advice} ${remedyOf(signing)}` : advice;

export const FAILED = 'A 5xx is a failure of the app itself and no refusal: its log has the reason.';

/** Those whose advice is about how a signature is verified, which an app that fails does not tell. */
const VERIFIED: readonly ReceiverRuleName[] = [
  'signature-of-other-body',
  'unicode-body',
  'float-body',
  'key-order',
  'integer-like-keys',
  'astral-keys',
];

/** What to do where the app answers 5xx to a probe of a rule. */
export const failureAdviceOf = ({ name, advice }: ReceiverRule): string =>
  advice === VERIFY || advice === WRITTEN_AGAIN || VERIFIED.includes(name)
    ? `${FAILED} Let no message end in an exception: a bad one is answered 4xx.`
    : `${FAILED} ${advice}`;
