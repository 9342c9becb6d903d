import { expectedOf, type ExpectedStep, type ScenarioFile } from '../contracts/control/scenario.js';
import type { VendorProfile } from '../contracts/vendor.js';
import type { Finding } from './finding.js';
import { parseJsonFile } from '../contracts/json/file.js';
import { counted, type Report, type Rule } from './report.js';
import { openScenarioRun, type Problem, type RunningServer, type RunSettings } from './scenario-run.js';
import { messageOf } from '../errors.js';

/** One scenario to check. */
export interface ScenarioSource {
  readonly name: string;
  /** As findings name it. */
  readonly path: string;
  readonly text: string | Unreadable;
}

/** Why a file has no text. */
export interface Unreadable {
  readonly fault: string;
}

export const SCENARIO_RULES: readonly Rule[] = [
  {
    name: 'invalid-scenario',
    title: 'The file is not a scenario.',
    severity: 'error',
    advice: 'Change what the pointer names; "$schema" makes editors complete and check the file.',
  },
  {
    name: 'unexpected-timeline',
    title: 'A vendor renders the scenario otherwise than the file expects.',
    severity: 'error',
    advice: 'Change the story, or what it expects.',
  },
  {
    name: 'unplayable',
    title: 'The file expects something of a vendor that cannot play the story at all.',
    severity: 'error',
    advice: 'Take the vendor out of "expected".',
  },
  {
    name: 'vendor-fit',
    title: 'A vendor cannot render a word of the scenario.',
    severity: 'note',
    advice: 'Do not wait for it when you test with this vendor.',
  },
  {
    name: 'nothing-expected',
    title: 'The file does not say what the vendors make of the story.',
    severity: 'note',
    advice: 'Add "expected" with the steps that the finding shows, if they are as they should be.',
  },
];

/** Scenarios, and the settings of the vendors in the workspaces in which they are played. */
export interface ScenariosToCheck {
  readonly sources: readonly ScenarioSource[];
  readonly subject: string;
  readonly settings?: RunSettings;
  /** What is to be said of files that are no sources, though somebody may take them for some. */
  readonly passedOver?: readonly string[];
}

/** Checks scenarios by really playing them, each by each vendor in a workspace of its own. */
export async function checkScenarios(
  server: RunningServer,
  vendors: readonly VendorProfile[],
  { sources, subject, settings = {}, passedOver = [] }: ScenariosToCheck,
): Promise<Report> {
  const findings: Finding[] = [];
  let played = 0;
  for (const source of sources) {
    const found = await checkScenario(server, vendors, { source, settings });
    findings.push(...found.findings);
    played += found.played;
  }
  const counts = `${counted(sources.length, 'scenario')}, played ${counted(played, 'time')}`;
  const summary = [counts, ...passedOver].map((sentence) => `${sentence}.`).join(' ');
  return { check: 'scenarios', subject, summary, rules: SCENARIO_RULES, findings };
}

async function checkScenario(
  server: RunningServer,
  vendors: readonly VendorProfile[],
  { source: { name, path, text }, settings }: { readonly source: ScenarioSource; readonly settings: RunSettings },
): Promise<{ readonly findings: readonly Finding[]; readonly played: number }> {
  const parsed = parse(text);
  if ('fault' in parsed) return { findings: [invalid(path, { detail: parsed.fault })], played: 0 };
  const read = await (await openScenarioRun(server)).put(name, parsed.value);
  if ('problem' in read) return { findings: allInvalid(path, read.problem), played: 0 };
  const { fit } = read;
  const file = parsed.value as ScenarioFile;
  const findings = vendors.flatMap((vendor) =>
    (fit[vendor.name] ?? []).map(({ pointer, why }) => misfit(path, vendor, pointer, why)),
  );
  let played = 0;
  if (file.plays === false) return { findings, played };
  const expected = file.expected ?? {};
  for (const vendor of vendors) {
    const { version = vendor.contract.version } = (settings[vendor.name] ?? {}) as { readonly version?: string };
    const steps = expectedOf(expected[vendor.name], version);
    const never = fit[vendor.name]?.find((one) => one.never);
    if (never && steps) findings.push(unplayable(path, vendor, never.pointer, never.why));
    if (never || (file.expected && !steps)) continue;
    played++;
    const life = await (await openScenarioRun(server, settings)).play(vendor, name, file);
    findings.push(
      ...(steps ? compare({ file: path, vendor, expected: steps, was: life }) : [unsaid(path, vendor, life)]),
    );
  }
  return { findings, played };
}

