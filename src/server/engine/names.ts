import type { Faker } from '@faker-js/faker';
import type { Awaitable } from '../../awaitable.js';

let faker: Faker | undefined;

/**
 * Loads the word lists once, before the first call of a client: start-up does not pay for them, and nothing waits for
 * them in the midst of a world.
 */
export function loadNames(): Awaitable<void> {
  if (faker) return undefined;
  return import('@faker-js/faker/locale/en').then((names) => {
    faker = names.faker;
  });
}

/** A person's full name, always the same for the same seed. Needs {@link loadNames}. */
export function personName(seed: number): string {
  faker!.seed(seed);
  return faker!.person.fullName();
}

/** Something to say in a meeting, always the same for the same seed. Needs {@link loadNames}. */
export function sentence(seed: number): string {
  faker!.seed(seed);
  return faker!.lorem.sentence({ min: 6, max: 14 });
}
