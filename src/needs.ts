/**
 * What greenroom needs of the place that loads it. Each door that needs it imports this before all else, in the bundle as well:
 * the modules after it make things of these globals, and would say no more than that one is not defined.
 */
import { GreenroomError } from './errors.js';

const GLOBALS = [
  'AbortController',
  'Buffer',
  'fetch',
  'ReadableStream',
  'Request',
  'Response',
  'setImmediate',
  'structuredClone',
  'TextDecoder',
  'TextEncoder',
];

/** The one that happy-dom in Jest lacks. It has nothing of a page, so that Node's does as well. */
const ELSEWHERE = 'structuredClone';

function refusal(): string | undefined {
  if (globalThis.process?.versions?.node === undefined)
    return 'expected Node, was a place without it, such as a browser. Have the files that import greenroom run in Node: beside the browser mode of Vitest, in a project without it. A page calls a server that runs beside it, npx greenroom --cors ORIGIN.';
  const missing = GLOBALS.filter((name) => !(name in globalThis));
  if (missing.length === 1 && missing[0] === ELSEWHERE) return takeFromNode(ELSEWHERE);
  if (missing.length > 0)
    return `expected the globals of Node, was an environment without ${missing.join(', ')}, such as jsdom in Jest. Begin the test file with /** @jest-environment node */.`;
  return undefined;
}

function takeFromNode(name: string): undefined {
  const value: unknown = process.getBuiltinModule('node:vm').runInThisContext(name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

const why = refusal();
if (why !== undefined) throw new GreenroomError('USAGE', `Failed to load greenroom: ${why}`);
