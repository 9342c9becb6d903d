import { pathOf } from './path.js';
import type * as control from '../contracts/control/casting.js';
import type { Made } from '../contracts/control/fields.js';
import type { NamedScenario as Named, ScenarioSummary as Summary } from '../contracts/control/scenario-list.js';
import type { ScenarioFile } from '../contracts/control/scenario.js';
import type { Channel } from './channel.js';
import type { Narrowed } from './narrowed.js';
import type { VendorName } from './vendors.js';
import type { ScenarioName } from './words.js';

export type { ScenarioSource } from '../contracts/control/scenario-list.js';
export type { ScenarioFile } from '../contracts/control/scenario.js';

/** A scenario as the list shows it. */
export type ScenarioSummary = Narrowed<Summary>;

/** A scenario as it is read back: the file, its name and where it comes from. */
export type NamedScenario = ScenarioFile & Narrowed<Named>;

/** The scenarios that can be cast. */
export interface RoomScenarios {
  readonly list: () => Promise<{ readonly scenarios: readonly ScenarioSummary[] }>;
  /** Throws UNKNOWN_SCENARIO. */
  readonly get: (name: ScenarioName) => Promise<NamedScenario>;
  /** Adds a scenario, or takes the place of one. Throws INVALID_SCENARIO with the pointer of the first fault. */
  readonly put: (name: string, scenario: ScenarioFile) => Promise<NamedScenario>;
  readonly remove: (name: ScenarioName) => Promise<void>;
}

/** Which agents a rule is for. Texts match exactly; `"/…/"` is a regular expression. */
export type CastingMatch = Narrowed<control.CastingMatch, { provider: VendorName }>;

/** Which scenario some agents play. */
export type CastingRule = Narrowed<control.CastingBody, { scenario: ScenarioName; match: CastingMatch }>;

type StandingRule = CastingRule & Narrowed<Pick<control.CastingRule, 'id' | 'used'>>;

/** Which scenario a bot plays. */
export interface RoomCasting {
  /** @example await room.casting.add({ scenario: 'lobby-never-opened', match: { bot_name: 'Notes' } }); */
  readonly add: (rule: CastingRule) => Promise<Narrowed<Made>>;
  readonly list: () => Promise<{ readonly casting: readonly StandingRule[] }>;
  readonly get: (id: string) => Promise<StandingRule>;
  /** Removes one, or all. */
  readonly remove: (id?: string) => Promise<void>;
}

export const scenariosOf = (channel: Channel): RoomScenarios => ({
  list: () => channel.get('/scenarios'),
  get: async (name) => channel.get(pathOf`/scenarios/${name}`),
  put: async (name, scenario) => channel.put(pathOf`/scenarios/${name}`, scenario),
  remove: async (name) => channel.delete(pathOf`/scenarios/${name}`),
});

export const castingOf = (channel: Channel): RoomCasting => ({
  add: (rule) => channel.post('/casting', rule),
  list: () => channel.get('/casting'),
  get: async (id) => channel.get(pathOf`/casting/${id}`),
  remove: async (id) => channel.delete(id === undefined ? '/casting' : pathOf`/casting/${id}`),
});
