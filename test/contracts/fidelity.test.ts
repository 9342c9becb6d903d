import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { attendeeContract, cronofyContract, type Contract } from '../../src/contracts/index.js';
import { CronofySettings } from '../../src/contracts/cronofy/settings.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';

test('docs/fidelity.md is what the contracts of the build say', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['scripts/fidelity.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});

test('every claim of a contract has a basis and a source', () => {
  const contracts: readonly Contract[] = [cronofyContract, attendeeContract];
  for (const { operations, webhooks } of contracts) {
    const claims = [
      ...operations.flatMap(({ evidence, responses }) => [
        ...evidence,
        ...Object.values(responses).map((one) => one.evidence),
      ]),
      ...webhooks.flatMap(({ evidence }) => evidence),
    ];
    for (const { basis, source } of claims)
      expect([basis, source]).toEqual([expect.stringMatching(/ed$/), expect.stringMatching(/\w/)]);
    for (const { evidence } of [...operations, ...webhooks]) expect(evidence.length).toBeGreaterThan(0);
  }
});

test('every setting that the Cronofy contract names can be set', () => {
  const { operations, webhooks }: Contract = cronofyContract;
  const claims = [
    ...operations.flatMap(({ evidence, responses }) => [
      ...evidence,
      ...Object.values(responses).map((one) => one.evidence),
    ]),
    ...webhooks.flatMap(({ evidence }) => evidence),
  ];
  const named = new Set(claims.flatMap(({ setting }) => setting?.split(', ') ?? []));
  const known = Object.keys(CronofySettings.properties);
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  expect(named.size).toBeGreaterThan(15);
});

// What the tables say of each, and their form: `npm run lint`.
test('the page of each vendor tells of every setting', () => {
  for (const { name, settings } of VENDOR_LIST) {
    const text = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
    const known = Object.keys(settings.properties);
    expect(known.filter((setting) => !text.includes(`\`${setting}\``))).toEqual([]);
  }
});
