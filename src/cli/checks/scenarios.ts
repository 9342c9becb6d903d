import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkScenarios, SCENARIO_RULES, type ScenarioSource } from '../../checks/scenarios.js';
import { GreenroomError } from '../../errors.js';
import { createRoom } from '../../server/server.js';
import { fixturesFolder } from '../../server/fixtures.js';
import type { CheckCommand } from './command.js';

const SUFFIX = '.json';
/** No name is looked up: the room is in this process. */
const ORIGIN = 'http://localhost';

/** `greenroom check scenarios [DIR|FILE…]`. */
export const command: CheckCommand = {
  usage: `greenroom check scenarios [DIR|FILE…] checks scenario files: their form, what a vendor cannot render, and, by
playing them, what they expect. Without a folder it checks the scenarios that come with greenroom.`,
  flags: [],
  rules: SCENARIO_RULES,
  check: async (words) => {
    const places = words.length === 0 ? [fixturesFolder('scenarios')] : words;
    const sources = places.flatMap(readSources);
    const room = createRoom();
    try {
      const running = { url: ORIGIN, fetch: async (request: Request) => room.app.fetch(withHost(request)) };
      return await checkScenarios(running, sources, places.join(', '));
    } finally {
      room.close();
    }
  },
};

function withHost(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('host', 'localhost');
  return new Request(request, { headers });
}

function readSources(place: string): ScenarioSource[] {
  if (!existsSync(place))
    throw new GreenroomError('USAGE', `Failed to read the scenarios: there is no file or folder ${place}.`);
  const paths = place.endsWith(SUFFIX)
    ? [place]
    : readdirSync(place)
        .filter((file) => file.endsWith(SUFFIX))
        .sort()
        .map((file) => join(place, file));
  if (paths.length === 0)
    throw new GreenroomError('USAGE', `Failed to read the scenarios: there is no ${SUFFIX} file in ${place}.`);
  return paths.map((path) => ({ name: nameOf(path), path, text: readFileSync(path, 'utf8') }));
}

const nameOf = (path: string): string => path.replaceAll('\\', '/').split('/').at(-1)!.slice(0, -SUFFIX.length);
