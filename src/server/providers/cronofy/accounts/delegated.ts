import { DelegatedAuthorizationRequest, type Authorization } from '../../../../contracts/cronofy/delegated.js';
import type { World } from '../../../engine/world.js';
import { empty } from '../errors.js';
import { settingsOf } from '../settings.js';
import { checkCallbackUrl, readBody } from '../validate.js';
import { accountOf } from './accounts.js';
import { admitted } from './authorize.js';
import { profilesOf } from './linking.js';
import { issueCode } from './oauth.js';
import { byEmail } from './people.js';

/** Acting for somebody else: the answer says nothing, and a callback has the code (documented for service accounts). */
const delegateAuthorization = admitted({ wants: 'access_token' }, (call, caller) => {
  const { world } = call;
  const read = readBody<DelegatedAuthorizationRequest>(call, DelegatedAuthorizationRequest);
  if ('refusal' in read) return read.refusal;
  const { body: wish, errors } = read;
  const account = accountOf(world, caller);
  if (!profilesOf(world, account).some(({ profile_id }) => profile_id === wish.profile_id))
    errors.add('profile_id', 'not_recognized', 'must be a profile of the account');
  checkCallbackUrl(wish.callback_url, 'callback_url', errors, settingsOf(world));
  if (errors.any) return errors.reply();
  const state = wish.state === undefined ? {} : { state: wish.state };
  world.enqueue({
    provider: 'cronofy',
    type: 'delegated_authorization',
    subject: account.sub,
    url: wish.callback_url,
    payload: JSON.stringify({ authorization: { ...authorizationOf(world, wish), ...state } }),
  });
  return empty(202);
});

function authorizationOf(world: World, { email, callback_url, scope }: DelegatedAuthorizationRequest): Authorization {
  const person = byEmail(world, email);
  if (person) {
    const { client_id } = settingsOf(world);
    return { code: issueCode(world, { account: person.sub, client_id, redirect_uri: callback_url, scope }) };
  }
  return {
    error: 'access_denied',
    error_key: 'errors.no_access',
    error_description: `The profile may not act for ${email}`,
  };
}

export const delegatedHandlers = { delegateAuthorization };
