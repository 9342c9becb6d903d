import type { Operation } from '../../contracts/contract.js';
import type { RequestFault } from '../../contracts/control/faults.js';
import { findKnown, findOperation } from '../../contracts/find-operation.js';
import { nearestOperation } from '../../contracts/nearest-operation.js';
import { shorten } from '../../contracts/schemas/schema.js';
import { misfit, type GreenroomError } from '../../errors.js';
import { placeAt } from '../../told.js';
import type { VersionedVendor } from './words.js';

type Match = { readonly [field in keyof NonNullable<RequestFault['match']>]: string | undefined };

/** Throws INVALID_BODY for a match that no call fits: the rule would never strike, and say nothing. */
export function assertCallable(vendors: readonly VersionedVendor[], match: Match, at: string): void {
  const { provider, operation, path } = match;
  const asked = askedBy(vendors, match);
  if (path !== undefined) assertPath(asked, path, `${at}/match/path`);
  const here = operationsAt(asked, match);
  if (path !== undefined && here.length === 0) {
    const [named] = operationsAt(asked, { operation });
    if (operation !== undefined)
      throw invalid(`${at}/match/path`, `none, or that of ${operation}: ${named?.path}`, path);
    const owner = vendors.find((vendor) => operationsAt([vendor], { path }).length > 0);
    if (provider !== undefined && owner)
      throw invalid(`${at}/match/provider`, `none, or whose path ${path} is: ${owner.profile.name}`, provider);
  }
  const isOfOperations = operation !== undefined || (path !== undefined && isTemplate(path));
  if (isOfOperations && !takes(here, match))
    throw invalid(`${at}/match/method`, `none, or ${methodsOf(here)}, which ${operation ?? path} takes`, match.method!);
}

/** What is to be said of a match of calls that the vendor refuses: no operation has their path, or takes their method. */
export function tellRefused(vendors: readonly VersionedVendor[], match: Match): string | undefined {
  const { method = '', path } = match;
  if (path === undefined) return undefined;
  const asked = askedBy(vendors, match);
  const contracts = asked.map(({ contract }) => contract);
  const methods = method === '' ? METHODS : [method.toUpperCase()];
  if (contracts.some((contract) => methods.some((one) => findKnown(contract, one, path)))) return undefined;
  const here = operationsAt(asked, { path });
  if (takes(here, match)) return undefined;
  if (here.length > 0)
    return `${shorten(path)} takes ${methodsOf(here)}: the fault strikes calls alone that the vendor refuses with 405.`;
  const meant = nearestOperation(contracts, method.toUpperCase(), path);
  return `No operation has the path ${shorten(path)}: the fault strikes calls of exactly this path.${meant ? ` Did you mean ${meant.path}?` : ''}`;
}

/** A path is written as it is called, or as the contract has it. */
function assertPath(asked: readonly VersionedVendor[], path: string, pointer: string): void {
  const isPath = /^\/[^?#\s]*$/.test(path);
  if (isPath && (!isTemplate(path) || operationsAt(asked, { path }).length > 0)) return;
  const contracts = asked.map(({ contract }) => contract);
  const meant = nearestOperation(contracts, '', plainOf(path))?.path ?? contracts[0]!.operations[0]!.path;
  const form = isPath ? 'as it is called, or as the contract has it' : 'without host and query';
  throw invalid(pointer, `a path ${form}, such as "${meant}"`, path);
}

/** The path in what is perhaps a URL, or lacks its first slash. */
const plainOf = (text: string): string =>
  text
    .trim()
    .replace(/^\w+:\/\/[^/]*/, '')
    .replace(/[?#].*$/s, '')
    .replace(/^\/*/, '/');

/** With parameters in the place of parts, in braces as in the contract, or as other tools write them. */
const isTemplate = (path: string): boolean => /\/(:\w+|\*+|\{[^/]*\})(?=\/|$)/.test(path);

const askedBy = (vendors: readonly VersionedVendor[], { provider }: Match): readonly VersionedVendor[] =>
  vendors.filter(({ profile }) => provider === undefined || provider === profile.name);

/** The operations whose calls may have this path and this name. */
const operationsAt = (vendors: readonly VersionedVendor[], { operation, path }: Match): Operation[] =>
  vendors.flatMap(({ contract, aliasOf }) =>
    contract.operations.filter(
      (one) =>
        (operation === undefined || operation === one.id) &&
        (path === undefined || [one.path, ...[aliasOf?.(one.path) ?? []].flat()].some((own) => isAt(own, path))),
    ),
  );

const isAt = (own: string, path: string): boolean =>
  own === path ||
  (!isTemplate(path) && findOperation({ operations: [{ method: '', path: own }] }, '', path) !== undefined);

const takes = (operations: readonly Operation[], { method }: Match): boolean =>
  operations.some((one) => method === undefined || one.method === method.toUpperCase().replace(/^HEAD$/, 'GET'));

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const methodsOf = (operations: readonly Operation[]): string =>
  [...new Set(operations.map(({ method }) => method))].join(' or ');

const invalid = (pointer: string, expected: string, was: string): GreenroomError =>
  misfit(placeAt('read the fault', pointer), { expected, was, shown: `"${was}"` });
