import type { Operation } from '../../contracts/contract.js';
import type { Exchange } from './exchange.js';
import type { Verdict } from './judge.js';
import type { Addressed } from './vendors.js';

const SECRET_PARAMETER =
  /^(api[-_]?key|access[-_]?token|refresh[-_]?token|client[-_]?secret|secret|password|token|authorization)$/i;
const PLACEHOLDER =
  /^(undefined|null|none|nan|xxx+|\[object object\]|your[-_ ].*|.*_here|[<{[].*[>}\]]|\$\{?\w+\}?|%\w+%)$/i;
/** What recordings put in the place of a credential. */
const REDACTED = /redacted|^\*+$|^hidden$/i;

/** What can be seen of the credential: that it is missing, of another scheme, or none at all. */
export function judgeAuth({ request, response }: Exchange, { auth, id }: Operation): Verdict[] {
  if (auth === 'none') return [];
  const scheme = auth === 'token' ? 'Token' : 'Bearer';
  const header = request.headers['authorization'];
  if (header === undefined || header.trim() === '') {
    // Many recorders leave the header out: only a refusal tells that it was not sent.
    if (response?.status !== 401) return [];
    return [
      {
        rule: 'missing-auth',
        message: `${id} was called without Authorization.`,
        expected: `Authorization: ${scheme} …`,
        was: 'missing',
      },
    ];
  }
  const [given = '', credential] = header.trim().split(/\s+/);
  if (credential !== undefined && given.toLowerCase() !== scheme.toLowerCase())
    return [
      { rule: 'wrong-auth-scheme', message: `${id} was called with another scheme.`, expected: scheme, was: given },
    ];
  if (credential === undefined && !REDACTED.test(given))
    return [
      { rule: 'wrong-auth-scheme', message: `${id} was called without a scheme.`, expected: scheme, was: 'one word' },
    ];
  if (credential !== undefined && PLACEHOLDER.test(credential) && !REDACTED.test(credential))
    return [{ rule: 'placeholder-auth', message: `${id} was called with "${credential}" for a key.`, was: credential }];
  return [];
}

/** What is wrong with the URL itself, whatever it leads to. Values of secrets are not repeated. */
export function judgeUrl({ url }: Exchange, { isPublic, path }: Addressed): Verdict[] {
  const named = [...new Set(url.searchParams.keys())].filter((name) => SECRET_PARAMETER.test(name));
  return [
    ...named.map((name): Verdict => ({
      rule: 'secret-in-url',
      message: `The parameter "${name}" of ${path} holds a secret.`,
      was: `?${name}=[redacted]`,
    })),
    ...(url.username === '' && url.password === ''
      ? []
      : [{ rule: 'secret-in-url', message: 'The URL holds a user and a password.', was: '[redacted]@' } as const]),
    ...(isPublic && url.protocol === 'http:'
      ? [
          {
            rule: 'plain-http',
            message: `${url.hostname} was called by http.`,
            expected: 'https',
            was: 'http',
          } as const,
        ]
      : []),
  ];
}
