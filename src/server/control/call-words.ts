import type { RequestMatch } from '../../contracts/control/requests.js';
import { misfit } from '../../errors.js';
import { placeAt } from '../../told.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { unknownWord } from './query.js';
import { assertOperation, versionedIn, type Place } from './words.js';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const PATH = /^\/[^?#\s]*$/;
const PLACEHOLDER = /\/(:\w+|\{[^/]*\})(?=\/|$)/;

/**
 * A match of calls that none can fit would find nothing, and say nothing. Whatever method somebody has called by is one.
 * Throws INVALID_BODY.
 */
export function assertCallWords(world: World, vendors: readonly Vendor[], place: Place, match: RequestMatch): void {
  assertOperation(versionedIn(world, vendors), place, match);
  const { method, path } = match;
  const isMethod = method === undefined || METHODS.includes(method.toUpperCase());
  if (!isMethod && ![...world.requests.values()].some((request) => request.method === method.toUpperCase()))
    throw unknownWord({ ...place, pointer: `${place.at}method` }, method, METHODS);
  if (path === undefined || (PATH.test(path) && !PLACEHOLDER.test(path))) return;
  const pointer = `${place.at}path`;
  const expected = 'a path as it is called, without host, query and placeholders';
  const advice = ' "operation" means calls of one kind, whatever their ids.';
  throw misfit(placeAt(`read ${place.what}`, pointer), { expected, was: path, advice });
}
