import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

/** What jsdom in Jest has of Node's globals. */
const JSDOM = [
  'AbortController',
  'Buffer',
  'clearInterval',
  'clearTimeout',
  'performance',
  'process',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
  'URL',
  'URLSearchParams',
];
const REST = [
  'fetch',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'setImmediate',
  'structuredClone',
  'TextDecoder',
  'TextEncoder',
  'WritableStream',
];
const BROWSER = [...JSDOM, ...REST].filter(
  (name) => !['Buffer', 'process', 'queueMicrotask', 'setImmediate'].includes(name),
);

/** How an import of a door of the package ends where there are these globals alone. */
async function importWith(globals: readonly string[], door: string): Promise<string> {
  const flags = ['--experimental-vm-modules', '--no-warnings', 'test/support/narrow-context.mjs'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, door, ...globals]);
  return stdout.trim();
}

/** The doors that say that they need Node: to verify a webhook needs less. */
const doors = Object.keys(packageJson.exports)
  .filter((name) => !/json$|webhooks|contracts|probe/.test(name))
  .map((name) => name.replace('.', 'greenroom'));

describe('A door', () => {
  test.each(doors)('%s says in a browser that it needs Node, and what to do', async (door) => {
    expect(await importWith(BROWSER, door)).toBe(
      'GreenroomError: Failed to load greenroom: expected Node, was a place without it, such as a browser. Have the files that import greenroom run in Node: beside the browser mode of Vitest, in a project without it. A page calls a server that runs beside it, npx greenroom --cors ORIGIN.',
    );
  });

  test('says in the environment jsdom of Jest which globals are not there', async () => {
    expect(await importWith(JSDOM, 'greenroom/jest')).toBe(
      'GreenroomError: Failed to load greenroom: expected the globals of Node, was an environment without fetch, ReadableStream, Request, Response, setImmediate, structuredClone, TextDecoder, TextEncoder, such as jsdom in Jest. Begin the test file with /** @jest-environment node */.',
    );
  });

  test('says so where one alone is missing, as with jest-fixed-jsdom', async () => {
    const globals = [...JSDOM, ...REST].filter((name) => name !== 'setImmediate');
    expect(await importWith(globals, 'greenroom/jest')).toContain(
      'was an environment without setImmediate, such as jsdom',
    );
  });

  test('takes structuredClone from Node where that alone is missing, as with happy-dom in Jest', async () => {
    const globals = [...JSDOM, ...REST].filter((name) => name !== 'structuredClone');
    expect(await importWith(globals, 'greenroom/jest')).toBe('loaded');
  });

  test('is loaded where all are there', async () => {
    expect(await importWith([...JSDOM, ...REST], 'greenroom/jest')).toBe('loaded');
  });
});
