import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STATUS } from '../../src/server/control/problem.js';

/** Of the process that called: no answer has them. */
const NEVER_ANSWERED = ['FAKED_TIMERS', 'PORT_IN_USE', 'UNREACHABLE'];

test('docs/http.md has a row for each code of an error, with its status and what it means', () => {
  const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('### Codes');
  const rows = [...table.matchAll(/^\| `([A-Z_]+)` *\| (\S+) *\| \S/gm)].map(([, code, status]) => [code, status]);
  const expected = Object.entries(STATUS)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, status]) => [code, NEVER_ANSWERED.includes(code) ? '—' : String(status)]);
  expect(rows).toEqual(expected);
});
