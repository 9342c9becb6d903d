import type { ScenarioFile } from '../contracts/control/scenario.js';
import type { Channel } from './channel.js';
import type { VendorName, ScenarioName } from './words.js';

/** A scenario as the list shows it. */
export interface ScenarioSummary {
  readonly name: string;
  readonly description: string;
  /** False for one that does nothing by itself. */
  readonly plays: boolean;
  readonly source: ScenarioSource;
}

export type { ScenarioFile } from '../contracts/control/scenario.js';

/** A scenario as it is read back: the file, its name and where it comes from. */
export type NamedScenario = ScenarioFile & { readonly name: string; readonly source: ScenarioSource };

/** Whether it comes with greenroom, from the folder of `--scenarios`, or from {@link RoomScenarios.put}. */
export type ScenarioSource = 'greenroom' | 'file' | 'workspace';

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
export interface CastingMatch {
  readonly provider?: VendorName;
  readonly meeting_url?: string;
  readonly bot_name?: string;
  readonly scheduling_key?: string;
  readonly event_id?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface CastingRule {
  readonly scenario: ScenarioName;
  readonly match: CastingMatch;
  /** How many agents it is for; all if nothing is said. */
  readonly times?: number;
}

/** Which scenario a bot plays. */
export interface RoomCasting {
  /** @example await room.casting.add({ scenario: 'lobby-never-opened', match: { bot_name: 'Notes' } }); */
  readonly add: (rule: CastingRule) => Promise<{ readonly id: string }>;
  readonly list: () => Promise<{ readonly casting: readonly (CastingRule & { readonly id: string })[] }>;
  readonly get: (id: string) => Promise<CastingRule & { readonly id: string }>;
  /** Removes one, or all. */
  readonly remove: (id?: string) => Promise<void>;
}

export const scenariosOf = (channel: Channel): RoomScenarios => ({
  list: () => channel.get('/scenarios'),
  get: (name) => channel.get(`/scenarios/${encodeURIComponent(name)}`),
  put: (name, scenario) => channel.put(`/scenarios/${encodeURIComponent(name)}`, scenario),
  remove: (name) => channel.delete(`/scenarios/${encodeURIComponent(name)}`),
});

export const castingOf = (channel: Channel): RoomCasting => ({
  add: (rule) => channel.post('/casting', rule),
  list: () => channel.get('/casting'),
  get: (id) => channel.get(`/casting/${id}`),
  remove: (id) => channel.delete(id === undefined ? '/casting' : `/casting/${id}`),
});