function parse(text: ScenarioSource['text']): { readonly value: unknown } | Unreadable {
  if (typeof text !== 'string') return text;
  try {
    return { value: parseJsonFile(text) };
  } catch (error) {
    return { fault: `it is not JSON: ${messageOf(error)}` };
  }
}

function allInvalid(file: string, problem: Problem): Finding[] {
  const { detail, more = [] } = problem;
  return [problem, ...more.map((fault) => ({ detail, ...fault }))].map((one) => invalid(file, one));
}

function invalid(file: string, { detail, pointer, expected, was, nearest }: Problem): Finding {
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return {
    rule: 'invalid-scenario',
    severity: 'error',
    message:
      pointer === undefined ? `This is no scenario: ${detail.replace(/\.$/, '')}.` : `This is no scenario.${hint}`,
    where: { file, ...(pointer === undefined ? {} : { pointer }) },
    ...(expected === undefined ? {} : { expected }),
    ...(was === undefined ? {} : { was }),
  };
}

const misfit = (file: string, vendor: VendorProfile, pointer: string, why: string): Finding => ({
  rule: 'vendor-fit',
  severity: 'note',
  message: `${vendor.title} cannot render this: ${why}.`,
  where: { file, provider: vendor.name, pointer },
});

const unplayable = (file: string, vendor: VendorProfile, pointer: string, why: string): Finding => ({
  rule: 'unplayable',
  severity: 'error',
  message: `${vendor.title} cannot play this story: ${why}.`,
  where: { file, provider: vendor.name, pointer },
});

const unsaid = (file: string, vendor: VendorProfile, life: readonly ExpectedStep[]): Finding => ({
  rule: 'nothing-expected',
  severity: 'note',
  message: `Nothing says what ${vendor.title} makes of this story.`,
  where: { file, provider: vendor.name, pointer: '/expected' },
  was: life.map(describeStep).join('; '),
  paste: `${JSON.stringify(vendor.name)}: [\n${life.map((step) => `  ${writeStep(step)}`).join(',\n')}\n]`,
  advice: 'Copy these lines into "expected" if they are as they should be.',
});

/** A step as a file has it, on one line. */
const writeStep = (step: ExpectedStep): string =>
  `{ ${Object.entries(step)
    .map(([field, value]) => `${JSON.stringify(field)}: ${JSON.stringify(value)}`)
    .join(', ')} }`;

/** The steps that a file expects of a vendor, and those that were played. */
interface Comparison {
  readonly file: string;
  readonly vendor: VendorProfile;
  readonly expected: readonly ExpectedStep[];
  readonly was: readonly ExpectedStep[];
}

/** The first step in which the two differ, and every number of webhooks that is another. */
function compare({ file, vendor, expected, was: life }: Comparison): Finding[] {
  const unlike = (index: number, wanted: ExpectedStep | undefined, was: ExpectedStep | undefined): Finding => ({
    rule: 'unexpected-timeline',
    severity: 'error',
    message: `${vendor.title} makes something else of this story.`,
    where: { file, provider: vendor.name, pointer: `/expected/${vendor.name}/${index}` },
    expected: wanted ? describeStep(wanted) : 'nothing more',
    was: was ? describeStep(was) : 'nothing more',
  });
  const findings = expected.flatMap((step, index) => {
    if (step.times === undefined) return [];
    const { agent = 1, webhook, times } = step;
    const was = life.find((one) => one.times !== undefined && one.webhook === webhook && (one.agent ?? 1) === agent);
    return (was?.times ?? 0) === times ? [] : [unlike(index, step, was ?? { ...step, times: 0 })];
  });
  const wanted = expected.flatMap((step, index) => (step.times === undefined ? [{ step, index }] : []));
  const steps = life.filter(({ times }) => times === undefined);
  for (let i = 0; i < Math.max(wanted.length, steps.length); i++) {
    const { step, index = expected.length } = wanted[i] ?? {};
    if (step && steps[i] && describeStep(step) === describeStep(steps[i]!)) continue;
    return [unlike(index, step, steps[i]), ...findings];
  }
  return findings;
}

/** A step on one line: `+29m55s post_processing, webhook bot.state_change`. */
export function describeStep({ agent = 1, at, state, sub_type, webhook, times }: ExpectedStep): string {
  const who = agent === 1 ? '' : `agent ${agent}: `;
  if (times !== undefined) return `${who}${times} × ${webhook}`;
  const reason = sub_type === undefined ? '' : ` (${sub_type})`;
  return `${who}${at} ${state ?? ''}${reason}${webhook === undefined ? '' : `, webhook ${webhook}`}`;
}
