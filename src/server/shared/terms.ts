import { formatDuration, parseDuration } from '../../clock/duration.js';
import { formatInstant, MICROS_PER_MINUTE, type Micros } from '../../clock/instant.js';
import { wallClock } from '../../clock/real-time.js';
import { MEMORY_BYTES } from '../../contracts/control/workspaces.js';
import type { Limits, Terms } from '../../contracts/control/terms.js';
import { misfit, type GreenroomError } from '../../errors.js';
import { placeAt } from '../../told.js';
import { isLoopback } from '../../loopback.js';
import type { Vendor } from '../providers/provider.js';
import type { WorkspaceOptions } from '../workspaces/workspace.js';
import { SELF } from './names.js';

/** What a workspace gets of which nothing else is said. */
export interface TermDefaults {
  readonly limits: Limits;
  /** Real time. */
  readonly ttl: Micros;
}

const DAY: Micros = 24 * 60 * MICROS_PER_MINUTE;
const LONGEST_LIFE = 30 * DAY;
/** Real milliseconds for which a receiver may keep a connection of the service. */
const LONGEST_GUARD_MS = 30_000;

export const DEFAULT_TERMS: TermDefaults = {
  limits: { bots: 1000, bytes: MEMORY_BYTES, jobs: 100_000, deliveries: 600, body: 2 ** 20, streams: 16 },
  ttl: DAY,
};

/** A time to live. Throws INVALID_BODY for one that is longer than a workspace lives. */
export function readLife(given: string | number, pointer = '/ttl'): Micros {
  const life = parseDuration(given);
  if (life !== undefined && life > 0 && life <= LONGEST_LIFE) return life;
  throw unfit(pointer, `a duration above 0, of ${formatDuration(LONGEST_LIFE)} at the most`, JSON.stringify(given));
}

/** Options with their terms, as they were agreed on. Throws INVALID_BODY. */
export function agree(given: WorkspaceOptions, defaults: TermDefaults): WorkspaceOptions {
  const { owner, ttl, limits: asked, allow_hosts = [], ...options } = given;
  const limits = { ...defaults.limits, ...asked };
  const { memory = limits.bytes, delivery_guard: guard } = options;
  if (options.id === SELF) throw unfit('/id', 'another id than that of "the workspace of this token"', `"${SELF}"`);
  if (memory > limits.bytes) throw unfit('/memory', `${limits.bytes} bytes at the most, the limit`, String(memory));
  if (guard === 'off' || (guard !== undefined && (parseDuration(guard) ?? 0) / 1000 > LONGEST_GUARD_MS))
    throw unfit('/delivery_guard', `${LONGEST_GUARD_MS / 1000}s at the most`, JSON.stringify(guard));
  allow_hosts.forEach((host, i) => assertHost(host, `/allow_hosts/${i}`));
  const expires_at = formatInstant(wallClock() + (ttl === undefined ? defaults.ttl : readLife(ttl)));
  const terms: Terms = {
    ...(owner === undefined ? {} : { owner }),
    expires_at,
    limits,
    allow_hosts: allow_hosts.map((host) => host.toLowerCase()),
  };
  return { ...options, memory, terms };
}

/** A name that means another machine. What it resolves to is judged for each message. */
function assertHost(host: string, pointer: string): void {
  const isAddress = /^[\d.]+$|^0x/i.test(host);
  if (isAddress || isLoopback(host) || !host.includes('.'))
    throw unfit(pointer, 'the name of a host that all the world can reach', JSON.stringify(host));
}

/**
 * Refuses keys that were not made for the workspace, which a stranger could guess or have too, and to let unknown keys in.
 * Throws INVALID_BODY.
 */
export function assertOwnKeys(vendors: readonly Vendor[], settings: WorkspaceOptions['settings'] = {}): void {
  for (const { name, settings: resolver } of vendors) {
    const given = settings[name] ?? {};
    const keys = [...Object.keys(resolver.generate(0, '')), ...(resolver.moreCredentials ?? [])];
    const own = keys.find((key) => given[key] !== undefined);
    if (own !== undefined)
      throw unfit(
        `/${name}/${own}`,
        'no key of your own, for a stranger could guess it or have it too: the service makes one and tells it',
        'one',
      );
    if (given['auth'] === 'any')
      throw unfit(`/${name}/auth`, '"strict": nobody else\'s calls may come into a workspace of a service', '"any"');
  }
}

const unfit = (pointer: string, expected: string, was: string): GreenroomError =>
  misfit(placeAt('make the workspace fit the service', pointer), { expected, was, shown: was });
