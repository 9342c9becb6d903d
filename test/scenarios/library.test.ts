import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkScenarios } from '../../src/checks/scenarios.js';
import { SUB_TYPES } from '../../src/contracts/attendee/lifecycle.js';
import { scenarioFileFor, type ScenarioFile } from '../../src/contracts/control/scenario.js';
import { FAILURE_REASONS } from '../../src/contracts/cronofy/lifecycle.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { control } from '../support/room.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = `${ROOT}fixtures/scenarios/`;

const SCENARIOS = readdirSync(FOLDER)
  .sort()
  .map((file) => {
    const text = readFileSync(FOLDER + file, 'utf8');
    return { name: file.replace('.json', ''), path: file, text, file: JSON.parse(text) as ScenarioFile };
  });
const PLAYED = SCENARIOS.filter(({ file }) => file.plays !== false);

/** What only a client brings about; clients.test.ts does. */
const BY_CLIENTS = ['user_requested'];

describe('The library', () => {
  let room: Greenroom;
  beforeAll(async () => {
    room = await startGreenroom();
  });
  afterAll(async () => room.close());

  test.for(PLAYED)('$name: every vendor makes of it what the file says', async (scenario) => {
    const report = await checkScenarios({ url: room.url, fetch }, VENDOR_LIST, {
      sources: [scenario],
      subject: scenario.path,
    });
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(report.findings.filter(({ rule }) => rule === 'nothing-expected')).toEqual([]);
    expect((await control(room, 'GET', '/health')).json.workspaces).toBe(1);
  });

  test('holds at least thirty scenarios, each with one sentence and the schema', () => {
    expect(PLAYED.length).toBeGreaterThanOrEqual(30);
    for (const { name, file } of SCENARIOS) {
      expect([name, file.description]).toEqual([name, expect.stringMatching(/^[A-Z][^.]*\.$/)]);
      expect([name, file.$schema]).toEqual([name, '../scenario.schema.json']);
    }
  });

  test('leaves out a vendor only where it cannot play the story, or it is the other one alone that knows the case', async () => {
    for (const { name, file } of PLAYED) {
      const { fit } = (await control(room, 'GET', `/scenarios/${name}`)).json as {
        fit: Record<string, { never?: true }[]>;
      };
      for (const vendor of ['cronofy', 'attendee'] as const) {
        const cannot = fit[vendor]!.some(({ never }) => never) || (vendor === 'attendee' && file.cronofy?.event);
        expect([name, vendor, file.expected?.[vendor] === undefined]).toEqual([name, vendor, Boolean(cannot)]);
      }
    }
  });

  test('has a scenario for every sub type of Attendee and every failure of Cronofy', () => {
    const told = (vendor: 'cronofy' | 'attendee') =>
      new Set(PLAYED.flatMap(({ file }) => file.expected?.[vendor] ?? []).flatMap(({ sub_type }) => sub_type ?? []));
    const attendee = [...told('attendee'), ...BY_CLIENTS];
    expect(
      Object.values(SUB_TYPES)
        .flat()
        .filter((subType) => !attendee.includes(subType)),
    ).toEqual([]);
    expect(FAILURE_REASONS.filter((reason) => !told('cronofy').has(reason))).toEqual([]);
  });
});

test('the example of the page is a scenario', async () => {
  const page = readFileSync(`${ROOT}docs/scenarios.md`, 'utf8');
  const example = [...page.matchAll(/```json\n(.*?)```/gs)]
    .map((match) => match[1]!)
    .find((text) => text.includes('$schema'))!;
  const room = await startGreenroom();
  expect((await control(room, 'PUT', '/scenarios/example', JSON.parse(example))).status).toBe(201);
  await room.close();
});

test('the JSON Schema of scenario files is what the schema says', () => {
  const written = JSON.parse(readFileSync(`${ROOT}fixtures/scenario.schema.json`, 'utf8')) as object;
  const schema = JSON.parse(JSON.stringify(scenarioFileFor(VENDOR_LIST))) as object;
  expect(written).toEqual({ $schema: expect.any(String), title: 'greenroom scenario', ...schema });
});

// How each ends, and the form of the page: `npm run lint`.
test('the page of scenarios has a row for each, with its sentence', () => {
  const page = readFileSync(`${ROOT}docs/scenarios.md`, 'utf8');
  const rows = [...page.matchAll(/^\| `([\w-]+)` +\| ([A-Z].*?\.) +\|/gm)].map(([, name, story]) => [name, story]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(SCENARIOS.map(({ name, file }) => [name, file.description])),
  );
});
