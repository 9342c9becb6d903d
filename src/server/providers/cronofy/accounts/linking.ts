import type { World } from '../../../engine/world.js';
import type { VendorRequest } from '../../provider.js';
import { isSet } from '../events/window.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account } from '../state.js';
import { keyFor } from './credentials.js';

/** One account may hold several profiles: those that were authorized in one browser (documented), or with a link token. */

/** The sub of the account that holds the profile of this one: its own, unless it was linked to another. */
export function holderOf(world: World, sub: string): string {
  const { linked } = sliceOf(world);
  return Object.hasOwn(linked, sub) ? linked[sub]! : sub;
}

/** The profiles of an account, each with the account that it began as; the account's own first. */
export function profilesOf(world: World, { sub }: Account): Account[] {
  const holder = holderOf(world, sub);
  const { accounts } = sliceOf(world);
  const others = accounts.filter((other) => other.sub !== holder && holderOf(world, other.sub) === holder);
  return [accounts.get(holder)!, ...others];
}

/** Has an account hold the profiles of another, too: whoever had tokens for that has them for this (assumed). */
function link(world: World, profile: string, account: string): void {
  const { linked, accounts } = sliceOf(world);
  const [from, to] = [holderOf(world, profile), holderOf(world, account)];
  if (from === to) return;
  for (const { sub } of profilesOf(world, accounts.get(from)!)) linked[sub] = to;
}

const COOKIE = 'cronofy_account';

/** What a browser keeps of the account that has authorized in it. */
const cookieFor = (world: World, sub: string): string => keyFor('browser', sub, 32, settingsOf(world).client_secret);

function accountOfBrowser(world: World, { headers }: VendorRequest): string | undefined {
  const { accounts, facts } = sliceOf(world);
  if (settingsOf(world).authorize_browser === 'shared') return facts.browser ?? undefined;
  const pair = (headers['cookie'] ?? '').split(/; */).find((one) => one.startsWith(`${COOKIE}=`));
  const value = pair?.slice(COOKIE.length + 1);
  return value === undefined ? undefined : accounts.find(({ sub }) => cookieFor(world, sub) === value)?.sub;
}

/**
 * Links the profile of who authorizes to the account of a link token, else to that of the browser, unless the application
 * avoids linking. Gives back the headers by which the browser remembers the account; or `undefined` for a link token that
 * is not good.
 */
export function linkProfile(
  world: World,
  request: VendorRequest,
  profile: string,
): Readonly<Record<string, string>> | undefined {
  const query = new URLSearchParams(request.query);
  const { linkTokens, facts } = sliceOf(world);
  const token = query.get('link_token');
  const good = token === null ? undefined : linkTokens.get(token);
  if (token !== null && (!good || good.expires <= world.now())) return undefined;
  if (good) link(world, profile, good.account);
  else if (isSet(query, 'avoid_linking')) return {};
  else link(world, profile, accountOfBrowser(world, request) ?? profile);
  const holder = holderOf(world, profile);
  facts.browser = holder;
  return {
    'Set-Cookie': `${COOKIE}=${cookieFor(world, holder)}; Path=/oauth; Max-Age=31536000; HttpOnly; SameSite=Lax`,
  };
}
