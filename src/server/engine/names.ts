import type { Faker } from '@faker-js/faker';

let faker: Faker | undefined;

/** Loads the word lists, once, when the first name is wanted: start-up does not pay for them. */
export async function loadNames(): Promise<void> {
  faker ??= (await import('@faker-js/faker/locale/en')).faker;
}

export const namesLoaded = (): boolean => faker !== undefined;

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
