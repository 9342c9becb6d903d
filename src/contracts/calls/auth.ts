import type { Operation } from '../contract.js';
import { askedOnce } from '../known-texts.js';
import { verdict, type CallVerdict, type SeenCall } from './verdict.js';
import { schemeOf } from './whose.js';

const SECRET_PARAMETER =
  /^(api[-_]?key|access[-_]?token|refresh[-_]?token|client[-_]?secret|secret|password|token|authorization)$/i;
const PLACEHOLDER =
  /^(undefined|null|none|nan|xxx+|\[object object\]|your[-_ ].*|.*_here|[<{[].*[>}\]]|\$\{?\w+\}?|%\w+%)$/i;
/** What recordings put in the place of a credential. */
const REDACTED = /redacted|^\*+$|^hidden$/i;

/** The parts of an Authorization header. A client sends the same one with each call. */
const partsOf = askedOnce((header) => {
  const [given = '', credential] = header.trim().split(/\s+/);
  const isRedacted = REDACTED.test(credential ?? given);
  return { given, credential, isRedacted, isPlaceholder: !isRedacted && PLACEHOLDER.test(credential ?? given) };
});

/** What can be seen of the credential: that it is missing, of another scheme, or none at all. */
export function judgeAuth({ headers, status }: SeenCall, operation: Operation): CallVerdict[] {
  const { auth, id } = operation;
  if (auth === 'none') return [];
  const scheme = schemeOf(operation);
  const header = headers['authorization'];
  if (header === undefined || header.trim() === '') {
    // Many recorders leave the header out: only a refusal tells that it was not sent.
    if (status !== 401) return [];
    const message = `${id} was called without Authorization.`;
    return [verdict('missing-auth', { message, expected: `Authorization: ${scheme} …`, was: 'missing' })];
  }
  const { given, credential, isRedacted, isPlaceholder } = partsOf(header);
  if (credential !== undefined && given.toLowerCase() !== scheme.toLowerCase())
    return [
      verdict('wrong-auth-scheme', {
        message: `${id} was called with another scheme.`,
        expected: scheme,
        was: given,
      }),
    ];
  if (credential === undefined && !isRedacted)
    return [
      verdict('wrong-auth-scheme', {
        message: `${id} was called without a scheme.`,
        expected: scheme,
        was: 'one word',
      }),
    ];
  if (credential !== undefined && isPlaceholder)
    return [
      verdict('placeholder-auth', {
        message: `${id} was called with "${credential}" for a key.`,
        expected: 'a key',
        was: credential,
      }),
    ];
  return [];
}

/** The parameters that hold secrets, whatever the call leads to. Their values are not repeated. */
export function judgeSecrets({ query, path }: Pick<SeenCall, 'query' | 'path'>): CallVerdict[] {
  if (query === undefined || query === '') return [];
  return [...new Set(new URLSearchParams(query).keys())]
    .filter((name) => SECRET_PARAMETER.test(name))
    .map((name) =>
      verdict('secret-in-url', {
        message: `The parameter "${name}" of ${path} holds a secret.`,
        expected: 'no secret in a URL',
        was: `?${name}=[redacted]`,
      }),
    );
}
