import { CALL_SEVERITIES, type CallRule } from '../../contracts/calls/verdict.js';
import { rule, type Rule } from '../report.js';

/** Of these, greenroom judges each call that it is sent. */
const ofCalls = <const Name extends CallRule>(name: Name, title: string, advice: string) =>
  rule(name, CALL_SEVERITIES[name], title, advice);

/** Everything that `check traffic` looks for. What rests on an assumption is reported as a note, whatever stands here. */
export const TRAFFIC_RULES = [
  ofCalls(
    'unknown-operation',
    'The vendor has no such path',
    'Call the operation that is meant; the nearest that the vendor has is named.',
  ),
  ofCalls(
    'prefix-missing',
    'What stands for the vendor has taken a path without what the vendor’s paths begin with',
    'Give your base URL in production what is missing, or the calls: the vendor itself answers such a path 404.',
  ),
  ofCalls('wrong-method', 'The path does not take this method', 'Use a method that the path takes.'),
  ofCalls('request-body', 'A request breaks the contract', 'Send what the contract wants at this place.'),
  ofCalls(
    'request-not-json',
    'A request says that it is JSON, and is not',
    'Serialize the body with a JSON library, and send it whole.',
  ),
  ofCalls(
    'too-deep',
    'A body has too many levels to be judged',
    'Send and expect no JSON as deep as this: many parsers run out of stack, and the others refuse it.',
  ),
  ofCalls(
    'misspelt-field',
    'A field is unknown, and close to one that the vendor knows',
    'Spell the field as the vendor does; unknown fields are ignored or refused.',
  ),
  ofCalls(
    'unknown-field',
    'A field is unknown to the vendor',
    'Leave the field out, or find its name in the vendor’s reference.',
  ),
  ofCalls(
    'invalid-query',
    'A query parameter has a value that the vendor does not take',
    'Send a value of the form that is expected, percent-encoded.',
  ),
  ofCalls(
    'unknown-query',
    'A query parameter is unknown to the vendor',
    'Spell it as the vendor does: it ignores what it does not know, and answers as if nothing had been asked.',
  ),
  ofCalls(
    'deprecated-use',
    'What the vendor has replaced is still in use',
    'Move to the present form; be ready for both while you do.',
  ),
  ofCalls(
    'undocumented-use',
    'What is used here is not in the vendor’s published API',
    'It works today; pin it with a test of your own, since it may go without notice.',
  ),
  ofCalls(
    'missing-auth',
    'The request was refused, and carries no Authorization',
    'Send the credential in the Authorization header.',
  ),
  ofCalls(
    'wrong-auth-scheme',
    'The Authorization header has the wrong scheme',
    'Use the scheme that the vendor documents: "Bearer", or "Token".',
  ),
  ofCalls(
    'placeholder-auth',
    'The credential is a placeholder',
    'Set the variable that holds the key; what was sent is the text of an empty one or of the documentation.',
  ),
  ofCalls(
    'secret-in-url',
    'A secret stands in a URL',
    'Send it in a header or in the body: URLs end up in logs; and change the secret.',
  ),
  rule('plain-http', 'error', 'The vendor is called without TLS', 'Call it by https.'),
  rule(
    'undocumented-status',
    'warning',
    'The vendor answered with a status that the contract does not have',
    'Handle it as its class (4xx, 5xx), and tell greenroom of it if it stays.',
  ),
  rule(
    'response-body',
    'error',
    'The vendor’s answer is outside the contract',
    'Make the client ready for it, and tell greenroom of it if it stays.',
  ),
  rule(
    'unknown-response-field',
    'note',
    'The vendor’s answer has a field that the contract does not know',
    'Clients must ignore unknown fields; nothing else is to be done.',
  ),
  rule(
    'response-not-empty',
    'warning',
    'The vendor’s answer has a body where the contract has none',
    'Do not depend on the body, and tell greenroom of it if it stays.',
  ),
  rule(
    'empty-answer',
    'warning',
    'The client accepts nothing but JSON, and the vendor’s answer has no body',
    'Parse an answer only if it has a body: JSON parsers throw on an empty text.',
  ),
  rule(
    'unanswered',
    'note',
    'The recording has no answer to the request',
    'The client gave up, or the recording ended; only the request was judged.',
  ),
  rule(
    'nothing-to-check',
    'error',
    'The recording has no call of a vendor',
    'Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines of their entries; name your own hosts with --base-url NAME=https://….',
  ),
] as const satisfies readonly Rule[];

export type TrafficRule = (typeof TRAFFIC_RULES)[number]['name'];
