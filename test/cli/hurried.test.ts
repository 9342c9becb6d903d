import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeServer } from '../../src/server/server.js';
import { makeFolder } from '../support/folder.js';
import { runHere } from '../support/run-here.js';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
  mkdirSync(join(folder, 'dir'));
  writeFileSync(join(folder, 'start.json'), '{"start": "noon"}');
  writeFileSync(join(folder, 'version.json'), '{"attendee": {"version": "99.0.0"}}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Command lines of people in a hurry, and what they hear. */
const MISTAKES: readonly (readonly [line: string, said: string])[] = [
  ['--start noon', 'Failed to read --start: expected an ISO 8601 instant with a zone'],
  ['--config start.json', 'Failed to read the setting start of start.json: expected an ISO 8601 instant'],
  ['--cors localhost', 'Failed to read --cors: expected an origin such as "http://localhost:5173", was "localhost"'],
  ['--allow-host http://x.y', 'Failed to read --allow-host: expected its name'],
  ['--forward-to http://example.com', 'Failed to read --forward-to: expected an http or https URL of this machine'],
  ['--attendee-version 99', 'Failed to read --attendee-version: expected "latest" or a version'],
  [
    '--config version.json',
    'Failed to read the setting attendee of version.json: at /attendee/version, expected "latest"',
  ],
  ['--scenario happy-pth', 'Failed to read --scenario: expected the name of a scenario, was "happy-pth". Did you mean'],
  ['start 4000', 'expected flags alone, was also "4000". greenroom start --help lists them.'],
  ['start --strict=yes', 'expected --strict without a value, was --strict=yes.'],
  ['start --seed --strict', 'expected a value for --seed, was the flag --strict.'],
  ['start -x', 'there is no flag -x. greenroom start --help lists them.'],
  [
    '--public-url https://mock.example/green',
    'Failed to read --public-url: expected an origin such as "https://greenroom.example.com", was "https://mock.example/green". The paths of the vendors begin at the root',
  ],
  ['exec npm test --silent', 'there is no flag --silent. What is of the command that is run stands after --'],
  ['exec --coverge npm test', 'there is no flag --coverge. Did you mean --coverage?'],
  [
    'check receiver',
    'expected one URL, such as http://127.0.0.1:3000/hooks; --provider cronofy or attendee; --secret: the secret that the endpoint verifies with (any, if it verifies none: the check says so); was none of these.',
  ],
  ['check traffic app.har --junit', 'there is no flag --junit. Did you mean --reporter junit=FILE?'],
];

describe('Whoever is in a hurry hears in one line what is wrong, and where:', () => {
  for (const [line, said] of MISTAKES)
    test(line, async () => {
      const { code, stdout, stderr } = await runHere(line.split(' '), { cwd: folder, env: { GREENROOM_PORT: '0' } });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(said);
      expect(stderr).toMatch(/^Failed to .+\n$/);
    });
});

test('A folder of scenarios without any is told of', () => {
  const told: string[] = [];
  makeServer({ scenarios: join(folder, 'dir'), warn: (text) => told.push(text) }).close();
  expect(told).toEqual([expect.stringMatching(/^There is no \.json file in the folder of scenarios .*dir/)]);
});
