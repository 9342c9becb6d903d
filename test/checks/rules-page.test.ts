import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { DRIFT_RULES } from '../../src/checks/drift/rules.js';
import { PROVIDER_RULES } from '../../src/checks/provider/rules.js';
import { RECEIVER_RULES } from '../../src/checks/receiver/rules.js';
import type { Rule } from '../../src/checks/report.js';
import { SCENARIO_RULES } from '../../src/checks/scenarios.js';
import { TRAFFIC_RULES } from '../../src/checks/traffic/rules.js';

const CHECKS: Readonly<Record<string, readonly Rule[]>> = {
  traffic: TRAFFIC_RULES,
  receiver: RECEIVER_RULES,
  provider: PROVIDER_RULES,
  scenarios: SCENARIO_RULES,
  drift: DRIFT_RULES,
};

const row = ({ name, severity, title, advice }: Rule): string =>
  `| \`${name}\` | ${severity} | ${title.replace(/\.$/, '')} | ${advice.replaceAll('|', '\\|')} |`;

test('docs/rules.md lists every rule (npx vitest run test/checks/rules-page.test.ts -u writes it)', async () => {
  const sections = Object.entries(CHECKS).map(
    ([check, rules]) =>
      `## greenroom check ${check}\n\n| Rule | Severity | What is wrong | What to do |\n| --- | --- | --- | --- |\n${rules.map(row).join('\n')}\n`,
  );
  const text =
    '# The rules of the checks\n\nMade by a test from the tables of the source; do not edit. `--off RULE` switches one off. What rests on an\n' +
    `assumption about a vendor is a note, whatever stands here. How to run the checks: [checks.md](checks.md).\n\n${sections.join('\n')}`;
  const path = new URL('../../docs/rules.md', import.meta.url).pathname;
  const config = await resolveConfig(path);
  await expect(await format(text, { ...config, parser: 'markdown' })).toMatchFileSnapshot(path);
});

test('no rule stands twice in a check, and each says what to do', () => {
  for (const rules of Object.values(CHECKS)) {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { name, title, advice } of rules)
      expect([name, title, advice]).toEqual([
        expect.stringMatching(/^[a-z0-9-]+$/),
        expect.stringMatching(/\w/),
        expect.stringMatching(/\.$/),
      ]);
  }
});
