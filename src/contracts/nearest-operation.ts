import type { Contract, Operation } from './contract.js';
import { distance, LONGEST_COMPARED } from './nearest.js';

type Call = Pick<Operation, 'method' | 'path'>;

/**
 * The operation that a call to an unknown path probably meant: the one whose path lacks the fewest letters, or ends or
 * begins as the call's does. The same method is preferred.
 */
export function nearestOperation(contracts: readonly Contract[], method: string, path: string): Call | undefined {
  let best: Call | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const calls = contracts.flatMap(({ operations, known = [] }) => [
    ...operations.filter(({ elsewhere }) => !elsewhere),
    ...known,
  ]);
  for (const operation of calls) {
    const far = distanceTo(operation, method, path);
    if (far < bestDistance) [best, bestDistance] = [operation, far];
  }
  return best;
}

const OTHER_METHOD = 0.5;
const OTHER_PREFIX = 1;

function distanceTo({ method, path: template }: Call, calledMethod: string, called: string): number {
  const path = called.replace(/(?<!\/)\/+$/, '');
  const filled = fill(template, path);
  const penalty = method === calledMethod ? 0 : OTHER_METHOD;
  if (filled.endsWith(path) && path.lastIndexOf('/') > 0) return OTHER_PREFIX + penalty;
  if (!template.includes('{') && path.endsWith(template)) return OTHER_PREFIX + penalty;
  const prefixless = fill(template.replace(/^\/api\/v1/, ''), path);
  if (prefixless === path) return OTHER_PREFIX + penalty;
  const most = Math.max(2, Math.floor(path.length / 4));
  if (path.length > LONGEST_COMPARED || Math.abs(filled.length - path.length) > most) return Number.POSITIVE_INFINITY;
  const far = distance(filled, path);
  return far <= most ? far + penalty : Number.POSITIVE_INFINITY;
}

/** A template with what the call has in the places of its parameters. */
function fill(template: string, path: string): string {
  const given = path.split('/');
  return template
    .split('/')
    .map((part, i) => (part.startsWith('{') ? (given[i] ?? part) : part))
    .join('/');
}
