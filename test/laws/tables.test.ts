import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collection } from '../../src/server/engine/records.js';

const numRuns = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 50), 3000);

interface Row {
  readonly id: string;
  readonly made: number;
}

type Step = readonly [what: 'add' | 'delete' | 'walk' | 'load', key: number];

/** Few ids, so that most are added again and deleted; and many, so that the table grows. */
const steps = fc.constantFrom(3, 40, 5000).chain((ids) =>
  fc.array(fc.tuple(fc.constantFrom<Step[0]>('add', 'add', 'delete', 'delete', 'walk', 'load'), fc.nat(ids)), {
    maxLength: 400,
    size: 'max',
  }),
);

describe('A table of records', () => {
  const idOf = (key: number): string => `bot_${key}`;

  /** Takes each step in the table and in a Map; a walk adds and deletes while it is under way. */
  function live(all: readonly Step[]): { readonly table: Collection<Row>; readonly map: Map<string, Row> } {
    const table = new Collection<Row>(({ id }) => id);
    const map = new Map<string, Row>();
    let made = 0;
    const add = (key: number): void => {
      const row = { id: idOf(key), made: made++ };
      table.add(row);
      map.set(row.id, row);
    };
    const remove = (key: number): void => {
      expect(table.delete(idOf(key))).toBe(map.delete(idOf(key)));
    };
    for (const [what, key] of all) {
      if (what === 'add') add(key);
      else if (what === 'delete') remove(key);
      else if (what === 'load') table.load(table.toJSON());
      else {
        const others = map.values();
        let walked = 0;
        for (const row of table.values()) {
          expect(others.next().value).toEqual(row);
          if (walked++ === 1) for (let more = 0; more < 30; more++) add(key + more);
          if (walked === 3) for (let less = 0; less < 40; less++) remove(key + less);
        }
        expect(others.next().done).toBe(true);
      }
      expect([table.size, table.get(idOf(key))]).toEqual([map.size, map.get(idOf(key))]);
    }
    return { table, map };
  }

  test('has what a Map of the same steps has, in its order', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { table, map } = live(all);
        expect([table.toJSON(), [...table.ids()]]).toEqual([[...map.values()], [...map.keys()]]);
        for (const [id, row] of map) expect(table.get(id)).toBe(row);
      }),
      { numRuns },
    );
  });
});
