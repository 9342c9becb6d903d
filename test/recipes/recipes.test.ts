import { AssertionError } from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { EFFECTS } from '../../src/contracts/control/faults.js';
import { readRecipes, runRecipe } from './recipe.js';

const recipes = readRecipes();

describe('The recipes', () => {
  test.for(recipes)('$page: "$title" shows the bug in the naive app, and none in the mended one', async (recipe) => {
    await expect(runRecipe(recipe, recipe.naive)).rejects.toBeInstanceOf(AssertionError);
    await runRecipe(recipe, recipe.mended);
  });

  test('there is one for every fault', () => {
    const faults = recipes.map(({ fault }) => JSON.parse(fault) as { on: string; do: Record<string, unknown> });
    const shown = new Set(faults.flatMap(({ on, do: effect }) => Object.keys(effect).map((name) => `${on} ${name}`)));
    const all = Object.entries(EFFECTS).flatMap(([on, effects]) => Object.keys(effects).map((name) => `${on} ${name}`));
    expect(all.filter((name) => !shown.has(name))).toEqual([]);
    const kinds = faults.flatMap(({ do: effect }) => [effect['signature'], effect['corrupt']].filter(Boolean));
    expect(kinds).toHaveLength(7);
    expect(new Set(kinds).size).toBe(7);
  });
});
