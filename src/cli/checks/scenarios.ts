import { readdirSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkScenarios, SCENARIO_RULES, type ScenarioSource } from '../../checks/scenarios.js';
import { assertSomeLeft, withEach } from '../../checks/unmade.js';
import { GreenroomError, reasonOf } from '../../errors.js';
import { makeServer } from '../../server/server.js';
import { isYaml, notRead, replaces, yamlAmong } from '../../server/scenarios/library.js';
import { fixturesFolder, readTextFile } from '../../server/host/files.js';
import type { CheckCommand } from './command.js';
import { namedVersions, VENDOR_VERSION_FLAG } from './versions.js';

const SUFFIX = '.json';
/** No name is looked up: the server is in this process. */
const ORIGIN = 'http://localhost';

/** `greenroom check scenarios [DIR|FILE…]`. */
export const command: CheckCommand = {
  usage: `greenroom check scenarios [DIR|FILE…] checks scenario files: their form, what a vendor cannot render, and, by
playing them, what they expect. Without a folder it checks the scenarios that come with greenroom.`,
  flags: [VENDOR_VERSION_FLAG],
  rules: SCENARIO_RULES,
  check: async (words, values, own = []) => {
    const places = words.length === 0 ? [fixturesFolder('scenarios')] : words;
    const sources: ScenarioSource[] = [];
    const unmade = await withEach(places, async (place) => void sources.push(...readSources(place)));
    assertSomeLeft(places, unmade);
    const server = makeServer({ vendors: own });
    try {
      const running = { url: ORIGIN, fetch: async (request: Request) => server.app.fetch(withHost(request)) };
      const vendors = server.vendors.map(({ profile }) => profile);
      const versions = await namedVersions(values, vendors);
      const settings = Object.fromEntries([...versions].map(([name, version]) => [name, { version }]));
      const report = await checkScenarios(running, vendors, {
        sources,
        subject: places.join(', '),
        settings,
        passedOver: [...places.flatMap(passedOverIn), ...replacingAmong(sources)],
      });
      return unmade.length === 0 ? report : { ...report, unmade };
    } finally {
      server.close();
    }
  },
};

function withHost(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('host', 'localhost');
  return new Request(request, { headers });
}

function readSources(place: string): ScenarioSource[] {
  return pathsIn(place).map((path) => ({ name: nameOf(path), path, text: readText(path) }));
}

function pathsIn(place: string): string[] {
  const stats = statsOf(place);
  if (!stats) throw wrong(`there is no file or folder ${place}`);
  if (!stats.isDirectory()) {
    if (place.endsWith(SUFFIX)) return [place];
    throw wrong(`expected a folder or a ${SUFFIX} file, was ${place}`);
  }
  const there = readFolder(place);
  const files = there.filter((file) => file.endsWith(SUFFIX));
  if (files.length === 0) throw wrong(`there is no ${SUFFIX} file in ${place}${yamlAmong(there)}`);
  return files.sort().map((file) => join(place, file));
}

/** What to say of files of a folder that somebody may take for scenarios. */
function passedOverIn(place: string): string[] {
  if (!statsOf(place)?.isDirectory()) return [];
  return readFolder(place)
    .filter(isYaml)
    .sort()
    .map((file) => notRead(join(place, file)));
}

/** What to say of files that have the names of greenroom's own scenarios, and are none of these. */
function replacingAmong(sources: readonly ScenarioSource[]): string[] {
  const folder = fixturesFolder('scenarios');
  const ours = readFolder(folder);
  const files = sources
    .map(({ path }) => path)
    .filter((path) => resolve(dirname(path)) !== resolve(folder) && ours.includes(basename(path)));
  return files.length === 0 ? [] : [replaces(files)];
}

function statsOf(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    throw wrong(`expected a file or a folder, was ${place}: ${reasonOf(error)}`);
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw wrong(`expected a folder that can be read, was ${folder}: ${reasonOf(error)}`);
  }
}

function readText(path: string): ScenarioSource['text'] {
  try {
    return readTextFile(path);
  } catch (error) {
    return { fault: `it cannot be read: ${reasonOf(error)}` };
  }
}

const nameOf = (path: string): string => path.replaceAll('\\', '/').split('/').at(-1)!.slice(0, -SUFFIX.length);

const wrong = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read the scenarios: ${reason}.`);
