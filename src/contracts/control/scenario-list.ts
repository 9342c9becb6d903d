import { Type, type Static } from '@sinclair/typebox';
import { Text, wordOf } from './fields.js';

/** Where a scenario comes from: put into the workspace, the user's folder, or greenroom. */
const Source = wordOf(['workspace', 'file', 'greenroom']);
export type ScenarioSource = Static<typeof Source>;

const ScenarioSummary = Type.Object({
  name: Text,
  description: Text,
  /** False for one that does nothing by itself. */
  plays: Type.Boolean(),
  source: Source,
});
/** A scenario as the list shows it. */
export type ScenarioSummary = Static<typeof ScenarioSummary>;
export const ScenarioList = Type.Object({ scenarios: Type.Array(ScenarioSummary) });

/** The fields of a scenario that is read back, besides those of its file. */
export const NamedScenario = Type.Object({ name: Text, source: Source, description: Text });
export type NamedScenario = Static<typeof NamedScenario>;
