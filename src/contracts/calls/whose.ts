import type { Contract, Operation } from '../contract.js';

/** A vendor that a call may be meant for, and the path as that vendor would see it. */
export interface Candidate {
  readonly contract: Contract;
  readonly path: string;
}

/** The scheme of `Authorization` that opens an operation. */
export const schemeOf = ({ auth }: Operation): 'Token' | 'Bearer' => (auth === 'token' ? 'Token' : 'Bearer');

/**
 * Whose a call is that no operation takes: the vendor's whose paths begin as this one does, the longer the better; among
 * equals the one whose scheme of `Authorization` it carries, else the first.
 */
export function whoseCall<C extends Candidate>(candidates: readonly C[], authorization = ''): C | undefined {
  const likest = Math.max(...candidates.map(likeness));
  const alike = candidates.filter((one) => likeness(one) === likest);
  return alike.find(({ contract }) => opens(contract, authorization)) ?? alike[0];
}

/** Whether a header has the scheme that this vendor's operations want. */
export function opens({ operations }: Contract, authorization: string): boolean {
  const [given = ''] = authorization.trim().split(/\s/);
  return operations.some((one) => one.auth !== 'none' && schemeOf(one).toLowerCase() === given.toLowerCase());
}

/** How many parts at the beginning of a path are those of a path that the vendor has. */
function likeness({ contract: { operations }, path }: Candidate): number {
  const called = partsOf(path);
  const common = operations.map((operation) => {
    const parts = partsOf(operation.path);
    const other = parts.findIndex((part, i) => part !== called[i]);
    return other < 0 ? parts.length : other;
  });
  return Math.max(0, ...common);
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');
