import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { attendeeContract, cronofyContract, type Contract } from '../../src/contracts/index.js';
import { cronofySettings } from '../../src/server/providers/cronofy/settings.js';

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
  const known = Object.keys(cronofySettings.schema['properties'] as object);
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  expect(named.size).toBeGreaterThan(15);
});

test('docs/cronofy.md tells of every setting', () => {
  const text = readFileSync(new URL('../../docs/cronofy.md', import.meta.url), 'utf8');
  const settings = Object.keys(cronofySettings.schema['properties'] as object);
  expect(settings.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
