import { GreenroomError, misfit } from '../../errors.js';
import { placeAt } from '../../told.js';
import type { World } from '../engine/world.js';
import { assertRoomFor, assertRule } from './casting.js';
import { playStateOf } from './state.js';
import type { ScenarioStore } from './store.js';

/** Holds a world that comes from a snapshot to what the player relies on. Throws INVALID_BODY and UNKNOWN_SCENARIO. */
export function assertPlayable(world: World, store: ScenarioStore): void {
  const { scenarios, editions, runs, numbers, meetings, casting } = playStateOf(world);
  [...scenarios.values()].forEach(({ key, name, file }, i) =>
    within(`/play/scenarios/${i}`, () => {
      store.library.parse(name, name, file);
      store.scenario(world, key);
    }),
  );
  store.scenario(world, store.require(world, world.scenario));
  const assertKey = (key: string | null, pointer: string): void => {
    if (key !== null && !scenarios.get(key) && !store.library.has(key))
      throw refused(pointer, 'a scenario that is here', key);
  };
  [...editions.values()].forEach(({ key }, i) => assertKey(key, `/play/editions/${i}/key`));
  [...meetings.values()].forEach(({ scenario }, i) => assertKey(scenario, `/play/meetings/${i}/scenario`));
  runs.forEach((run, i) => {
    assertKey(run?.scenario ?? null, `/play/runs/${i}/scenario`);
    assertKey(run?.own ?? null, `/play/runs/${i}/own`);
    if (run && run.number !== i) throw refused(`/play/runs/${i}/number`, `its place, ${i}`, run.number);
  });
  [...numbers.values()].forEach(({ number }, i) => {
    if (number >= runs.length) throw refused(`/play/numbers/${i}/number`, 'the number of a run', number);
  });
  const rules = [...casting.values()];
  rules.forEach((rule, i) => within(`/play/casting/${i}`, () => assertRule(rule)));
  within('/play/casting', () => assertRoomFor(world, rules));
}

const refused = (pointer: string, expected: string, was: unknown): GreenroomError =>
  misfit(placeAt('restore the snapshot', pointer), { expected, was });

/** What the reading of a part says, with the place of that part. */
function within(place: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof GreenroomError)) throw error;
    const pointer = `${place}${typeof error.details['pointer'] === 'string' ? error.details['pointer'] : ''}`;
    throw new GreenroomError('INVALID_BODY', `Failed to restore the snapshot: at ${pointer}. ${error.message}`, {
      pointer,
    });
  }
}
