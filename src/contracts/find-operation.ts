import type { Contract, KnownCall, Operation } from './contract.js';

/** The operation that serves a method and a path, if the contract has one. */
export function findOperation<O extends { readonly method: string; readonly path: string }>(
  contract: { readonly operations: readonly O[] },
  method: string,
  path: string,
): O | undefined {
  return contract.operations.find((operation) => operation.method === method && pathPattern(operation).test(path));
}

/** The call that the vendor has and greenroom does not serve, if this is one. */
export const findKnown = ({ known = [] }: Contract, method: string, path: string): KnownCall | undefined =>
  findOperation({ operations: known }, method, path);

const patterns = new Map<string, RegExp>();

function pathPattern({ path }: Pick<Operation, 'path'>): RegExp {
  let pattern = patterns.get(path);
  if (!pattern) {
    pattern = new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);
    patterns.set(path, pattern);
  }
  return pattern;
}
