import { findOperation } from '../find-operation.js';
import type { Contract, Operation } from '../contract.js';
import { nearestOperation } from '../nearest-operation.js';
import { judgeAuth, judgeSecrets } from './auth.js';
import { judgeRequest, type RequestOptions } from './request.js';
import { verdict, type CallVerdict, type SeenCall } from './verdict.js';

/** Methods that are about a path, not calls of it. */
const META: ReadonlySet<string> = new Set(['OPTIONS', 'HEAD', 'CONNECT', 'TRACE']);

export const isMeta = (method: string): boolean => META.has(method);

/** Everything that is wrong with a call of an operation. */
export const judgeCall = (call: SeenCall, operation: Operation, options: RequestOptions): CallVerdict[] => [
  ...judgeSecrets(call),
  ...judgeAuth(call, operation),
  ...judgeRequest(call, operation, options),
];

/** Everything that is wrong with a call of no operation. The one that was meant is looked for in these, one after the other. */
export const judgeStray = (call: SeenCall, contract: Contract, meant: Meant = [[contract]]): CallVerdict[] => [
  ...judgeSecrets(call),
  ...(leadsOn(call) ? [] : [judgeUnknown(call, contract, meant)]),
];

/** Who says where to ask instead knows the path. */
const leadsOn = ({ status }: SeenCall): boolean => status >= 300 && status < 400;

/** What is wrong with a path that was taken without what the vendor's own paths begin with: `/api/v1`. */
export const judgePrefix = (
  { method, path }: Pick<SeenCall, 'method' | 'path'>,
  { lacks, whole, contract }: { readonly lacks: string; readonly whole: string; readonly contract: Contract },
): CallVerdict =>
  verdict('prefix-missing', {
    message: `${method} ${path} was taken without ${lacks}, with which the paths of ${contract.title} begin.`,
    expected: whole,
    was: path,
  });

type Meant = readonly (readonly Contract[])[];

function judgeUnknown({ method, path }: SeenCall, contract: Contract, asked: Meant): CallVerdict {
  const taken = contract.operations.filter((one) => findOperation(contract, one.method, path) === one);
  if (taken.length > 0) {
    const known = taken.map((one) => one.method).join(', ');
    return verdict('wrong-method', { message: `${path} does not take ${method}.`, expected: known, was: method });
  }
  const [meant] = asked.flatMap((contracts) => nearestOperation(contracts, method, path) ?? []);
  const nearest = meant && `${meant.method} ${meant.path}`;
  return verdict('unknown-operation', {
    message: `${contract.title} has no ${path}.`,
    expected: nearest === undefined ? `an operation of ${contract.title}` : `perhaps ${nearest}`,
    was: `${method} ${path}`,
    nearest,
  });
}
